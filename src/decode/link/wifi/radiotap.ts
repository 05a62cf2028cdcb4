// Radiotap: the radio's data about an 802.11 frame, then the frame. Format: radiotap.org.
// LINKTYPE_IEEE802_11_RADIOTAP at tcpdump.org.

import type { Packet } from '../../packet.js';
import { MALFORMED, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeIeee80211, decodePaddedIeee80211 } from './ieee80211.js';

/** All little-endian. */
const FIELD = { version: 0, length: 2, present: 4 } as const;
const MIN_HEADER_LENGTH = 8;
const VERSION = 0;

/** In each word of present bits: another word follows. */
const MORE_PRESENT = 0x8000_0000;
const WORD_LENGTH = 4;

/** The first two optional fields: the radio's clock, and flags. */
const PRESENT = { clock: 0x01, flags: 0x02 } as const;
const CLOCK_LENGTH = 8;
const FLAG_PADDED = 0x20;

export function decodeRadiotap(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (end - offset < MIN_HEADER_LENGTH) return TRUNCATED;
  if (view.getUint8(offset + FIELD.version) !== VERSION) return MALFORMED;
  const length = view.getUint16(offset + FIELD.length, true);
  if (length < MIN_HEADER_LENGTH) return MALFORMED;
  if (end - offset < length) return TRUNCATED;
  return (flagsIn(view, offset, length) & FLAG_PADDED) === 0
    ? decodeIeee80211(packet, offset + length, limit)
    : decodePaddedIeee80211(packet, offset + length, limit);
}

/** The flags in a header of `length` bytes; 0 if it has none. */
function flagsIn(view: DataView, offset: number, length: number): number {
  const present = view.getUint32(offset + FIELD.present, true);
  if ((present & PRESENT.flags) === 0) return 0;
  let at: number = FIELD.present;
  while (at + WORD_LENGTH <= length && (view.getUint32(offset + at, true) & MORE_PRESENT) !== 0) {
    at += WORD_LENGTH;
  }
  at += WORD_LENGTH;
  // Each field is aligned to its own length, counted from the beginning of the header.
  if ((present & PRESENT.clock) !== 0) at = Math.ceil(at / CLOCK_LENGTH) * CLOCK_LENGTH + CLOCK_LENGTH;
  return at < length ? view.getUint8(offset + at) : 0;
}
