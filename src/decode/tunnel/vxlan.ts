// VXLAN and its generic protocol extension (VXLAN-GPE): eight bytes of flags and network number, then an Ethernet
// frame or the protocol that the header names. RFC 7348 5; group policy: draft-smith-vxlan-group-policy 2.1; draft-ietf-nvo3-vxlan-gpe 3.

import { decodeEthernet } from '../link/ethernet/ethernet.js';
import type { Packet } from '../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../packet-class.js';
import { decodeNextProtocol } from './next-protocols.js';

const FIELD = { flags: 0, nextProtocol: 3 } as const;
const HEADER_LENGTH = 8;

/** In VXLAN-GPE. */
const GPE_VERSION_MASK = 0x30;
const GPE_HAS_NEXT_PROTOCOL = 0x04;

/** No flag or reserved byte is needed: receivers ignore the reserved ones, and some switches set them. */
export function decodeVxlan(packet: Packet, offset: number, limit: number): PacketClass {
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  return decodeEthernet(packet, offset + HEADER_LENGTH, limit);
}

export function decodeVxlanGpe(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const flags = view.getUint8(offset + FIELD.flags);
  if ((flags & GPE_VERSION_MASK) !== 0) return NOT_IP;
  const payload = offset + HEADER_LENGTH;
  if ((flags & GPE_HAS_NEXT_PROTOCOL) === 0) return decodeEthernet(packet, payload, limit);
  return decodeNextProtocol(packet, view.getUint8(offset + FIELD.nextProtocol), payload, limit);
}
