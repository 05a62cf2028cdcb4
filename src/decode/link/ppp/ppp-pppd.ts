// PPP as it passes through pppd's filters: the direction replaces the address. LINKTYPE_PPP_PPPD at tcpdump.org.

import type { Packet } from '../../packet.js';
import { type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodePpp } from './ppp.js';

const FIELD = { directionAndControl: 0 } as const;
const HEADER_LENGTH = 2;

const IN = 0x0003;
const OUT = 0x0103;

export function decodePppPppd(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const field = packet.view.getUint16(offset + FIELD.directionAndControl);
  return decodePpp(packet, field === IN || field === OUT ? offset + HEADER_LENGTH : offset, limit);
}
