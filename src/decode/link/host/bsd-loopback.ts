// BSD loopback: four bytes of address family, then IP. LINKTYPE_NULL has them in the byte order of the machine
// that captured, LINKTYPE_LOOP in network order; families are small, so their place tells the order.

import { decodeIpv4 } from '../../ip/ipv4.js';
import { decodeIpv6 } from '../../ip/ipv6.js';
import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';

const FIELD = { family: 0 } as const;
const HEADER_LENGTH = 4;

const AF_INET = 2;
/** Every system chose its own AF_INET6: Windows 23; NetBSD, OpenBSD, BSD/OS 24; FreeBSD 28; macOS 30. */
const AF_INET6: readonly number[] = [23, 24, 28, 30];

export function decodeBsdLoopback(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const family = bsdFamilyAt(packet, offset + FIELD.family);
  return decodeBsdFamily(packet, family, offset + HEADER_LENGTH, limit);
}

/** An address family of four bytes, in whichever byte order makes it a small number. */
export function bsdFamilyAt({ view }: Packet, offset: number): number {
  const bigEndian = view.getUint32(offset);
  return bigEndian > 0xffff ? view.getUint32(offset, true) : bigEndian;
}

/** IP of an address family, by the number that any of the systems gives it. */
export function decodeBsdFamily(packet: Packet, family: number, offset: number, limit: number): PacketClass {
  if (family === AF_INET) return decodeIpv4(packet, offset, limit);
  if (AF_INET6.includes(family)) return decodeIpv6(packet, offset, limit);
  return NOT_IP;
}
