// Walks a capture of any format: recognises the format by the first bytes, leaves the rest to the walker for that format
// and, when it meets damage, searches for the next item. A new format needs a case in #makeWalker.

import {
  type CaptureFormat,
  formatAt,
  isHead,
  MAX_HEAD_LENGTH,
  notACaptureError,
} from '../capture/formats.js';
import type { Tail } from '../capture/lookahead.js';
import { ERF_RECORDS, isErf } from '../capture/other/erf.js';
import { parseSnoopHeader, SNOOP_HEADER_LENGTH } from '../capture/other/snoop.js';
import { describeTorn, parsePcapHeader } from '../capture/pcap/header.js';
import { parseSectionHeader } from '../capture/pcapng/blocks.js';
import { type Consumer, PAGE_LENGTH, type Window } from '../capture/window.js';
import { followEnd } from '../tally/evidence.js';
import type { Tally } from '../tally/tally.js';
import { type Gap, Gaps, type OpenGap } from './gaps.js';
import { type HotPath, hotPathOf } from './hot-path.js';
import { gapOfText, LeadingText } from './leading-text.js';
import { addReasons, PacketCounter } from './packet-counter.js';
import { PcapWalker } from './pcap-walker.js';
import { PcapngWalker } from './pcapng-walker.js';
import { RecordWalker } from './record-walker.js';
import {
  type Ahead,
  type CountedSegment,
  type CounterState,
  hasRoomFor,
  SEGMENT_LENGTH,
  stateOf,
} from './segment.js';
import { describeUnfollowed, type Walker } from './walker.js';

/** The most segments that are taken from other threads before the reader gives signals a chance. */
const MAX_SKIPPED = 4;

/** A segment that another thread has counted, and that is read for the handshakes of the one before. */
interface FollowedSegment {
  readonly counted: CountedSegment;
  /** Before it was read. */
  readonly counters: readonly CounterState[];
  /** Ends the following. */
  readonly end: () => void;
}

export class CaptureWalker implements Consumer {
  readonly window: Window;
  /** Format and version of the first capture, as in `pcap 2.4`; undefined until its head has been read. */
  format: string | undefined;
  /** By link type. */
  readonly counters: Map<number, PacketCounter> = new Map();

  readonly #gaps = new Gaps();
  readonly #tally: Tally;
  readonly #hotPath: HotPath;
  readonly #ahead: Ahead | undefined;
  #walker: Walker | undefined;
  /** Offset of the current capture's head, so that it is not opened again if it turns out to be damaged. */
  #headOffset = -1;
  #hasBegunAhead = false;
  /** Whether the input begins with records of ERF, which has no signature. */
  #isErf = false;
  /** Set as long as the input may turn out to be text with a capture after it. */
  #text: LeadingText | undefined;
  /** Offset up to which the end of the gap was searched for. */
  #searchedTo = 0;
  #segmentEnd = SEGMENT_LENGTH;
  /** Up to this offset the handshakes of the segment before are followed. */
  #followEnd = Number.POSITIVE_INFINITY;
  #followed: FollowedSegment | undefined;

  /** The bytes that were not consumed: the window keeps their place in a page. */
  #restAt = 0;
  #restLength = 0;

  /** @param ahead counts segments of the same capture in other threads */
  constructor(tally: Tally, ahead?: Ahead) {
    this.#tally = tally;
    this.#ahead = ahead;
    this.#hotPath = hotPathOf(tally);
    this.window = this.#hotPath.window;
  }

  /** The first gaps. */
  get gaps(): readonly Gap[] {
    return this.#gaps.list;
  }

  /** The number of all gaps. */
  get gapCount(): number {
    return this.#gaps.count;
  }

  /** The bytes in all gaps. */
  get bytesSkipped(): number {
    return this.#gaps.bytes;
  }

  get tailAt(): number | undefined {
    return this.#gaps.open === undefined ? this.#walker?.tailAt : undefined;
  }

