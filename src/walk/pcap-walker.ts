// Walks the records of a classic pcap in place and counts its SYN-ACKs. src/hot/pcap.ts counts most of them, and leaves
// the others to this walker. Nothing is allocated for a packet: it is an offset, never an object.

import { isHead, MAX_HEAD_LENGTH } from '../capture/formats.js';
import { describeInvalidLength, type PcapHeader } from '../capture/pcap/header.js';
import { MAX_CAPTURED_LENGTH } from '../capture/pcap/limits.js';
import {
  capturedLengthAt,
  coversRecords,
  isNear,
  isRecord,
  isUsable,
  secondsAt,
  timeAt,
} from '../capture/pcap/records.js';
import { settleHeader } from '../capture/pcap/variants.js';
import type { Window } from '../capture/window.js';
import type { Tally } from '../tally/tally.js';
import type { HotPath, PlainRecords } from './hot-path.js';
import { PacketCounter } from './packet-counter.js';
import { describeUnfollowed, type Walker } from './walker.js';

export class PcapWalker implements Walker {
  damage: string | undefined;
  doubtfulEnd: number | undefined;
  readonly tailAt = undefined;
  /** A record that looks right is used. */
  readonly refused = 0;
  readonly lastRefused = 0;
  /** Changed once if the first record shows that its header is longer than usual. */
  header: PcapHeader;
  readonly #counter: PacketCounter;
  readonly #hotPath: HotPath;
  /** How the hot path is to read the records; undefined if it cannot read them. */
  #plain: PlainRecords | undefined;
  /** Seconds of the last record: its neighbours must be near. */
  last: number | undefined;

  constructor(header: PcapHeader, counter: PacketCounter, hotPath: HotPath) {
    this.header = header;
    this.#counter = counter;
    this.#hotPath = hotPath;
    this.#setHeader(header);
  }

