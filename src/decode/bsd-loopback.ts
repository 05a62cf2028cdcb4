// BSD loopback: four bytes of address family, then IP. LINKTYPE_NULL has them in the byte order of the machine
// that captured, LINKTYPE_LOOP in network order; families are small, so their place tells the order.

import { decodeIpv4 } from './ipv4.js';
import { decodeIpv6 } from './ipv6.js';
import type { Packet } from './packet.js';
import { NOT_IP, TRUNCATED, type Verdict } from './verdict.js';

const HEADER_LENGTH = 4;

const AF_INET = 2;
/** Every system chose its own AF_INET6: Windows 23; NetBSD, OpenBSD, BSD/OS 24; FreeBSD 28; macOS 30. */
const AF_INET6: readonly number[] = [23, 24, 28, 30];

export function decodeBsdLoopback(packet: Packet, offset: number, limit: number): Verdict {
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const bigEndian = packet.view.getUint32(offset);
  const family = bigEndian > 0xffff ? packet.view.getUint32(offset, true) : bigEndian;
  if (family === AF_INET) return decodeIpv4(packet, offset + HEADER_LENGTH, limit);
  if (AF_INET6.includes(family)) return decodeIpv6(packet, offset + HEADER_LENGTH, limit);
  return NOT_IP;
}
