// IP protocol number to decoder: the one place where a protocol that travels in IP is entered.
// Numbers: IANA "Protocol Numbers".

import { enterLayer, type Packet } from './packet.js';
import { decodeTcp } from './tcp.js';
import { MALFORMED, NOT_TCP, type Verdict } from './verdict.js';

export const IP_PROTOCOL_TCP = 6;

export function decodeIpProtocol(packet: Packet, protocol: number, offset: number, limit: number): Verdict {
  if (!enterLayer(packet)) return MALFORMED;
  switch (protocol) {
    case IP_PROTOCOL_TCP:
      return decodeTcp(packet, offset, limit);
    default:
      return NOT_TCP;
  }
}