  consume(window: Window, start: number, end: number, base: number, tail?: Tail): number {
    if (tail !== undefined && this.#walker !== undefined) this.#walker.tail = tail;
    const reached = this.#advance(window, start, end, base, false);
    this.#restAt = reached % PAGE_LENGTH;
    this.#restLength = Math.max(0, end - reached);
    return reached;
  }

  /** Counts the last record, which only the bytes after it prove, in another tally. */
  countHeld(tally: Tally): void {
    if (this.#restLength === 0 || this.#gaps.open !== undefined) return;
    this.#walker?.countHeld?.(this.window, this.#restAt, this.#restAt + this.#restLength, tally);
  }

  finish(window: Window, start: number, end: number, base: number, isInterrupted: boolean): void {
    this.#restLength = 0;
    this.#finish(window, start, end, base, isInterrupted);
    this.#forgetFollowed();
  }

  #finish(window: Window, start: number, end: number, base: number, isInterrupted: boolean): void {
    // Nothing was read before the interruption, so there is nothing to report.
    if (isInterrupted && this.#walker === undefined && this.#gaps.open === undefined) {
      if (this.#text === undefined || this.#text.isEmptyCapture(window.view, end)) return;
    }
    const at = start > end ? start : this.#advance(window, start, end, base, true);
    if (isInterrupted && (at > end || this.#gaps.open?.cutShortMessage !== undefined)) return;
    // The walker did not wait for the last bytes of an item, and they are missing.
    if (at > end) {
      const message = describeTorn(0, at - end);
      this.#gaps.note({ offset: base + end, length: 0, kind: 'cut-short', message });
    }
    if (this.#gaps.open !== undefined) this.#gaps.close(base + end, this.#gaps.open.cutShortMessage);
  }

  #advance(window: Window, start: number, end: number, base: number, isLast: boolean): number {
    let at = start;
    for (;;) {
      if (this.#gaps.open !== undefined) {
        at = this.#search(window, at, end, base, isLast);
        if (this.#gaps.open !== undefined) return at;
      }
      if (this.#walker === undefined) {
        if (end - at < MAX_HEAD_LENGTH && !isLast) return at;
        if (this.format === undefined) {
          const head = this.#skipText(window, at, end, isLast);
          if (head === undefined) return at;
          at = head;
        }
        this.#headOffset = base + at;
        at = this.#open(window, at, end);
      }
      const walker = this.#walker as unknown as Walker;
      if (base + at >= this.#followEnd || this.#isFollowedInVain()) {
        const reached = this.#endFollowing(walker, base + at) - base;
        if (reached > at) return reached;
      }
      if (base + at >= this.#segmentEnd) {
        this.#beginSegment(base + at);
        const reached = isLast ? at : this.#skipCounted(walker, base + at) - base;
        if (reached > at) return reached;
      }
      const stop = Math.min(this.#segmentEnd, this.#followEnd) - base;
      at = walker.walk(window, at, end, isLast, Math.min(stop, end));
      if (this.#ahead !== undefined) this.#beginAhead(walker);
      if (at >= end) return at;
      const { damage, doubtfulEnd, tornLength } = walker;
      if (damage === undefined && at >= stop) continue;
      if (damage !== undefined) {
        const doubt = doubtfulEnd === undefined ? {} : { doubtfulEnd: base + doubtfulEnd };
        this.#gaps.open = { offset: base + at, message: damage, ...doubt };
      } else if (isLast || tornLength !== undefined) {
        const needed = walker.needed(window, at, end);
        const message = describeUnfollowed(needed);
        this.#gaps.open = {
          offset: base + at,
          message,
          cutShortMessage: describeTorn(tornLength ?? end - at, needed),
        };
      } else {
        return at;
      }
    }
  }

  /**
   * Returns the offset of the first capture: it may follow text, which is then a gap. Without a capture, that is `at`.
   * Undefined if it takes more bytes to decide.
   */
  #skipText({ view }: Window, at: number, end: number, isLast: boolean): number | undefined {
    if (formatAt(view, at, end) !== undefined) return at;
    const hasErf = this.#text === undefined ? isErf(view, at, end, isLast) : false;
    this.#isErf = hasErf === true;
    if (hasErf !== false) return hasErf ? at : undefined;
    // The window begins with the input, because nothing has been consumed yet.
    this.#text ??= new LeadingText();
    const head = this.#text.find(view, end, isLast);
    if (head === undefined) return undefined;
    this.#text = undefined;
    if (head < 0) return at;
    this.#gaps.note(gapOfText(head));
    return head;
  }

  /** Folds the tally, at an offset that does not depend on how the capture is read. */
  #beginSegment(offset: number): void {
    // Merging so many rows takes as long as counting them, and more memory.
    if (this.#tally.foldIfFull()) this.#ahead?.close();
    this.#segmentEnd = (Math.floor(offset / SEGMENT_LENGTH) + 1) * SEGMENT_LENGTH;
    if (this.#tally.evidence === undefined) return;
    this.#tally.evidence.beginSegment();
    this.#followEnd = followEnd(offset, SEGMENT_LENGTH);
  }

  /** Ends the following of the segment before; returns where the next record is. */
  #endFollowing(walker: Walker, offset: number): number {
    this.#followEnd = Number.POSITIVE_INFINITY;
    const followed = this.#followed;
    if (followed === undefined) {
      this.#tally.evidence?.finishSegment();
      return offset;
    }
    this.#forgetFollowed();
    this.#use(followed.counted, walker);
    return followed.counted.end;
  }

  /** Whether a followed segment cannot show anything more. */
  #isFollowedInVain(): boolean {
    return this.#followed !== undefined && this.#tally.evidence?.hasOpenHandshakes !== true;
  }

  /** Makes what was read of a followed segment as if it had not been read. */
  #forgetFollowed(): void {
    if (this.#followed === undefined) return;
    const { end, counters } = this.#followed;
    end();
    for (const { linkType, undecoded, reasons } of counters) {
      const counter = this.#counterOf(linkType);
      counter.undecoded = undecoded;
      counter.reasons = reasons;
    }
    this.#followed = undefined;
  }

  /** Lets other threads count segments of the first capture, as soon as it is known how to read its records. */
  #beginAhead(walker: Walker): void {
    if (this.#hasBegunAhead || this.#headOffset !== 0) return;
    const { layout } = walker;
    if (layout === undefined) return;
    this.#hasBegunAhead = true;
    this.#ahead?.begin(layout);
  }

  /** Takes the segments that other threads have counted, and returns the offset of the first record after them. */
  #skipCounted(walker: Walker, start: number): number {
    const { layout } = walker;
    if (this.#ahead === undefined || layout === undefined) return start;
    let offset = start;
    for (let skipped = 0; skipped < MAX_SKIPPED; skipped++) {
      const counted = this.#ahead.take(offset, layout);
      if (counted === undefined || !this.#canUse(counted, offset)) break;
      if (this.#tally.evidence?.hasOpenHandshakes) {
        const counters = [...this.counters.values()].map(stateOf);
        this.#followed = { counted, counters, end: this.#tally.evidence.follow() };
        break;
      }
      this.#use(counted, walker);
      offset = counted.end;
      // There is a fold between two segments, even if this thread counts the next one.
      if (offset >= this.#segmentEnd && skipped < MAX_SKIPPED - 1) this.#beginSegment(offset);
    }
    return offset;
  }

  /** Whether there is no fold within the segments that were counted together, if they are several. */
  #canUse({ end, part }: CountedSegment, offset: number): boolean {
    const segments = Math.floor(end / SEGMENT_LENGTH) - Math.floor(offset / SEGMENT_LENGTH);
    return segments <= 1 || hasRoomFor(part, this.#tally);
  }

  #use(counted: CountedSegment, walker: Walker): void {
    this.#tally.merge(counted.part);
    this.#ahead?.giveBack(counted);
    for (const { linkType, undecoded, reasons } of counted.counters) {
      const counter = this.#counterOf(linkType);
      counter.undecoded += undecoded;
      addReasons(counter.reasons, reasons);
    }
    walker.last = counted.last;
    this.#followEnd = Number.POSITIVE_INFINITY;
  }

  /** Searches for the end of the gap; leaves the gap open if that needs more bytes, or there is no end. */
  #search(window: Window, start: number, end: number, base: number, isLast: boolean): number {
    let gap = this.#gaps.open as OpenGap;
    // The offsets up to here were looked at before more bytes came.
    let at = Math.max(start, this.#searchedTo - base);
    for (; at < end; at++) {
      if (base + at > gap.offset) {
        at = this.#skipHopeless(window, at, end, base);
        gap = this.#gaps.open as OpenGap;
      }
      if (base + at === gap.doubtfulEnd) {
        const walker = this.#walker as Walker;
        walker.acceptDoubtful(window, gap.offset - base, end);
        this.#gaps.open = gap = { offset: base + at, message: walker.damage ?? gap.message };
      }
      // Where the gap begins there is not an item, but there may be the head of another capture.
      const isItem = base + at > gap.offset && this.#walker?.isItem(window, at, end, isLast);
      const isNewHead = isItem !== true && base + at !== this.#headOffset && isHead(window.view, at, end);
      if (isNewHead) this.#walker = undefined;
      if (isItem === true || isNewHead) {
        this.#gaps.close(base + at);
        return at;
      }
      if (!isLast && (isItem === undefined || end - at < MAX_HEAD_LENGTH)) {
        this.#searchedTo = base + at;
        // The item in doubt is needed again if it turns out to be right.
        return gap.doubtfulEnd === undefined ? at : gap.offset - base;
      }
    }
    return end;
  }

  /** Skips offsets in a gap at which nothing can begin. Stops where more bytes are needed to decide, or the doubt ends. */
  #skipHopeless(window: Window, start: number, end: number, base: number): number {
    const { doubtfulEnd = Number.POSITIVE_INFINITY } = this.#gaps.open as OpenGap;
    const stop = Math.min(end - MAX_HEAD_LENGTH, doubtfulEnd - base);
    const walker = this.#walker;
    if (walker === undefined || start >= stop) return start;
    // An item that is refused ends the gap and begins another.
    const at = walker.findSuspect(window, start, stop, end, this.#gaps.isListFull);
    this.#gaps.reopen(walker.refused, base + walker.lastRefused);
    return at;
  }

  /** Opens the capture that begins at this offset, and returns the offset of its first item. @throws CaptureError */
  #open({ view, bytes }: Window, at: number, end: number): number {
    const format = formatAt(view, at, end) ?? (this.#isErf ? 'erf' : undefined);
    if (format === undefined) throw notACaptureError(bytes.subarray(at, end));
    const { version, walker, next } = this.#makeWalker(format, view, at, end);
    this.#walker = walker;
    this.#isErf = false;
    this.format ??= version === '' ? format : `${format} ${version}`;
    return next;
  }

  #makeWalker(
    format: CaptureFormat | 'erf',
    view: DataView,
    at: number,
    end: number,
  ): { version: string; walker: Walker; next: number } {
    switch (format) {
      case 'pcap': {
        const header = parsePcapHeader(view, at, end);
        const walker = new PcapWalker(header, this.#counterOf(header.linkType), this.#hotPath);
        return { version: header.version.text, walker, next: at + header.length };
      }
      case 'pcapng': {
        const { version } = parseSectionHeader(view, at, end);
        // The section header is a block like any other, so the walk begins with it.
        return {
          version,
          walker: new PcapngWalker(this.#hotPath, (linkType) => this.#counterOf(linkType)),
          next: at,
        };
      }
      case 'snoop': {
        const { version, records } = parseSnoopHeader(view, at, end);
        const walker = new RecordWalker(records, (linkType) => this.#counterOf(linkType), this.#hotPath);
        return { version, walker, next: at + SNOOP_HEADER_LENGTH };
      }
      case 'erf': {
        const walker = new RecordWalker(ERF_RECORDS, (linkType) => this.#counterOf(linkType), this.#hotPath);
        return { version: '', walker, next: at };
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
