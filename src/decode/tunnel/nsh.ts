// Network service header (NSH), which steers a packet through a chain of services. RFC 8300 2.

import type { Packet } from '../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../packet-class.js';
import { decodeNextProtocol } from './next-protocols.js';

/** Version 2 bits, operation and maintenance 1, unassigned 1, time to live 6, length 6. Only version and length count. */
const FIELD = { versionToLength: 0, nextProtocol: 3 } as const;
/** The base header and the service path header. */
const MIN_HEADER_LENGTH = 8;

const VERSION_SHIFT = 14;
/** In words of four bytes, including the base header. */
const LENGTH_MASK = 0x3f;

export function decodeNsh(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < MIN_HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < MIN_HEADER_LENGTH) return TRUNCATED;
  const versionToLength = view.getUint16(offset + FIELD.versionToLength);
  if (versionToLength >>> VERSION_SHIFT !== 0) return NOT_IP;
  const length = (versionToLength & LENGTH_MASK) * 4;
  if (length < MIN_HEADER_LENGTH || limit - offset < length) return MALFORMED;
  return decodeNextProtocol(packet, view.getUint8(offset + FIELD.nextProtocol), offset + length, limit);
}
