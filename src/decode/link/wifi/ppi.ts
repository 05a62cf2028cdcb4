// Per-packet information (PPI): a header that names the link type of the frame after it. "PPI Packet Header" 1.0.7;
// LINKTYPE_PPI at tcpdump.org.

import type { Packet } from '../../packet.js';
import { MALFORMED, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeLinkType } from '../link-types.js';

/** All little-endian. */
const FIELD = { version: 0, length: 2, linkType: 4 } as const;
const MIN_HEADER_LENGTH = 8;
const VERSION = 0;

export function decodePpi(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (packet.end - offset < MIN_HEADER_LENGTH) return TRUNCATED;
  const length = view.getUint16(offset + FIELD.length, true);
  if (view.getUint8(offset + FIELD.version) !== VERSION || length < MIN_HEADER_LENGTH) return MALFORMED;
  const linkType = view.getUint32(offset + FIELD.linkType, true);
  return decodeLinkType(packet, linkType, offset + length, limit);
}
