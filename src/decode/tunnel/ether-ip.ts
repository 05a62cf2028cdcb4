// EtherIP: two bytes, then an Ethernet frame. RFC 3378 3.

import { decodeEthernet } from '../link/ethernet/ethernet.js';
import type { Packet } from '../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../packet-class.js';

const FIELD = { version: 0 } as const;
const HEADER_LENGTH = 2;
/** Version 3 in the upper four bits, and nothing in the others. */
const VERSION = 0x3000;

export function decodeEtherIp(packet: Packet, offset: number, limit: number): PacketClass {
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  if (packet.view.getUint16(offset + FIELD.version) !== VERSION) return NOT_IP;
  return decodeEthernet(packet, offset + HEADER_LENGTH, limit);
}
