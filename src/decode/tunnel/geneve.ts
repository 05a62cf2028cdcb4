// GENEVE: a header, options, then what an EtherType names. RFC 8926 3.

import { decodeEtherType } from '../link/ethernet/ether-types.js';
import type { Packet } from '../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../packet-class.js';

const FIELD = { versionAndLength: 0, protocol: 2 } as const;
const HEADER_LENGTH = 8;

const VERSION_SHIFT = 6;
const OPTIONS_LENGTH_MASK = 0x3f;

/** The flags and the reserved bits are not needed: receivers ignore the reserved ones. */
export function decodeGeneve(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const versionAndLength = view.getUint8(offset + FIELD.versionAndLength);
  if (versionAndLength >>> VERSION_SHIFT !== 0) return NOT_IP;
  const payload = offset + HEADER_LENGTH + (versionAndLength & OPTIONS_LENGTH_MASK) * 4;
  if (limit < payload) return MALFORMED;
  return decodeEtherType(packet, view.getUint16(offset + FIELD.protocol), payload, limit);
}
