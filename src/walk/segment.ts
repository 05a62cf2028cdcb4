// Segments of a capture, of equal length, which can be counted in any order and by any thread.

import { MAX_HEAD_LENGTH } from '../capture/formats.js';
import { PAGE_LENGTH, type Window } from '../capture/window.js';
import { followEnd } from '../tally/evidence.js';
import { DEFAULT_MAX_ROWS, ROW_4, ROW_6 } from '../tally/layout.js';
import type { Tally, TallyPart } from '../tally/tally.js';
import { type HotPath, hotPathOf } from './hot-path.js';
import { PacketCounter } from './packet-counter.js';
import { PcapWalker } from './pcap-walker.js';
import { PcapngWalker } from './pcapng-walker.js';
import type { Layout, Walker } from './walker.js';

/**
 * Bytes in a segment, whose records are those that begin in it. A tally is folded between segments, so it can exceed its
 * number of rows by the records of one segment.
 */
export const SEGMENT_LENGTH: number = 16 << 20;

/**
 * Bytes that are read together: room for the largest record and more. Each thread has a window, and memory that is never
 * touched costs nothing.
 */
const READ_LENGTH = 512 << 10;

/** With more rows than these, segments are not counted together: merging them would take no less time. */
const MAX_ROWS_TOGETHER = 65_536;

/** The counts of a segment, or of several in a row, as if nothing had come before it. */
export interface CountedSegment {
  /** Offset of its first record, found by plausibility. It is right if the segment before ends there. */
  readonly start: number;
  /** Offset of the first record after it. */
  readonly end: number;
  /** As in Walker. */
  readonly last: number | undefined;
  readonly counters: readonly CounterState[];
  readonly part: TallyPart;
}

/** The counts of a PacketCounter. */
export type CounterState = Pick<PacketCounter, 'linkType' | 'undecoded' | 'reasons'>;

export function stateOf({ linkType, undecoded, reasons }: PacketCounter): CounterState {
  return { linkType, undecoded, reasons: new Map(reasons) };
}

/** Whether a tally would not have too many rows with those of a part, even if all of these are new. */
export function hasRoomFor({ rows4, rows6 }: TallyPart, tally: Tally): boolean {
  const { maxRows = DEFAULT_MAX_ROWS } = tally.options;
  return tally.countRows() + rows4.length / ROW_4 + rows6.length / ROW_6 <= maxRows;
}

/** Counts segments before they are needed. */
export interface Ahead {
  /** Called at most once, for the capture that begins at byte 0, as soon as its layout is known. */
  begin(layout: Layout): void;
  /**
   * Returns the segment whose first record is at this offset; undefined if it was not counted, its first record was looked
   * for at another offset, or the layout is not the one that was begun with. Segments must be asked for in their order.
   */
  take(offset: number, layout: Layout): CountedSegment | undefined;
  /** Called when a segment has been merged: its memory can be used again. */
  giveBack(segment: CountedSegment): void;
  /** Called when no more segments are wanted. */
  close(): void;
}

/** Reads some bytes of a capture from `position` on to bytes[at, ..), and returns their number, 0 at the end. */
export type ReadAt = (bytes: Uint8Array, at: number, position: number) => number;

/**
 * Counts the segment with this number in a tally, which must be empty and is empty afterwards. Returns undefined if the
 * segment cannot be counted without those before it, because of damage, because its layout changes, or
 * because the file ends.
 * @param most counts at most this number of segments together, from that one on
 */
