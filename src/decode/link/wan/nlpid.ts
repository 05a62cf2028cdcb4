// A network layer protocol identifier (NLPID) of one byte, then the protocol. On frame relay: RFC 2427; on ATM:
// RFC 2684 5.1; for PPP: RFC 1973. Numbers: ISO/IEC TR 9577.

import { decodeIp } from '../../ip/ip.js';
import { enterLayer, type Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeSnap } from '../ethernet/snap.js';
import { decodePpp } from '../ppp/ppp.js';

const FIELD = { identifier: 0 } as const;
const HEADER_LENGTH = 1;

export function decodeNlpid(packet: Packet, offset: number, limit: number): PacketClass {
  if (!enterLayer(packet)) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const payload = offset + HEADER_LENGTH;
  switch (packet.view.getUint8(offset + FIELD.identifier)) {
    case 0x80:
      // No padding before a bridged frame, RFC 2427 4.2.
      return decodeSnap(packet, payload, limit, 0);
    case 0x8e: // IPv6
    case 0xcc: // IPv4
      return decodeIp(packet, payload, limit);
    case 0xcf:
      return decodePpp(packet, payload, limit);
    default:
      return NOT_IP;
  }
}
