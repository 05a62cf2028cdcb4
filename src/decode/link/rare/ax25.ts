// AX.25, packet radio: addresses of seven bytes each, control, protocol. AX.25 2.2, 3. LINKTYPE_AX25 and
// LINKTYPE_AX25_KISS at tcpdump.org; in IP: RFC 1226; in Ethernet: Linux's drivers/net/hamradio/bpqether.c.

import { decodeIp } from '../../ip/ip.js';
import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';

const ADDRESS_LENGTH = 7;
const MIN_ADDRESSES = 2;
/** Destination, source, and up to eight repeaters on the way. */
const MAX_ADDRESSES = 10;
/** Set in the last byte of the last address only. */
const EXTENSION_BIT = 0x01;

/** Offsets from the end of the addresses on. */
const FIELD = { control: 0, protocol: 1, payload: 2 } as const;

/** Clear in frames that carry numbered information; there the other bits are sequence numbers. */
const UNNUMBERED_OR_SUPERVISORY = 0x01;
const POLL_BIT = 0x10;
const UNNUMBERED_INFORMATION = 0x03;
const PROTOCOL_IPV4 = 0xcc;

export function decodeAx25(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  let at = offset;
  for (let addresses = 1; ; addresses++) {
    if (addresses > MAX_ADDRESSES) return MALFORMED;
    at += ADDRESS_LENGTH;
    if (end < at) return TRUNCATED;
    if ((view.getUint8(at - 1) & EXTENSION_BIT) === 0) continue;
    if (addresses < MIN_ADDRESSES) return MALFORMED;
    break;
  }
  if (end - at < FIELD.payload) return TRUNCATED;
  const control = view.getUint8(at + FIELD.control) & ~POLL_BIT;
  const hasInformation = (control & UNNUMBERED_OR_SUPERVISORY) === 0 || control === UNNUMBERED_INFORMATION;
  if (!hasInformation || view.getUint8(at + FIELD.protocol) !== PROTOCOL_IPV4) return NOT_IP;
  return decodeIp(packet, at + FIELD.payload, limit);
}

/** Before AX.25 in Ethernet (BPQ): its length, little-endian. */
const BPQ_HEADER_LENGTH = 2;

export function decodeBpq(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeAx25(packet, offset + BPQ_HEADER_LENGTH, limit);
}

const KISS = { command: 0 } as const;
const KISS_HEADER_LENGTH = 1;
/** The upper half of the byte is the port. In the lower half, every command but this one sets up the modem. */
const KISS_COMMAND_MASK = 0x0f;
const KISS_COMMAND_DATA = 0x00;

/** KISS, between a computer and its modem: ax25.net/kiss.aspx. */
export function decodeAx25Kiss(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < KISS_HEADER_LENGTH) return TRUNCATED;
  const command = packet.view.getUint8(offset + KISS.command) & KISS_COMMAND_MASK;
  return command === KISS_COMMAND_DATA ? decodeAx25(packet, offset + KISS_HEADER_LENGTH, limit) : NOT_IP;
}
