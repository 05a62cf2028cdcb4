// Compressed IPv6 headers (IPHC) and extension headers (NHC) of 6LoWPAN. RFC 6282 3 and 4. TCP after them is never
// compressed. Addresses that are compressed with a context cannot be restored, because only the nodes know the context.

import { decodeNextHeader, isLaterFragment } from '../../ip/ipv6.js';
import { enterLayer, type Packet } from '../../packet.js';
import {
  LATER_FRAGMENT,
  MALFORMED,
  NOT_IP,
  NOT_TCP,
  type PacketClass,
  TRUNCATED,
} from '../../packet-class.js';
import { DESTINATION, KNOWN, SOURCE, writeShortId } from './interface-id.js';

const FIELD = { encoding: 0 } as const;
const ENCODING_LENGTH = 2;

/** In the encoding: whether the next header is compressed, too, and whether a byte with contexts follows. */
const FLAG = {
  nextHeader: 0x0400,
  contexts: 0x0080,
  sourceContext: 0x0040,
  multicast: 0x0008,
  destinationContext: 0x0004,
} as const;
const SHIFT = { trafficClass: 11, hopLimit: 8, source: 4, destination: 0 } as const;
const TWO_BITS = 0x3;
/** The lengths of fields in the packet, by their two bits in the encoding. */
const TRAFFIC_CLASS_LENGTHS: readonly number[] = [4, 3, 1, 0];
const HOP_LIMIT_LENGTHS: readonly number[] = [1, 0, 0, 0];
const ADDRESS_LENGTHS: readonly number[] = [16, 8, 2, 0];

const LINK_LOCAL = 0xfe80_0000;

/** `known` has the second halves of addresses that `packet.expanded` holds already. */
export function decodeIphc(packet: Packet, offset: number, limit: number, known: number): PacketClass {
  const { view, end } = packet;
  if (end - offset < ENCODING_LENGTH) return TRUNCATED;
  const encoding = view.getUint16(offset + FIELD.encoding);
  // TCP has no multicast.
  if ((encoding & FLAG.multicast) !== 0) return NOT_TCP;
  if ((encoding & (FLAG.sourceContext | FLAG.destinationContext)) !== 0) return NOT_IP;
  const sourceLength = ADDRESS_LENGTHS[(encoding >>> SHIFT.source) & TWO_BITS] ?? 0;
  const destinationLength = ADDRESS_LENGTHS[(encoding >>> SHIFT.destination) & TWO_BITS] ?? 0;
  if (sourceLength === 0 && (known & KNOWN.source) === 0) return NOT_IP;
  if (destinationLength === 0 && (known & KNOWN.destination) === 0) return NOT_IP;

  const isNextCompressed = (encoding & FLAG.nextHeader) !== 0;
  const nextHeader =
    offset +
    ENCODING_LENGTH +
    ((encoding & FLAG.contexts) === 0 ? 0 : 1) +
    (TRAFFIC_CLASS_LENGTHS[(encoding >>> SHIFT.trafficClass) & TWO_BITS] ?? 0);
  const source =
    nextHeader +
    (isNextCompressed ? 0 : 1) +
    (HOP_LIMIT_LENGTHS[(encoding >>> SHIFT.hopLimit) & TWO_BITS] ?? 0);
  const destination = source + sourceLength;
  const payload = destination + destinationLength;
  if (limit < payload) return MALFORMED;
  if (end < payload) return TRUNCATED;

  expand(packet, SOURCE, source, sourceLength);
  expand(packet, DESTINATION, destination, destinationLength);
  packet.family = 6;
  packet.addresses = packet.expanded;
  packet.server = SOURCE;
  packet.client = DESTINATION;
  return isNextCompressed
    ? decodeNhc(packet, payload, limit)
    : decodeNextHeader(packet, view.getUint8(nextHeader), payload, limit);
}

/** Writes an address of which `length` bytes are in the packet. Without its first half it is link-local. */
function expand(packet: Packet, to: number, offset: number, length: number): void {
  const { view, expanded } = packet;
  if (length === 2) writeShortId(packet, to, offset, false);
  else
    for (let at = 0; at < length; at += 4)
      expanded.setUint32(to + 16 - length + at, view.getUint32(offset + at));
  if (length === 16) return;
  expanded.setUint32(to, LINK_LOCAL);
  expanded.setUint32(to + 4, 0);
}

/** The first bits of a compressed extension header; then its type, and whether the next header is compressed, too. */
const EXTENSION = { mask: 0xf0, value: 0xe0, typeShift: 1, typeMask: 0x7, next: 0x01 } as const;
const TYPE_FRAGMENT = 2;
const TYPE_IPV6 = 7;
/** After the next header. */
const FRAGMENT = { offset: 1, length: 7 } as const;
/** The length of other extension headers is that of the bytes after it. */
const LENGTH_LENGTH = 1;

/** Compressed extension headers. No other compressed header carries TCP. */
function decodeNhc(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  for (let at = offset; ; ) {
    if (!enterLayer(packet) || limit - at < 1) return MALFORMED;
    if (end - at < 1) return TRUNCATED;
    const encoding = view.getUint8(at);
    at += 1;
    if ((encoding & EXTENSION.mask) !== EXTENSION.value) return NOT_TCP;
    const type = (encoding >>> EXTENSION.typeShift) & EXTENSION.typeMask;
    // An IPv6 header, whose addresses would be made from those of the header around it.
    if (type === TYPE_IPV6) return decodeIphc(packet, at, limit, 0);
    const isNextCompressed = (encoding & EXTENSION.next) !== 0;
    const nextHeader = at;
    if (!isNextCompressed) at += 1;
    const needed = type === TYPE_FRAGMENT ? FRAGMENT.length : LENGTH_LENGTH;
    if (limit - at < needed) return MALFORMED;
    if (end - at < needed) return TRUNCATED;
    if (type === TYPE_FRAGMENT && isLaterFragment(view, at + FRAGMENT.offset)) return LATER_FRAGMENT;
    at += type === TYPE_FRAGMENT ? FRAGMENT.length : LENGTH_LENGTH + view.getUint8(at);
    if (!isNextCompressed) return decodeNextHeader(packet, view.getUint8(nextHeader), at, limit);
  }
}
