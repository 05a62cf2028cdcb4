// Apple's PKTAP: a header, in one of two versions, that names the link type of the frame after it. LINKTYPE_PKTAP at
// tcpdump.org.

import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeLinkType } from '../link-types.js';

/** All little-endian. The flags, which show the version, are at the same offset in both. */
const FIELD_V1 = { length: 0, recordType: 4, linkType: 8, flags: 36 } as const;
const FIELD_V2 = { length: 0, linkType: 6 } as const;
const MIN_HEADER_LENGTH_V1 = 108;
const MIN_HEADER_LENGTH_V2 = 40;

const FLAG_V2 = 0x0008_0000;
const RECORD_TYPE_PACKET = 1;

export function decodePktap(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (packet.end - offset < MIN_HEADER_LENGTH_V2) return TRUNCATED;
  if ((view.getUint32(offset + FIELD_V1.flags, true) & FLAG_V2) !== 0) {
    const length = view.getUint8(offset + FIELD_V2.length);
    if (length < MIN_HEADER_LENGTH_V2) return MALFORMED;
    const linkType = view.getUint16(offset + FIELD_V2.linkType, true);
    return decodeLinkType(packet, linkType, offset + length, limit);
  }
  const length = view.getUint32(offset + FIELD_V1.length, true);
  if (length < MIN_HEADER_LENGTH_V1) return MALFORMED;
  if (view.getUint32(offset + FIELD_V1.recordType, true) !== RECORD_TYPE_PACKET) return NOT_IP;
  const linkType = view.getUint32(offset + FIELD_V1.linkType, true);
  return decodeLinkType(packet, linkType, offset + length, limit);
}
