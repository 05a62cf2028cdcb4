// A capture in pieces of equal length, which can be counted each by itself, in any order and by any thread.

import type { PcapHeader } from '../capture/pcap/header.js';
import { PAGE_LENGTH, type Window } from '../capture/window.js';
import type { Tally, TallyPart } from '../tally/tally.js';
import { HotPath } from './hot-path.js';
import { PacketCounter } from './packet-counter.js';
import { PcapWalker } from './pcap-walker.js';

/**
 * Bytes in a segment. To a segment belong the records that begin in it. A tally is folded between segments, so it
 * can have as many rows more as one of them has records.
 */
export const SEGMENT_LENGTH: number = 16 << 20;

/** What was counted in a segment, as if nothing had come before it. */
export interface CountedSegment {
  /** Where its first record begins: found by plausibility. The end of the segment before it is the proof. */
  readonly start: number;
  /** Where the first record behind it begins. */
  readonly end: number;
  /** Seconds in the header of its last record. */
  readonly lastSeconds: number;
  /** Packets that were not looked at, for want of a decoder. */
  readonly undecoded: number;
  readonly part: TallyPart;
}

/** Counts segments before they are asked for. */
export interface Ahead {
  /** Told once that a classic pcap with this header begins at the first byte. */
  begin(header: PcapHeader): void;
  /**
   * The segment whose first record is at this offset; undefined if it was not counted, or its beginning was
   * guessed wrong. Segments are asked for in their order.
   */
  take(offset: number, header: PcapHeader): CountedSegment | undefined;
  /** Told when no further segment is wanted. */
  close(): void;
}

/** Reads some bytes of a capture that begin at `position` to bytes[at, ..), and gives their number; 0 at the end. */
export type ReadAt = (bytes: Uint8Array, at: number, position: number) => number;

/**
 * Counts the segment with this number, into a tally that is empty and will be again. Undefined if that cannot be
 * done without knowing what is before it: for damage, say, or because the file ends.
 */
export function countSegment(
  read: ReadAt,
  header: PcapHeader,
  number: number,
  tally: Tally,
): CountedSegment | undefined {
  const hotPath = new HotPath(tally);
  const { window } = hotPath;
  const { bytes } = window;
  const counter = new PacketCounter(tally, header.linkType);
  const walker = new PcapWalker(header, counter, hotPath);
  const segmentEnd = (number + 1) * SEGMENT_LENGTH;
  // As in consumeInput: byte 0 of the window is byte `base` of the file, a multiple of the page length.
  let base = number * SEGMENT_LENGTH;
  let at = 0;
  let end = 0;
  let start: number | undefined;
  for (;;) {
    const count = read(bytes, end, base + end);
    end += count;
    if (start === undefined) {
      at = findRecord(walker, window, end) ?? end;
      start = base + at;
    }
    if (count === 0 || at === end) break;
    at = walker.walk(window, at, end, false, Math.min(end, segmentEnd - base));
    if (walker.damage !== undefined) break;
    if (base + at >= segmentEnd) {
      const lastSeconds = walker.lastSeconds as number;
      return { start, end: base + at, lastSeconds, undecoded: counter.undecoded, part: tally.takePart() };
    }
    const shift = at - (at % PAGE_LENGTH);
    bytes.copyWithin(at - shift, at, end);
    base += shift;
    at -= shift;
    end -= shift;
  }
  tally.takePart();
  return undefined;
}

function findRecord(walker: PcapWalker, window: Window, end: number): number | undefined {
  for (let at = 0; at < end; at++) {
    const isRecord = walker.isItem(window, at, end, false);
    if (isRecord !== false) return isRecord === true ? at : undefined;
  }
  return undefined;
}
