// Mobile IP through address translation: packets of mobile nodes in UDP. RFC 3519 3.3.

import type { Packet } from '../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../packet-class.js';
import { decodeGre } from './gre.js';
import { decodeWholeIp } from './plausible.js';

const FIELD = { type: 0, nextHeader: 1 } as const;
const HEADER_LENGTH = 4;
/** The other types are messages. */
const TYPE_DATA = 4;
const NEXT_HEADER_IP = 4;
const NEXT_HEADER_GRE = 47;

export function decodeMobileIp(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  if (view.getUint8(offset + FIELD.type) !== TYPE_DATA) return NOT_IP;
  switch (view.getUint8(offset + FIELD.nextHeader)) {
    case NEXT_HEADER_IP:
      return decodeWholeIp(packet, offset + HEADER_LENGTH, limit);
    case NEXT_HEADER_GRE:
      return decodeGre(packet, offset + HEADER_LENGTH, limit);
    default:
      return NOT_IP;
  }
}