export function countSegment(
  read: ReadAt,
  layout: Layout,
  number: number,
  tally: Tally,
  most = 1,
): CountedSegment | undefined {
  const hotPath = hotPathOf(tally);
  const { window } = hotPath;
  const { bytes } = window;
  // Finding the first record may take more, to see whether others follow it.
  let room = bytes.subarray(0, READ_LENGTH);
  const counters = new Map<number, PacketCounter>();
  const walker = makeWalker(layout, hotPath, (linkType) => {
    const counter = counters.get(linkType) ?? new PacketCounter(tally, linkType);
    counters.set(linkType, counter);
    return counter;
  });
  const lastEnd = (number + most) * SEGMENT_LENGTH;
  let segmentEnd = (number + 1) * SEGMENT_LENGTH;
  // As in consumeInput: byte 0 of the window is byte `base` of the file, a multiple of the page length.
  let base = number * SEGMENT_LENGTH;
  let at = 0;
  let end = 0;
  let start: number | undefined;
  /** Up to this offset the handshakes of the segment before are followed, if that is counted too. */
  let followedEnd = Number.POSITIVE_INFINITY;
  let counted: Omit<CountedSegment, 'part'> | undefined;
  let endFollowing: (() => void) | undefined;
  // The end of the segment, then that of the bytes after it in which its handshakes are followed.
  let stop = segmentEnd;
  tally.evidence?.beginSeparateSegment();
  for (;;) {
    const count = read(room, end, base + end);
    end += count;
    if (start === undefined) {
      const found = findRecord(walker, window, end);
      if (found === undefined && count > 0 && room.length < bytes.length) {
        room = bytes;
        continue;
      }
      at = found ?? end;
      start = base + at;
    }
    if (count === 0 || at === end) break;
    at = walker.walk(window, at, end, false, Math.min(end, Math.min(stop, followedEnd) - base));
    if (walker.damage !== undefined || at > end || walker.tailAt !== undefined) break;
    if (walker.layout !== layout || needsEarlier(walker)) break;
    if (base + at >= followedEnd) {
      followedEnd = Number.POSITIVE_INFINITY;
      tally.evidence?.finishSegment();
    }
    if (base + at >= segmentEnd && segmentEnd < lastEnd && tally.countRows() <= MAX_ROWS_TOGETHER) {
      tally.evidence?.beginSegment();
      if (tally.evidence !== undefined) followedEnd = followEnd(segmentEnd, SEGMENT_LENGTH);
      segmentEnd += SEGMENT_LENGTH;
      stop = segmentEnd;
    }
    if (base + at >= segmentEnd && counted === undefined) {
      counted = { start, end: base + at, last: walker.last, counters: [...counters.values()].map(stateOf) };
      tally.evidence?.beginSegment();
      endFollowing = tally.evidence?.follow();
      stop = followEnd(segmentEnd, SEGMENT_LENGTH);
    }
    if (counted !== undefined && (base + at >= stop || tally.evidence?.hasOpenHandshakes !== true)) {
      endFollowing?.();
      return { ...counted, part: tally.takePart() };
    }
    const shift = at - (at % PAGE_LENGTH);
    bytes.copyWithin(at - shift, at, end);
    base += shift;
    at -= shift;
    end -= shift;
    if (end === room.length) room = bytes;
  }
  endFollowing?.();
  tally.takePart();
  return undefined;
}

function makeWalker(
  layout: Layout,
  hotPath: HotPath,
  counterOf: (linkType: number) => PacketCounter,
): PcapWalker | PcapngWalker {
  if ('interfaces' in layout) return new PcapngWalker(hotPath, counterOf, layout);
  return new PcapWalker(layout, counterOf(layout.linkType), hotPath);
}

/** Whether the items that were walked cannot be understood without those before. */
function needsEarlier(walker: PcapWalker | PcapngWalker): boolean {
  return walker instanceof PcapngWalker && walker.hasUnknownTime;
}

function findRecord(walker: Walker, window: Window, end: number): number | undefined {
  for (let at = 0; at < end; at++) {
    at = walker.findSuspect(window, at, Math.max(at, end - MAX_HEAD_LENGTH), end, false);
    const isRecord = walker.isItem(window, at, end, false);
    if (isRecord !== false) return isRecord === true ? at : undefined;
  }
  return undefined;
}
