// The interface of the walkers, one for each capture format. An item is a record of a pcap or a block of a pcapng.

import type { Tail } from '../capture/lookahead.js';
import type { PcapHeader } from '../capture/pcap/header.js';
import type { Interface } from '../capture/pcapng/blocks.js';
import type { Window } from '../capture/window.js';
import type { Tally } from '../tally/tally.js';

/** A section of a pcapng, as far as it has been read. */
export interface SectionLayout {
  readonly littleEndian: boolean;
  /** By number; undefined if the description is damaged. */
  readonly interfaces: readonly (Interface | undefined)[];
}

/** How the items of a capture are read. The header of a pcap is one that its records have settled. */
export type Layout = PcapHeader | SectionLayout;

export interface Walker {
  /**
   * Counts the packets of all whole items in [start, end) that begin before `stop`, and returns the offset at which it
   * stopped. If that is before `stop`, the item there needs more bytes, or it cannot be used and `damage` is set. An
   * offset beyond `end` means that the bytes up to it are not wanted. `isLast` says that there are no more bytes.
   */
  walk(window: Window, start: number, end: number, isLast: boolean, stop?: number): number;
  /** The fault at the offset at which `walk` stopped, as in `found …, expected …`. */
  readonly damage: string | undefined;
  /**
   * Set with `damage` if the item at which `walk` stopped is whole, but not followed by anything that could be an item:
   * the end of the item by its own length. Either that length is wrong, or the bytes after it are damaged.
   */
  readonly doubtfulEnd: number | undefined;
  /** Set if `walk` stopped because it needs the bytes there, beyond `end`: they are given to the next call in `tail`. */
  readonly tailAt?: number | undefined;
  tail?: Tail | undefined;
  /** Set if `walk` stopped at an item that ends after the end of the input: the number of its bytes in `tail` and before. */
  readonly tornLength?: number | undefined;
  /** Counts the doubtful item after all, and sets `damage` to what is wrong after it. */
  acceptDoubtful(window: Window, offset: number, end: number): void;
  /**
   * Counts the item in [start, end) in another tally, if it is complete: `walk` stopped at it because only the bytes after it
   * prove it. Absent if items prove themselves.
   */
  countHeld?(window: Window, start: number, end: number, tally: Tally): void;
  /** Returns the length of the item at which `walk` stopped, as far as it is known. */
  needed(window: Window, start: number, end: number): number;
  /**
   * Whether an item begins at this offset, beyond reasonable doubt; undefined if it takes more bytes to decide.
   */
  isItem(window: Window, offset: number, end: number, isLast: boolean): boolean | undefined;
  /**
   * Returns the first offset in [start, stop) at which an item or a head may begin, or `stop`. There must be
   * MAX_HEAD_LENGTH bytes before `end` at each. If `refuses`, it also skips items that `walk` would refuse at once, and
   * sets `refused` and `lastRefused` to their number and the offset of the last.
   */
  findSuspect(window: Window, start: number, stop: number, end: number, refuses: boolean): number;
  readonly refused: number;
  readonly lastRefused: number;
  /**
   * How another walker is to read the items from here on, as long as this is the same object; undefined if that is not
   * known, or no other walker can.
   */
  readonly layout: Layout | undefined;
  /**
   * The time in seconds or microseconds that the next items are understood by, which is that of an item before; undefined
   * if there was none. Set it when another walker has walked some items.
   */
  last: number | undefined;
}

/** The damage if an item has this length and is not followed by anything that could be an item. */
export function describeUnfollowed(length: number): string {
  return `found a record of ${length} bytes with no plausible record after it`;
}
