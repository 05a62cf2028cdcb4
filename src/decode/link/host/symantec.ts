// Symantec Enterprise Firewall: a header in one of two generations. Each has its EtherType at an offset where the
// other has zero. There is no public specification; source: Wireshark's packet-symantec.c.

import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEtherType } from '../ethernet/ether-types.js';

const FIELD_V2 = { type: 6 } as const;
const HEADER_LENGTH_V2 = 44;
const FIELD_V3 = { type: 10 } as const;
const HEADER_LENGTH_V3 = 56;

export function decodeSymantec(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (packet.end - offset < HEADER_LENGTH_V2) return TRUNCATED;
  const typeV2 = view.getUint16(offset + FIELD_V2.type);
  const typeV3 = view.getUint16(offset + FIELD_V3.type);
  if (typeV3 === 0) return decodeEtherType(packet, typeV2, offset + HEADER_LENGTH_V2, limit);
  if (typeV2 === 0) return decodeEtherType(packet, typeV3, offset + HEADER_LENGTH_V3, limit);
  return NOT_IP;
}