  #setHeader(header: PcapHeader): void {
    this.header = header;
    const { recordHeaderLength, fractionsPerMicrosecond, littleEndian, version } = header;
    const layout = this.#counter.plain;
    if (layout === undefined || version.lengthsMayBeSwapped) return;
    this.#plain = { isSwapped: !littleEndian, recordHeaderLength, fractionsPerMicrosecond, ...layout };
  }

  walk(window: Window, start: number, end: number, isLast: boolean, stop: number = end): number {
    const { view } = window;
    this.damage = undefined;
    this.doubtfulEnd = undefined;
    if (!this.isSettled) this.#settle(view, start, end, isLast);
    if (!this.isSettled && !isLast) return start;
    const header = this.header;
    const { recordHeaderLength } = header;
    const counter = this.#counter;
    let offset = start;
    let isItem = isUsable(view, offset, end, header, isLast, this.last);
    if (isItem === false) this.damage = describeDamage(view, offset, header);
    while (isItem === true && offset < stop) {
      const reached = this.#walkHotPath(window, offset, end, stop);
      if (reached > offset) {
        offset = reached;
        isItem = isUsable(view, offset, end, header, isLast, this.last);
        continue;
      }
      const packet = offset + recordHeaderLength;
      const next = packet + capturedLengthAt(view, offset, header);
      if (next > end) break;
      // Only the bytes after a record show that its length is right, and that all of it is its own.
      const seconds = secondsAt(view, offset, header);
      const isNextItem = isUsable(view, next, end, header, isLast, seconds);
      const isLeap = isNextItem === true && !isNear(secondsAt(view, next, header), seconds);
      // A head that begins in the record may end after it.
      if (isLeap && !isLast && end - next < MAX_HEAD_LENGTH) break;
      const isTorn = isLeap && this.#hasHead(window, packet, next, end);
      if (isNextItem === false || isTorn) {
        this.damage = describeUnfollowed(next - offset);
        this.doubtfulEnd = next;
        break;
      }
      const covers = coversRecords(view, offset, end, header, isLast, isLeap);
      if (covers === true) {
        this.damage = describeCovering(next - packet);
        break;
      }
      if (covers === undefined && !isLast) break;
      if (isNextItem === undefined && !isLast) break;
      if (!this.#countUntimed(view, packet, next)) counter.countTimed(timeAt(view, offset, header));
      this.last = seconds;
      offset = next;
      isItem = isNextItem;
    }
    // If there was no whole record, the time in the header of a torn one must do.
    const hasHeader = isLast && end - offset >= recordHeaderLength && this.damage === undefined;
    if (hasHeader) this.last ??= secondsAt(view, offset, header);
    return offset;
  }

  /** Counts the packet, which is captured with the padding before it, unless its time is needed. */
  #countUntimed(view: DataView, start: number, end: number): boolean {
    return this.#counter.countUntimed(view, Math.min(start + this.header.padding, end), end);
  }

  get layout(): PcapHeader | undefined {
    return this.isSettled ? this.header : undefined;
  }

  /** Whether the length of the record headers is known for certain. */
  get isSettled(): boolean {
    return this.header.otherRecordHeaderLengths.length === 0;
  }

  /** Settles the length of the record headers by the first record, which is at this offset, unless that takes more bytes. */
  #settle(view: DataView, offset: number, end: number, isLast: boolean): void {
    const found = this.#settledBy(view, offset, end, isLast);
    if (found !== undefined) this.#setHeader(found);
  }

  #settledBy(view: DataView, offset: number, end: number, isLast: boolean): PcapHeader | undefined {
    const isIp = this.#counter.isIp.bind(this.#counter);
    return settleHeader(view, offset, end, this.header, isLast, isIp);
  }

  /** Lets the hot path count records, and returns the offset of the first that it leaves. */
  #walkHotPath(window: Window, start: number, end: number, stop: number): number {
    if (this.#plain === undefined || window !== this.#hotPath.window) return start;
    const reached = this.#hotPath.walkRecords(start, end, stop, this.#plain);
    if (reached > start) this.last = this.#hotPath.lastSeconds;
    return reached;
  }

  acceptDoubtful({ view }: Window, offset: number, end: number): void {
    const header = this.header;
    const packet = offset + header.recordHeaderLength;
    const next = packet + capturedLengthAt(view, offset, header);
    if (!this.#countUntimed(view, packet, next)) this.#counter.countTimed(timeAt(view, offset, header));
    this.last = secondsAt(view, offset, header);
    this.damage = end - next < header.recordHeaderLength ? undefined : describeDamage(view, next, header);
    this.doubtfulEnd = undefined;
  }

  countHeld({ view }: Window, start: number, end: number, tally: Tally): void {
    const header = this.isSettled ? this.header : this.#settledBy(view, start, end, true);
    if (header === undefined || isUsable(view, start, end, header, true, this.last) !== true) return;
    const packet = start + header.recordHeaderLength;
    if (packet + capturedLengthAt(view, start, header) !== end) return;
    const counter = new PacketCounter(tally, header.linkType);
    const isCounted = counter.countUntimed(view, Math.min(packet + header.padding, end), end);
    if (!isCounted) counter.countTimed(timeAt(view, start, header));
  }

  needed({ view }: Window, start: number, end: number): number {
    const { recordHeaderLength } = this.header;
    if (end - start < recordHeaderLength) return recordHeaderLength;
    return recordHeaderLength + capturedLengthAt(view, start, this.header);
  }

  isItem({ view }: Window, offset: number, end: number, isLast: boolean): boolean | undefined {
    const near = isRecord(view, offset, end, this.header, isLast, this.last);
    if (near === true || this.last === undefined) return near;
    // The time of the last record may itself be damaged, so it can confirm a record but not rule it out.
    const any = isRecord(view, offset, end, this.header, isLast, undefined);
    return any === true ? true : near === undefined ? near : any;
  }

  findSuspect(window: Window, start: number, stop: number, end: number): number {
    if (window !== this.#hotPath.window) return start;
    return this.#hotPath.findRecord(start, stop, end, this.header, this.last);
  }

  /**
   * Whether another capture begins in the bytes of a packet: if `cat` appends it to a capture that was cut short, it
   * fills the last packet up. This is checked only where a leap in time makes it likely.
   */
  #hasHead(window: Window, packet: number, next: number, end: number): boolean {
    const isHot = window === this.#hotPath.window;
    const stop = Math.min(next, end - MAX_HEAD_LENGTH);
    for (let at = packet; at < next; at++) {
      if (isHot && at < stop) at = this.#hotPath.findHead(at, stop);
      if (at < next && isHead(window.view, at, end)) return true;
    }
    return false;
  }
}

function describeCovering(capturedLength: number): string {
  return `found a captured length of ${capturedLength} bytes, which covers other records`;
}

function describeDamage(view: DataView, offset: number, header: PcapHeader): string {
  const capturedLength = capturedLengthAt(view, offset, header);
  return capturedLength > MAX_CAPTURED_LENGTH
    ? describeInvalidLength(capturedLength)
    : 'found bytes that cannot be the header of a packet record';
}
