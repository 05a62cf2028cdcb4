// Tags that bridges put before a frame's type: only the last two bytes, the type, are needed. VN-tag: Cisco's
// proposal for IEEE 802.1Qbh. E-tag: IEEE 802.1BR 7.5. HSR: IEC 62439-3. Redundancy tag: IEEE 802.1CB 7.8. Security
// group tag: Cisco metadata, version 1 with one option. TTag: the time stamp tag of Cisco's Nexus switches; Broadcom's and
// Realtek's tags: Linux's net/dsa/tag_brcm.c, tag_rtl4_a.c and tag_rtl8_4.c.

import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeTypeOrLength } from './ethernet.js';

const TYPE_LENGTH = 2;

export function decodeVnTag(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeTag(packet, offset, limit, 6);
}

export function decodeETag(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeTag(packet, offset, limit, 8);
}

export function decodeHsrTag(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeTag(packet, offset, limit, 6);
}

export function decodeRedundancyTag(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeTag(packet, offset, limit, 6);
}

export function decodeSecurityGroupTag(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeTag(packet, offset, limit, 8);
}

export function decodeTTag(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeTag(packet, offset, limit, 8);
}

export function decodeBroadcomTag(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeTag(packet, offset, limit, 6);
}

const REALTEK = {
  protocol: 0,
  shortProtocol: 0xa,
  shortLength: 4,
  longProtocol: 0x04,
  longLength: 8,
} as const;

/** Two tags under one EtherType, which also has other uses. */
export function decodeRealtekTag(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < 1) return TRUNCATED;
  const protocol = packet.view.getUint8(offset + REALTEK.protocol);
  if (protocol >>> 4 === REALTEK.shortProtocol) return decodeTag(packet, offset, limit, REALTEK.shortLength);
  if (protocol === REALTEK.longProtocol) return decodeTag(packet, offset, limit, REALTEK.longLength);
  return NOT_IP;
}

/** `offset` is just after the tag's own EtherType; `length` includes the type of the tagged frame. */
function decodeTag(packet: Packet, offset: number, limit: number, length: number): PacketClass {
  if (limit - offset < length) return MALFORMED;
  if (packet.end - offset < length) return TRUNCATED;
  const type = packet.view.getUint16(offset + length - TYPE_LENGTH);
  return decodeTypeOrLength(packet, type, offset + length, limit);
}
