// 6LoWPAN, IPv6 on links with short frames: headers of the mesh and of fragments, then IPv6, compressed or not. RFC 4944 5
// (dispatch, mesh, broadcast, fragments), RFC 6282 (compression); on Ethernet RFC 7973. Left out are the compression of
// RFC 4944, which RFC 6282 replaced, and the routing headers of RFC 8138.

import { decodeIpv6 } from '../../ip/ipv6.js';
import { enterLayer, type Packet } from '../../packet.js';
import { LATER_FRAGMENT, MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import {
  DESTINATION,
  KNOWN,
  SOURCE,
  writeEthernetId,
  writeExtendedId,
  writeShortId,
} from './interface-id.js';
import { decodeIphc } from './iphc.js';

const FIELD = { dispatch: 0 } as const;
const DISPATCH_LENGTH = 1;

const DISPATCH_IPV6 = 0x41;
const DISPATCH_BROADCAST = 0x50;
const BROADCAST_LENGTH = 2;
/** The first bits of the dispatch; the others are part of the header. */
const DISPATCH = {
  compressed: { mask: 0xe0, value: 0x60 },
  mesh: { mask: 0xc0, value: 0x80 },
  firstFragment: { mask: 0xf8, value: 0xc0 },
  laterFragment: { mask: 0xf8, value: 0xe0 },
} as const;
/** Size of the datagram and tag; later fragments have their offset, too. */
const FIRST_FRAGMENT_LENGTH = 4;

/** In the dispatch of a mesh header: whether the addresses have two bytes, not eight, and the number of hops left. */
const MESH = { shortOriginator: 0x20, shortFinal: 0x10, hopsMask: 0x0f, moreHops: 0x0f } as const;

/** `known` has the second halves of addresses that were written from the frame's addresses: see interface-id.ts. */
export function decodeLowpan(packet: Packet, offset: number, limit: number, known: number): PacketClass {
  const { view, end } = packet;
  let halves = known;
  for (let at = offset; ; ) {
    if (!enterLayer(packet)) return MALFORMED;
    if (end - at < DISPATCH_LENGTH) return TRUNCATED;
    const dispatch = view.getUint8(at + FIELD.dispatch);
    if (dispatch === DISPATCH_IPV6) return decodeIpv6(packet, at + DISPATCH_LENGTH, limit);
    if (is(dispatch, DISPATCH.compressed)) return decodeIphc(packet, at, limit, halves);
    if (is(dispatch, DISPATCH.laterFragment)) return LATER_FRAGMENT;
    if (dispatch === DISPATCH_BROADCAST) {
      at += BROADCAST_LENGTH;
    } else if (is(dispatch, DISPATCH.firstFragment)) {
      at += FIRST_FRAGMENT_LENGTH;
    } else if (is(dispatch, DISPATCH.mesh)) {
      const length = meshLength(dispatch);
      if (end - at < length) return TRUNCATED;
      writeMeshIds(packet, at, dispatch);
      halves = KNOWN.source | KNOWN.destination;
      at += length;
    } else {
      return NOT_IP;
    }
  }
}

/** 6LoWPAN on Ethernet, whose addresses take the place of those of IEEE 802.15.4. */
export function decodeLowpanOnEthernet(packet: Packet, offset: number, limit: number): PacketClass {
  const { ethernet } = packet;
  if (ethernet < 0) return decodeLowpan(packet, offset, limit, 0);
  writeEthernetId(packet, DESTINATION, ethernet);
  writeEthernetId(packet, SOURCE, ethernet + ETHERNET_ADDRESS_LENGTH);
  return decodeLowpan(packet, offset, limit, KNOWN.source | KNOWN.destination);
}

const ETHERNET_ADDRESS_LENGTH = 6;
const SHORT_LENGTH = 2;
const EXTENDED_LENGTH = 8;

function is(dispatch: number, { mask, value }: { readonly mask: number; readonly value: number }): boolean {
  return (dispatch & mask) === value;
}

function meshLength(dispatch: number): number {
  const originator = (dispatch & MESH.shortOriginator) === 0 ? EXTENDED_LENGTH : SHORT_LENGTH;
  const final = (dispatch & MESH.shortFinal) === 0 ? EXTENDED_LENGTH : SHORT_LENGTH;
  return hopsLength(dispatch) + originator + final;
}

/** The length of the dispatch and, if it has no room for the number of hops left, of the byte that has it. */
function hopsLength(dispatch: number): number {
  return (dispatch & MESH.hopsMask) === MESH.moreHops ? 2 : 1;
}

/** The originator's and the final destination's address, in network order. */
function writeMeshIds(packet: Packet, offset: number, dispatch: number): void {
  const originator = offset + hopsLength(dispatch);
  const isShort = (dispatch & MESH.shortOriginator) !== 0;
  const final = originator + (isShort ? SHORT_LENGTH : EXTENDED_LENGTH);
  if (isShort) writeShortId(packet, SOURCE, originator, false);
  else writeExtendedId(packet, SOURCE, originator, false);
  if ((dispatch & MESH.shortFinal) === 0) writeExtendedId(packet, DESTINATION, final, false);
  else writeShortId(packet, DESTINATION, final, false);
}
