// The BSDs' enc interface: IPsec packets before encryption and after decryption, each after a header of twelve bytes
// in the byte order of the capturing machine. OpenBSD's enc(4), struct enchdr.

import type { Packet } from '../../packet.js';
import { type PacketClass, TRUNCATED } from '../../packet-class.js';
import { bsdFamilyAt, decodeBsdFamily } from './bsd-loopback.js';

const FIELD = { family: 0 } as const;
const HEADER_LENGTH = 12;

export function decodeEnc(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const family = bsdFamilyAt(packet, offset + FIELD.family);
  return decodeBsdFamily(packet, family, offset + HEADER_LENGTH, limit);
}
