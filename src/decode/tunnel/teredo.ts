// Teredo: IPv6 in UDP, after optional indications from the server that relayed it. RFC 4380 5.1.1.

import { decodeIpv6 } from '../ip/ipv6.js';
import type { Packet } from '../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../packet-class.js';

const INDICATION_AUTHENTICATION = 0x0001;
const AUTHENTICATION = { clientLength: 2, valueLength: 3 } as const;
/** With a nonce of 8 bytes and a confirmation, without client identifier and authentication value. */
const MIN_AUTHENTICATION_LENGTH = 13;
const INDICATION_ORIGIN = 0x0000;
const ORIGIN_LENGTH = 8;

const IPV6 = { version: 0, payloadLength: 4 } as const;
const IPV6_HEADER_LENGTH = 40;

export function decodeTeredo(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (end - offset < 2) return TRUNCATED;
  let at = offset;
  if (view.getUint16(at) === INDICATION_AUTHENTICATION) {
    if (end - at < MIN_AUTHENTICATION_LENGTH) return TRUNCATED;
    const clientLength = view.getUint8(at + AUTHENTICATION.clientLength);
    at += MIN_AUTHENTICATION_LENGTH + clientLength + view.getUint8(at + AUTHENTICATION.valueLength);
    if (end - at < 2) return TRUNCATED;
  }
  if (view.getUint16(at) === INDICATION_ORIGIN) at += ORIGIN_LENGTH;
  if (limit - at < IPV6_HEADER_LENGTH) return MALFORMED;
  if (end - at < IPV6_HEADER_LENGTH) return TRUNCATED;
  if (view.getUint8(at + IPV6.version) >>> 4 !== 6) return NOT_IP;
  if (view.getUint16(at + IPV6.payloadLength) > limit - at - IPV6_HEADER_LENGTH) return MALFORMED;
  return decodeIpv6(packet, at, limit);
}
