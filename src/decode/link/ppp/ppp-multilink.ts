// A fragment of a packet that goes over several PPP links. RFC 1990 3, with sequence numbers of 24 bits: those of
// 12 bits look the same, and have to be agreed on.

import { enterLayer, type Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodePpp } from './ppp.js';

const FIELD = { flags: 0 } as const;
const HEADER_LENGTH = 4;

/** Only the fragment that a packet begins with has the headers of the packet. */
const IS_BEGINNING = 0x80;

export function decodePppMultilink(packet: Packet, offset: number, limit: number): PacketClass {
  if (!enterLayer(packet) || limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  if ((packet.view.getUint8(offset + FIELD.flags) & IS_BEGINNING) === 0) return NOT_IP;
  return decodePpp(packet, offset + HEADER_LENGTH, limit);
}
