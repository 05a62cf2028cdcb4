// Tags that bridges put before a frame's type: only the last two bytes, the type, are needed. VN-tag: Cisco's
// proposal for IEEE 802.1Qbh. E-tag: IEEE 802.1BR 7.5. HSR: IEC 62439-3. Redundancy tag: IEEE 802.1CB 7.8. Security
// group tag: Cisco metadata, version 1 with one option.

import type { Packet } from '../../packet.js';
import { MALFORMED, type PacketClass, TRUNCATED } from '../../packet-class.js';
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

/** `offset` is just after the tag's own EtherType; `length` includes the type of the tagged frame. */
function decodeTag(packet: Packet, offset: number, limit: number, length: number): PacketClass {
  if (limit - offset < length) return MALFORMED;
  if (packet.end - offset < length) return TRUNCATED;
  const type = packet.view.getUint16(offset + length - TYPE_LENGTH);
  return decodeTypeOrLength(packet, type, offset + length, limit);
}
