// Token ring: access and frame control, two addresses, an optional source route, then LLC. IEEE 802.5 3.2; source
// route: IEEE 802.1D annex C.3.3.2; IP on it: RFC 1042. LINKTYPE_IEEE802_5 at tcpdump.org.

import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeLlc } from '../ethernet/llc.js';

const FIELD = { frameControl: 1, source: 8, routingControl: 14 } as const;
const HEADER_LENGTH = 14;

const FRAME_TYPE_MASK = 0xc0;
const FRAME_TYPE_LLC = 0x40;

/** In the source address: the bit that is the group bit on other networks. */
const HAS_ROUTE = 0x80;
const ROUTE_LENGTH_MASK = 0x1f;
/** The length counts the two bytes of routing control and two bytes for each hop. */
const MIN_ROUTE_LENGTH = 2;

export function decodeTokenRing(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (end - offset < HEADER_LENGTH) return TRUNCATED;
  if ((view.getUint8(offset + FIELD.frameControl) & FRAME_TYPE_MASK) !== FRAME_TYPE_LLC) return NOT_IP;
  if ((view.getUint8(offset + FIELD.source) & HAS_ROUTE) === 0) {
    return decodeLlc(packet, offset + HEADER_LENGTH, limit);
  }
  if (end - offset < HEADER_LENGTH + MIN_ROUTE_LENGTH) return TRUNCATED;
  const routeLength = view.getUint8(offset + FIELD.routingControl) & ROUTE_LENGTH_MASK;
  if (routeLength < MIN_ROUTE_LENGTH || routeLength % 2 !== 0) return MALFORMED;
  return decodeLlc(packet, offset + HEADER_LENGTH + routeLength, limit);
}
