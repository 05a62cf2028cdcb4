// Ethernet on the hot path. Most packets are Ethernet with plain IPv4 or IPv6 and TCP: they are looked at right
// here, in one go. Every other packet, and every oddity, takes the decoders; of the plain ones these would say
// the same, as a property test shows. It is for whole packets, which have no outer limit.

import { ETHER_TYPE_IPV4, ETHER_TYPE_IPV6 } from './ether-types.js';
import { decodeEthernet } from './ethernet.js';
import { IP_PROTOCOL_TCP } from './ip-protocols.js';
import type { Packet } from './packet.js';
import { MIN_TCP_HEADER_LENGTH, SYN_AND_ACK } from './tcp.js';
import { OTHER_TCP, SYN_ACK, type Verdict } from './verdict.js';

const ETHER_TYPE = 12;
/** Offsets in a frame that carries IPv4 without options, and TCP. */
const V4 = {
  versionAndLength: 14,
  totalLength: 16,
  fragment: 20,
  protocol: 23,
  source: 26,
  destination: 30,
  sourcePort: 34,
  dataOffset: 46,
  flags: 47,
} as const;
/** Offsets in a frame that carries IPv6 without extension headers, and TCP. */
const V6 = {
  version: 14,
  payloadLength: 18,
  nextHeader: 20,
  source: 22,
  destination: 38,
  sourcePort: 54,
  dataOffset: 66,
  flags: 67,
} as const;
const IPV4_VERSION_AND_MIN_LENGTH = 0x45;
const IPV4_HEADER_LENGTH = 20;
const FRAGMENT_OFFSET_MASK = 0x1fff;
/** The first data offset (in the upper half of its byte) that makes a whole header. */
const MIN_DATA_OFFSET = (MIN_TCP_HEADER_LENGTH / 4) << 4;

export function decodePlainEthernet(packet: Packet, offset: number, limit: number): Verdict {
  const { view } = packet;
  const captured = packet.end - offset;
  if (captured > V4.flags) {
    const etherType = view.getUint16(offset + ETHER_TYPE);
    if (etherType === ETHER_TYPE_IPV4) {
      if (
        view.getUint8(offset + V4.versionAndLength) === IPV4_VERSION_AND_MIN_LENGTH &&
        view.getUint8(offset + V4.protocol) === IP_PROTOCOL_TCP &&
        (view.getUint16(offset + V4.fragment) & FRAGMENT_OFFSET_MASK) === 0 &&
        view.getUint16(offset + V4.totalLength) >= IPV4_HEADER_LENGTH + MIN_TCP_HEADER_LENGTH &&
        view.getUint8(offset + V4.dataOffset) >= MIN_DATA_OFFSET
      ) {
        if ((view.getUint8(offset + V4.flags) & SYN_AND_ACK) !== SYN_AND_ACK) return OTHER_TCP;
        packet.family = 4;
        packet.server = offset + V4.source;
        packet.client = offset + V4.destination;
        packet.port = view.getUint16(offset + V4.sourcePort);
        return SYN_ACK;
      }
    } else if (etherType === ETHER_TYPE_IPV6 && captured > V6.flags) {
      if (
        view.getUint8(offset + V6.version) >>> 4 === 6 &&
        view.getUint8(offset + V6.nextHeader) === IP_PROTOCOL_TCP &&
        view.getUint16(offset + V6.payloadLength) >= MIN_TCP_HEADER_LENGTH &&
        view.getUint8(offset + V6.dataOffset) >= MIN_DATA_OFFSET
      ) {
        if ((view.getUint8(offset + V6.flags) & SYN_AND_ACK) !== SYN_AND_ACK) return OTHER_TCP;
        packet.family = 6;
        packet.server = offset + V6.source;
        packet.client = offset + V6.destination;
        packet.port = view.getUint16(offset + V6.sourcePort);
        return SYN_ACK;
      }
    }
  }
  return decodeEthernet(packet, offset, limit);
}
