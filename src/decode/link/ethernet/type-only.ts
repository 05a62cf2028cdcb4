// An EtherType, then the protocol that it names: an Ethernet frame without its addresses.

import type { Packet } from '../../packet.js';
import { type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEtherType } from './ether-types.js';

const FIELD = { etherType: 0 } as const;
const HEADER_LENGTH = 2;

export function decodeTypeOnly(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const etherType = packet.view.getUint16(offset + FIELD.etherType);
  return decodeEtherType(packet, etherType, offset + HEADER_LENGTH, limit);
}
