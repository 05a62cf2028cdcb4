// VXLAN and its generic protocol extension (VXLAN-GPE): eight bytes of flags and network number, then an Ethernet
// frame or the protocol that the header names. RFC 7348 5; group policy: draft-smith-vxlan-group-policy 2.1; draft-ietf-nvo3-vxlan-gpe 3.

import { decodeEthernet } from '../link/ethernet/ethernet.js';
import type { Packet } from '../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../packet-class.js';
import { decodeNextProtocol } from './next-protocols.js';

const FIELD = { flags: 0, nextProtocol: 3, reserved: 7 } as const;
const HEADER_LENGTH = 8;

const HAS_NETWORK = 0x08;
/** The bytes behind the flags, else reserved, are a group that a policy knows. */
const HAS_GROUP_POLICY = 0x80;

/** In VXLAN-GPE; its version has the two bits 0x30, of which there is only 0. */
const GPE_FLAG = { nextProtocol: 0x04, broadcast: 0x02, operationAndMaintenance: 0x01 } as const;

export function decodeVxlan(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  // Extensions use the three bytes behind the flags; nobody uses the last one.
  if ((view.getUint8(offset + FIELD.flags) & ~HAS_GROUP_POLICY) !== HAS_NETWORK) return NOT_IP;
  if (view.getUint8(offset + FIELD.reserved) !== 0) return NOT_IP;
  return decodeEthernet(packet, offset + HEADER_LENGTH, limit);
}

export function decodeVxlanGpe(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const flags = view.getUint8(offset + FIELD.flags);
  const allowed = HAS_NETWORK | GPE_FLAG.nextProtocol | GPE_FLAG.broadcast;
  if ((flags & ~allowed) !== 0 || view.getUint8(offset + FIELD.reserved) !== 0) return NOT_IP;
  const payload = offset + HEADER_LENGTH;
  const nextProtocol = view.getUint8(offset + FIELD.nextProtocol);
  if ((flags & GPE_FLAG.nextProtocol) !== 0) return decodeNextProtocol(packet, nextProtocol, payload, limit);
  return nextProtocol === 0 ? decodeEthernet(packet, payload, limit) : NOT_IP;
}
