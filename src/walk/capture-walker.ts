// Parses a capture of any format: tells it from the first bytes, leaves the rest to the walker of that format,
// and when that meets damage, finds the place where it can go on. A further format is a further case in #open.

import {
  type CaptureFormat,
  formatAt,
  isHead,
  MAX_HEAD_LENGTH,
  notACaptureError,
} from '../capture/formats.js';
import { describeTorn, PCAP_HEADER_LENGTH, parsePcapHeader } from '../capture/pcap/header.js';
import { parseSectionHeader } from '../capture/pcapng/blocks.js';
import type { Consumer, Window } from '../capture/window.js';
import type { Tally } from '../tally/tally.js';
import { HotPath } from './hot-path.js';
import { PacketCounter } from './packet-counter.js';
import { PcapWalker } from './pcap-walker.js';
import { PcapngWalker } from './pcapng-walker.js';
import { type Ahead, SEGMENT_LENGTH } from './segment.js';
import type { Walker } from './walker.js';

/** Bytes of a capture that could not be used. */
export interface Gap {
  /** Where they begin. */
  readonly offset: number;
  readonly length: number;
  /** What was found there, and what was expected. */
  readonly problem: string;
}

/** Segments that are taken from other threads before the reader looks after signals. */
const MAX_SKIPPED = 4;

/** Gaps kept with their places. There may be as many as a hostile file likes: the rest are only counted. */
const MAX_GAPS = 100;

/** A gap whose end has not been found. */
interface OpenGap {
  readonly offset: number;
  readonly problem: string;
  /** What it was if no end is ever found: then it is the capture that ended too early. */
  readonly tornProblem?: string;
  /** Until here the gap is an item that is in doubt: if it ends nowhere before, that item was right. */
  readonly doubtfulEnd?: number;
}

export class CaptureWalker implements Consumer {
  readonly window: Window;
  /** Format and version of the capture's head, as in `pcap 2.4`; undefined until it has been read. */
  head: string | undefined;
  /** The first gaps, the number of all, and the sum of their bytes. */
  readonly gaps: Gap[] = [];
  gapCount = 0;
  bytesSkipped = 0;
  /** By link type. */
  readonly counters: Map<number, PacketCounter> = new Map();

  readonly #tally: Tally;
  readonly #hotPath: HotPath;
  readonly #ahead: Ahead | undefined;
  #walker: Walker | undefined;
  /** Where the head of the capture in hand is: if that turns out to be damaged, it is not opened again. */
  #headOffset = -1;
  #gap: OpenGap | undefined;
  #segmentEnd = SEGMENT_LENGTH;

  /** @param ahead counts segments of the same capture in other threads */
  constructor(tally: Tally, ahead?: Ahead) {
    this.#tally = tally;
    this.#ahead = ahead;
    this.#hotPath = new HotPath(tally);
    this.window = this.#hotPath.window;
  }

  consume(window: Window, start: number, end: number, base: number): number {
    return this.#advance(window, start, end, base, false);
  }

