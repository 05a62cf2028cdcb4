// IPv6 and its extension headers. RFC 8200 3 and 4; authentication header RFC 4302 2.2.

import { enterLayer, NO_LIMIT, type Packet } from '../packet.js';
import { LATER_FRAGMENT, MALFORMED, type PacketClass, TRUNCATED } from '../packet-class.js';
import { decodeIpProtocol } from './ip-protocols.js';

const FIELD = { version: 0, payloadLength: 4, nextHeader: 6, source: 8, destination: 24 } as const;
const HEADER_LENGTH = 40;

const EXTENSION = { nextHeader: 0, length: 1, fragment: 2 } as const;
const MIN_EXTENSION_LENGTH = 8;
const FRAGMENT_OFFSET_MASK = 0xfff8;

export function decodeIpv6(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  if (view.getUint8(offset + FIELD.version) >>> 4 !== 6) return MALFORMED;
  packet.family = 6;
  packet.addresses = view;
  packet.server = offset + FIELD.source;
  packet.client = offset + FIELD.destination;
  // Length 0 stands for a jumbogram, or a packet that the network card will segment: it ends where the packet
  // around it ends.
  const payloadLength = view.getUint16(offset + FIELD.payloadLength) || NO_LIMIT;
  const payloadLimit = Math.min(limit, offset + HEADER_LENGTH + payloadLength);
  const nextHeader = view.getUint8(offset + FIELD.nextHeader);
  return decodeNextHeader(packet, nextHeader, offset + HEADER_LENGTH, payloadLimit);
}

/** Decodes any number of extension headers and then the payload. `first` is the type of the header at `offset`. */
export function decodeNextHeader(packet: Packet, first: number, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  let nextHeader = first;
  for (let at = offset; ; ) {
    const unit = extensionUnit(nextHeader);
    if (unit === 0) return decodeIpProtocol(packet, nextHeader, at, limit);
    if (!enterLayer(packet) || limit - at < MIN_EXTENSION_LENGTH) return MALFORMED;
    if (end - at < MIN_EXTENSION_LENGTH) return TRUNCATED;
    const isFragment = nextHeader === FRAGMENT;
    if (isFragment && isLaterFragment(view, at + EXTENSION.fragment)) return LATER_FRAGMENT;
    nextHeader = view.getUint8(at + EXTENSION.nextHeader);
    // The fragment header is 8 bytes long and has no length field. The length of any other header does not count
    // the first 8 bytes, and is in units of 8 bytes; that of AH (RFC 4302) is in units of 4.
    at += isFragment ? MIN_EXTENSION_LENGTH : 8 + view.getUint8(at + EXTENSION.length) * unit;
  }
}

const FRAGMENT = 44;

/** Whether a fragment header's field for the fragment offset, at `at`, is not 0. */
export function isLaterFragment(view: DataView, at: number): boolean {
  return (view.getUint16(at) & FRAGMENT_OFFSET_MASK) !== 0;
}

/** Bytes in a unit of the header's length field; 0 if this is not an extension header. */
function extensionUnit(nextHeader: number): 0 | 4 | 8 {
  switch (nextHeader) {
    case 0: // hop-by-hop options
    case 43: // routing
    case FRAGMENT:
    case 60: // destination options
    case 135: // mobility, RFC 6275
    case 139: // host identity, RFC 7401
    case 140: // shim6, RFC 5533
      return 8;
    case 51: // authentication
      return 4;
    default:
      return 0;
  }
}
