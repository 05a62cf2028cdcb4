// A fragment of a packet that is sent over several PPP links. RFC 1990 3, with sequence numbers of 24 bits: a header
// with 12 bits has to be negotiated and does not look any different.

import { enterLayer, type Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodePpp } from './ppp.js';

const FIELD = { flags: 0 } as const;
const HEADER_LENGTH = 4;

/** Only the first fragment of a packet has the packet's headers. */
const IS_BEGINNING = 0x80;

export function decodePppMultilink(packet: Packet, offset: number, limit: number): PacketClass {
  if (!enterLayer(packet) || limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  if ((packet.view.getUint8(offset + FIELD.flags) & IS_BEGINNING) === 0) return NOT_IP;
  return decodePpp(packet, offset + HEADER_LENGTH, limit);
}
