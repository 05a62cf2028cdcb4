// IP authentication header (AH): the packet that it signs follows, unencrypted. RFC 4302 2. In IPv6 it is one of
// the extension headers: see ipv6.ts.

import type { Packet } from '../packet.js';
import { MALFORMED, type PacketClass, TRUNCATED } from '../packet-class.js';
import { decodeIpProtocol } from './ip-protocols.js';

const FIELD = { nextHeader: 0, length: 1 } as const;
/** Up to the integrity check value. */
const MIN_HEADER_LENGTH = 12;

export function decodeAuthentication(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < MIN_HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < MIN_HEADER_LENGTH) return TRUNCATED;
  // In words of four bytes; two of them are not counted.
  const headerLength = (view.getUint8(offset + FIELD.length) + 2) * 4;
  if (headerLength < MIN_HEADER_LENGTH) return MALFORMED;
  return decodeIpProtocol(packet, view.getUint8(offset + FIELD.nextHeader), offset + headerLength, limit);
}
