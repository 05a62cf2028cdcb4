// Walks the records of a format with nothing but records (see RecordFormat) and counts its SYN-ACKs. Such captures are rare,
// so the hot path only searches for them after damage.

import type { RecordFormat } from '../capture/other/record-format.js';
import { CHAIN_LENGTH } from '../capture/pcap/limits.js';
import { isNear } from '../capture/pcap/records.js';
import type { Window } from '../capture/window.js';
import type { HotPath } from './hot-path.js';
import type { PacketCounter } from './packet-counter.js';
import { describeUnfollowed, type Walker } from './walker.js';

const NOT_A_HEADER = 'found bytes that cannot be the header of a packet record';

export class RecordWalker implements Walker {
  damage: string | undefined;
  doubtfulEnd: number | undefined;
  /** A record that looks right is used. */
  readonly refused = 0;
  readonly lastRefused = 0;
  /** Such captures are rare, and threads do not split them. */
  readonly layout = undefined;
  /** Seconds of the last record: its neighbours must be near. */
  last: number | undefined;
  readonly #format: RecordFormat;
  readonly #counterOf: (linkType: number) => PacketCounter;
  readonly #hotPath: HotPath;
  #counter: PacketCounter | undefined;

  constructor(format: RecordFormat, counterOf: (linkType: number) => PacketCounter, hotPath: HotPath) {
    this.#format = format;
    this.#hotPath = hotPath;
    this.#counterOf = counterOf;
  }

  walk({ view }: Window, start: number, end: number, isLast: boolean, stop: number = end): number {
    const { headerLength } = this.#format;
    this.damage = undefined;
    this.doubtfulEnd = undefined;
    let offset = start;
    while (offset < stop && end - offset >= headerLength) {
      const length = this.#format.lengthAt(view, offset);
      if (length === undefined) {
        this.damage = NOT_A_HEADER;
        break;
      }
      const next = offset + length;
      if (next > end) break;
      // Only the bytes after a record show that its length is right.
      const isNextWhole = end - next >= headerLength;
      if (!isNextWhole && !isLast) break;
      if (isNextWhole && this.#format.lengthAt(view, next) === undefined) {
        this.damage = describeUnfollowed(length);
        this.doubtfulEnd = next;
        break;
      }
      this.#count(view, offset);
      offset = next;
    }
    return offset;
  }

  #count(view: DataView, offset: number): void {
    const format = this.#format;
    this.#counter ??= this.#counterOf(format.linkTypeAt(view, offset));
    const packet = format.packetAt(view, offset);
    if (!this.#counter.countUntimed(view, packet, format.packetEndAt(view, offset)))
      this.#counter.countTimed(format.timeAt(view, offset));
    this.last = format.secondsAt(view, offset) ?? this.last;
  }

  acceptDoubtful({ view }: Window, offset: number, end: number): void {
    const { headerLength } = this.#format;
    this.#count(view, offset);
    const next = offset + (this.#format.lengthAt(view, offset) as number);
    this.damage = end - next < headerLength ? undefined : NOT_A_HEADER;
    this.doubtfulEnd = undefined;
  }

  needed({ view }: Window, start: number, end: number): number {
    const { headerLength } = this.#format;
    if (end - start < headerLength) return headerLength;
    return this.#format.lengthAt(view, start) ?? headerLength;
  }

  isItem({ view }: Window, offset: number, end: number, isLast: boolean): boolean | undefined {
    const near = this.#isRecord(view, offset, end, isLast, this.last);
    if (near === true || this.last === undefined) return near;
    // The time of the last record may itself be damaged, so it can confirm a record but not rule it out.
    const any = this.#isRecord(view, offset, end, isLast, undefined);
    return any === true ? true : near === undefined ? near : any;
  }

  findSuspect(window: Window, start: number, stop: number, end: number): number {
    if (window !== this.#hotPath.window) return start;
    return this.#hotPath.findOtherRecord(start, stop, end, this.#format.kind);
  }

  #isRecord(
    view: DataView,
    offset: number,
    end: number,
    isLast: boolean,
    nearSeconds: number | undefined,
  ): boolean | undefined {
    const { headerLength } = this.#format;
    let near = nearSeconds;
    let at = offset;
    for (let found = 0; found < CHAIN_LENGTH; found++) {
      // At the very end one record is enough, if its time is near a known one.
      if (at === end && isLast) return found > (nearSeconds === undefined ? 1 : 0);
      // The last record of a torn file has lost its end, so the records before it must be enough.
      if (end - at < headerLength) return isLast ? found > 1 : undefined;
      const length = this.#format.lengthAt(view, at);
      if (length === undefined) return false;
      const seconds = this.#format.secondsAt(view, at);
      if (seconds !== undefined && near !== undefined && !isNear(seconds, near)) return false;
      near = seconds ?? near;
      at += length;
    }
    return true;
  }
}
