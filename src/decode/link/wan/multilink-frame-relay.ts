// Multilink frame relay: a header of two bytes, then a frame relay frame or a fragment of one. FRF.16.1 3.2 and 3.3.
// LINKTYPE_MFR at tcpdump.org.

import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeFrameRelay } from './frame-relay.js';

const FIELD = { flags: 0 } as const;
const HEADER_LENGTH = 2;

const BEGIN = 0x80;
const CONTROL = 0x20;

export function decodeMultilinkFrameRelay(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  // Later fragments have no frame relay header.
  const flags = packet.view.getUint8(offset + FIELD.flags) & (BEGIN | CONTROL);
  return flags === BEGIN ? decodeFrameRelay(packet, offset + HEADER_LENGTH, limit) : NOT_IP;
}
