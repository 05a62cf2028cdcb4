// The second half of an IPv6 address, made from an address of the link layer: compressed IPv6 headers may leave it out.
// IEEE 802.15.4 addresses: RFC 6282 3.2.2. Ethernet addresses: RFC 2464 4.

import type { Packet } from '../../packet.js';

/** Where `packet.expanded` has each address. Its second half is written before the IPv6 header is decoded. */
export const SOURCE = 0;
export const DESTINATION = 16;

/** The halves that were written, as bits. */
export const KNOWN = { source: 1, destination: 2 } as const;

const SECOND_HALF = 8;
/** The bit of an address that is inverted in the identifier made from it. */
const LOCAL_BIT = 0x02;

/** From an address of two bytes. */
export function writeShortId(
  { view, expanded }: Packet,
  to: number,
  offset: number,
  isLittleEndian: boolean,
): void {
  expanded.setUint32(to + SECOND_HALF, 0x0000_00ff);
  expanded.setUint16(to + SECOND_HALF + 4, 0xfe00);
  expanded.setUint16(to + SECOND_HALF + 6, view.getUint16(offset, isLittleEndian));
}

/** From an address of eight bytes. */
export function writeExtendedId(
  { view, expanded }: Packet,
  to: number,
  offset: number,
  isLittleEndian: boolean,
): void {
  const [high, low] = isLittleEndian ? [4, 0] : [0, 4];
  expanded.setUint32(to + SECOND_HALF, view.getUint32(offset + high, isLittleEndian));
  expanded.setUint32(to + SECOND_HALF + 4, view.getUint32(offset + low, isLittleEndian));
  invertLocalBit(expanded, to);
}

/** From an Ethernet address. */
export function writeEthernetId({ view, expanded }: Packet, to: number, offset: number): void {
  expanded.setUint16(to + SECOND_HALF, view.getUint16(offset));
  expanded.setUint8(to + SECOND_HALF + 2, view.getUint8(offset + 2));
  expanded.setUint16(to + SECOND_HALF + 3, 0xfffe);
  expanded.setUint8(to + SECOND_HALF + 5, view.getUint8(offset + 3));
  expanded.setUint16(to + SECOND_HALF + 6, view.getUint16(offset + 4));
  invertLocalBit(expanded, to);
}

function invertLocalBit(expanded: DataView, to: number): void {
  expanded.setUint8(to + SECOND_HALF, expanded.getUint8(to + SECOND_HALF) ^ LOCAL_BIT);
}
