// LISP data: eight bytes, then IP or the protocol that the header names. RFC 9300 5.3, RFC 9305 3 (generic protocol
// extension), RFC 8061 (encryption).

import type { Packet } from '../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../packet-class.js';
import { decodeNextProtocol } from './next-protocols.js';
import { decodeWholeIp } from './plausible.js';

const FIELD = { flags: 0, nextProtocol: 3 } as const;
const HEADER_LENGTH = 8;

const FLAG = { nextProtocol: 0x04, key: 0x03 } as const;

export function decodeLisp(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const flags = view.getUint8(offset + FIELD.flags);
  if ((flags & FLAG.key) !== 0) return NOT_IP;
  if ((flags & FLAG.nextProtocol) === 0) return decodeWholeIp(packet, offset + HEADER_LENGTH, limit);
  const nextProtocol = view.getUint8(offset + FIELD.nextProtocol);
  return decodeNextProtocol(packet, nextProtocol, offset + HEADER_LENGTH, limit);
}
