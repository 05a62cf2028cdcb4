// FDDI: frame control, two addresses, then LLC. ISO 9314-2 7.2; IP on it: RFC 1390. LINKTYPE_FDDI at tcpdump.org.

import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeLlc } from '../ethernet/llc.js';

const FIELD = { frameControl: 0 } as const;
const HEADER_LENGTH = 13;

/** The bits for address length and format. The others are class and priority. */
const FORMAT_MASK = 0x70;
const FORMAT_LLC = 0x50;

export function decodeFddi(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const format = packet.view.getUint8(offset + FIELD.frameControl) & FORMAT_MASK;
  return format === FORMAT_LLC ? decodeLlc(packet, offset + HEADER_LENGTH, limit) : NOT_IP;
}