  finish(window: Window, start: number, end: number, base: number, isInterrupted: boolean): void {
    // Nothing came before the interruption, and nothing can be told of it.
    if (isInterrupted && this.#walker === undefined && this.#gap === undefined) return;
    const at = start > end ? start : this.#advance(window, start, end, base, true);
    if (isInterrupted && (at > end || this.#gap?.tornProblem !== undefined)) return;
    // Behind the end: the last bytes of an item were not waited for, and are not there.
    if (at > end) this.#note({ offset: base + end, length: 0, problem: describeTorn(0, at - end) });
    if (this.#gap !== undefined) {
      this.#gap = { ...this.#gap, problem: this.#gap.tornProblem ?? this.#gap.problem };
      this.#close(base + end);
    }
  }

  #advance(window: Window, start: number, end: number, base: number, isLast: boolean): number {
    let at = start;
    for (;;) {
      if (this.#gap !== undefined) {
        at = this.#search(window, at, end, base, isLast);
        if (this.#gap !== undefined) return at;
      }
      if (this.#walker === undefined) {
        if (end - at < MAX_HEAD_LENGTH && !isLast) return at;
        this.#headOffset = base + at;
        at = this.#open(window, at, end);
      }
      const walker = this.#walker as unknown as Walker;
      if (base + at >= this.#segmentEnd) {
        this.#beginSegment(base + at);
        const reached = isLast ? at : this.#skipCounted(walker, base + at) - base;
        if (reached > at) return reached;
      }
      const stop = this.#segmentEnd - base;
      at = walker.walk(window, at, end, isLast, Math.min(stop, end));
      if (at >= end) return at;
      const { damage, doubtfulEnd } = walker;
      if (damage === undefined && at >= stop) continue;
      if (damage !== undefined) {
        const doubt = doubtfulEnd === undefined ? {} : { doubtfulEnd: base + doubtfulEnd };
        this.#gap = { offset: base + at, problem: damage, ...doubt };
      } else if (isLast) {
        const needed = walker.needed(window, at, end);
        const problem = `found a record of ${needed} bytes, which nothing follows`;
        this.#gap = { offset: base + at, problem, tornProblem: describeTorn(end - at, needed) };
      } else {
        return at;
      }
    }
  }

  /** Folds the tally, in a place that does not depend on how the capture is read. */
  #beginSegment(offset: number): void {
    // To merge so many rows takes as long as to count them, and their memory besides.
    if (this.#tally.foldIfFull()) this.#ahead?.close();
    this.#segmentEnd = (Math.floor(offset / SEGMENT_LENGTH) + 1) * SEGMENT_LENGTH;
  }

  /** Takes the segments that were counted by others, and gives the place of the first record behind them. */
  #skipCounted(walker: Walker, start: number): number {
    if (this.#ahead === undefined || !(walker instanceof PcapWalker)) return start;
    let offset = start;
    for (let skipped = 0; skipped < MAX_SKIPPED; skipped++) {
      const counted = this.#ahead.take(offset, walker.header);
      if (counted === undefined) break;
      this.#tally.merge(counted.part);
      this.#counterOf(walker.header.linkType).undecoded += counted.undecoded;
      walker.lastSeconds = counted.lastSeconds;
      offset = counted.end;
      // The fold is between this segment and the next, wherever that is counted.
      if (offset >= this.#segmentEnd && skipped < MAX_SKIPPED - 1) this.#beginSegment(offset);
    }
    return offset;
  }

  /** Looks for the place where the gap ends; leaves it open if that takes more bytes, or there is none. */
  #search(window: Window, start: number, end: number, base: number, isLast: boolean): number {
    let gap = this.#gap as OpenGap;
    for (let at = start; at < end; at++) {
      if (base + at === gap.doubtfulEnd) {
        const walker = this.#walker as Walker;
        walker.acceptDoubtful(window, gap.offset - base, end);
        this.#gap = gap = { offset: base + at, problem: walker.damage ?? gap.problem };
      }
      // In the very place of the gap there is no item, but there may be the head of another capture.
      const isItem = base + at > gap.offset && this.#walker?.isItem(window, at, end, isLast);
      const isNewHead = isItem !== true && base + at !== this.#headOffset && isHead(window.view, at, end);
      if (isNewHead) this.#walker = undefined;
      if (isItem === true || isNewHead) {
        this.#close(base + at);
        return at;
      }
      if (!isLast && (isItem === undefined || end - at < MAX_HEAD_LENGTH)) {
        // An item in doubt must still be there when the doubt is over.
        return gap.doubtfulEnd === undefined ? at : gap.offset - base;
      }
    }
    return end;
  }

  /** Ends the gap in this place. One without length was none: a capture that `cat` put behind another. */
  #close(offset: number): void {
    const gap = this.#gap as OpenGap;
    this.#gap = undefined;
    const length = offset - gap.offset;
    if (length > 0) this.#note({ offset: gap.offset, length, problem: gap.problem });
  }

  #note(gap: Gap): void {
    this.gapCount += 1;
    this.bytesSkipped += gap.length;
    if (this.gaps.length < MAX_GAPS) this.gaps.push(gap);
  }

  /** Opens the capture that begins here, and gives the place of its first item. @throws CaptureError */
  #open({ view, bytes }: Window, at: number, end: number): number {
    const format = formatAt(view, at, end);
    if (format === undefined) throw notACaptureError(bytes.subarray(at, end));
    const { version, walker, next } = this.#makeWalker(format, view, at, end);
    this.#walker = walker;
    this.head ??= `${format} ${version}`;
    return next;
  }

  #makeWalker(
    format: CaptureFormat,
    view: DataView,
    at: number,
    end: number,
  ): { version: string; walker: Walker; next: number } {
    switch (format) {
      case 'pcap': {
        const header = parsePcapHeader(view, at, end);
        const walker = new PcapWalker(header, this.#counterOf(header.linkType), this.#hotPath);
        if (this.#headOffset === 0) this.#ahead?.begin(header);
        return { version: header.version.text, walker, next: at + PCAP_HEADER_LENGTH };
      }
      case 'pcapng': {
        const { version } = parseSectionHeader(view, at, end);
        // The section header is a block like any other, so scanning begins with it.
        return {
          version,
          walker: new PcapngWalker(this.#hotPath, (linkType) => this.#counterOf(linkType)),
          next: at,
        };
      }
    }
  }

  #counterOf(linkType: number): PacketCounter {
    let counter = this.counters.get(linkType);
    if (counter === undefined) {
      counter = new PacketCounter(this.#tally, linkType);
      this.counters.set(linkType, counter);
    }
    return counter;
  }
}
