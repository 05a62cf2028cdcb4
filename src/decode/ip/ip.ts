// IP under a header that names IPv4 or IPv6: the version field decides which of them it is, whatever that header says.
// RFC 791 3.1, RFC 8200 3.

import type { Packet } from '../packet.js';
import { MALFORMED, type PacketClass, TRUNCATED } from '../packet-class.js';
import { decodeIpv4 } from './ipv4.js';
import { decodeIpv6 } from './ipv6.js';

const FIELD = { version: 0 } as const;
const MIN_LENGTH = 1;

export function decodeIp(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < MIN_LENGTH) return TRUNCATED;
  switch (packet.view.getUint8(offset + FIELD.version) >>> 4) {
    case 4:
      return decodeIpv4(packet, offset, limit);
    case 6:
      return decodeIpv6(packet, offset, limit);
    default:
      return MALFORMED;
  }
}
