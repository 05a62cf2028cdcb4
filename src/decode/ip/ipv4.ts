// IPv4. RFC 791 3.1.

import { NO_LIMIT, type Packet } from '../packet.js';
import { LATER_FRAGMENT, MALFORMED, type PacketClass, TRUNCATED } from '../packet-class.js';
import { decodeIpProtocol } from './ip-protocols.js';

const FIELD = {
  versionAndLength: 0,
  totalLength: 2,
  fragment: 6,
  protocol: 9,
  source: 12,
  destination: 16,
} as const;
const MIN_HEADER_LENGTH = 20;
const FRAGMENT_OFFSET_MASK = 0x1fff;

export function decodeIpv4(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (packet.end - offset < MIN_HEADER_LENGTH) return TRUNCATED;
  const versionAndLength = view.getUint8(offset + FIELD.versionAndLength);
  const headerLength = (versionAndLength & 0x0f) * 4;
  if (versionAndLength >>> 4 !== 4 || headerLength < MIN_HEADER_LENGTH) return MALFORMED;
  // Length 0 stands for a packet that the network card will segment: it ends where the packet around it ends.
  const totalLength = view.getUint16(offset + FIELD.totalLength) || NO_LIMIT;
  if (totalLength < headerLength) return MALFORMED;
  if ((view.getUint16(offset + FIELD.fragment) & FRAGMENT_OFFSET_MASK) !== 0) return LATER_FRAGMENT;
  packet.family = 4;
  packet.addresses = view;
  packet.server = offset + FIELD.source;
  packet.client = offset + FIELD.destination;
  const payloadLimit = Math.min(limit, offset + totalLength);
  return decodeIpProtocol(
    packet,
    view.getUint8(offset + FIELD.protocol),
    offset + headerLength,
    payloadLimit,
  );
}
