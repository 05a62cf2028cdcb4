// Ethernet II and IEEE 802.3 frames: two addresses, then a type or a length. IEEE 802.3 clause 3.2.

import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEtherType } from './ether-types.js';
import { decodeIsl, isIsl } from './isl.js';
import { decodeLlc } from './llc.js';

const FIELD = { type: 12 } as const;
const HEADER_LENGTH = 14;

/** Up to this value the type field is the length of an 802.3 frame with an LLC header. */
const MAX_802_3_LENGTH = 1500;
/** From this value on it is an EtherType. */
export const MIN_ETHER_TYPE = 0x0600;

export function decodeEthernet(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  packet.ethernet = offset;
  const type = packet.view.getUint16(offset + FIELD.type);
  if (type < MIN_ETHER_TYPE && isIsl(packet, offset)) return decodeIsl(packet, offset, limit);
  return decodeTypeOrLength(packet, type, offset + HEADER_LENGTH, limit);
}

/** Decodes the bytes after `field`, which is an EtherType or an 802.3 length. */
export function decodeTypeOrLength(
  packet: Packet,
  field: number,
  offset: number,
  limit: number,
): PacketClass {
  if (field >= MIN_ETHER_TYPE) return decodeEtherType(packet, field, offset, limit);
  if (field <= MAX_802_3_LENGTH) return decodeLlc(packet, offset, Math.min(limit, offset + field));
  return NOT_IP;
}
