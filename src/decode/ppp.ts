// PPP: an optional address and control field, then a protocol number of one or two bytes. RFC 1661 2 and 6.5
// (protocol field compression), RFC 1662 3.1.

import { decodeIpv4 } from './ipv4.js';
import { decodeIpv6 } from './ipv6.js';
import type { Packet } from './packet.js';
import { NOT_IP, TRUNCATED, type Verdict } from './verdict.js';

const ADDRESS_AND_CONTROL = 0xff03;

const PROTOCOL_IPV4 = 0x0021;
const PROTOCOL_IPV6 = 0x0057;

export function decodePpp(packet: Packet, offset: number, limit: number): Verdict {
  const { view, end } = packet;
  if (end - offset < 2) return TRUNCATED;
  const start = view.getUint16(offset) === ADDRESS_AND_CONTROL ? offset + 2 : offset;
  if (end - start < 2) return TRUNCATED;
  // An odd first byte is the whole number: the first of two would be even.
  const compressed = (view.getUint8(start) & 1) === 1;
  const protocol = compressed ? view.getUint8(start) : view.getUint16(start);
  const payload = start + (compressed ? 1 : 2);
  if (protocol === PROTOCOL_IPV4) return decodeIpv4(packet, payload, limit);
  if (protocol === PROTOCOL_IPV6) return decodeIpv6(packet, payload, limit);
  return NOT_IP;
}
