// BSD loopback: four bytes of address family, then IP. LINKTYPE_NULL has the family in the byte order of the
// capturing machine, LINKTYPE_LOOP in network order. Families are small numbers, so the zero bytes show the order.

import { decodeIp } from '../../ip/ip.js';
import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';

const FIELD = { family: 0 } as const;
const HEADER_LENGTH = 4;

const AF_INET = 2;
/** AF_INET6 differs between systems: Windows 23; NetBSD, OpenBSD, BSD/OS 24; FreeBSD 28; macOS 30. */
const AF_INET6: readonly number[] = [23, 24, 28, 30];

export function decodeBsdLoopback(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const family = bsdFamilyAt(packet, offset + FIELD.family);
  return decodeBsdFamily(packet, family, offset + HEADER_LENGTH, limit);
}

/** An address family of four bytes, in the byte order that makes it a small number. */
export function bsdFamilyAt({ view }: Packet, offset: number): number {
  const bigEndian = view.getUint32(offset);
  return bigEndian > 0xffff ? view.getUint32(offset, true) : bigEndian;
}

/** Decodes IP according to an address family, as any of the systems numbers it. */
export function decodeBsdFamily(packet: Packet, family: number, offset: number, limit: number): PacketClass {
  const isIp = family === AF_INET || AF_INET6.includes(family);
  return isIp ? decodeIp(packet, offset, limit) : NOT_IP;
}
