// The decoders of the protocols that NSH, VXLAN-GPE and LISP-GPE carry, by their shared numbers. IANA "NSH Next
// Protocol", draft-ietf-nvo3-vxlan-gpe 3.2, RFC 9305 3.

import { decodeIp } from '../ip/ip.js';
import { decodeEthernet } from '../link/ethernet/ethernet.js';
import { enterLayer, type Packet } from '../packet.js';
import { MALFORMED, NOT_IP, type PacketClass } from '../packet-class.js';
import { decodeMpls } from './mpls.js';
import { decodeNsh } from './nsh.js';

export function decodeNextProtocol(
  packet: Packet,
  nextProtocol: number,
  offset: number,
  limit: number,
): PacketClass {
  if (!enterLayer(packet)) return MALFORMED;
  switch (nextProtocol) {
    case 1: // IPv4
    case 2: // IPv6
      return decodeIp(packet, offset, limit);
    case 3:
      return decodeEthernet(packet, offset, limit);
    case 4:
      return decodeNsh(packet, offset, limit);
    case 5:
      return decodeMpls(packet, offset, limit);
    default:
      return NOT_IP;
  }
}
