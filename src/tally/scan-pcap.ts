// Walks the records of a classic pcap in place and counts its SYN-ACKs: the hot path. Nothing is allocated for
// a packet, which is an offset and never an object.

import type { Window } from '../capture/feed.js';
import { describeInvalidLength, MAX_CAPTURED_LENGTH, type PcapHeader } from '../capture/pcap.js';
import {
  capturedLengthAt,
  isFollowed,
  isRecord,
  isUsual,
  secondsAt,
  timeAt,
} from '../capture/pcap-records.js';
import type { PacketCounter } from './count-packet.js';
import type { Scanner } from './scanner.js';

export class PcapScanner implements Scanner {
  damage: string | undefined;
  readonly #header: PcapHeader;
  readonly #counter: PacketCounter;
  /** Time of the last record, to know its neighbours by. */
  #lastSeconds: number | undefined;

  constructor(header: PcapHeader, counter: PacketCounter) {
    this.#header = header;
    this.#counter = counter;
  }

  scan({ view }: Window, start: number, end: number, isLast: boolean): number {
    const header = this.#header;
    const { recordHeaderLength } = header;
    const counter = this.#counter;
    this.damage = undefined;
    let offset = start;
    let last = -1;
    while (end - offset >= recordHeaderLength) {
      if (!isUsual(view, offset, header)) {
        const near = last < 0 ? this.#lastSeconds : secondsAt(view, last, header);
        const isItem = isFollowed(view, offset, end, header, isLast, near);
        if (isItem === false) this.damage = describeDamage(view, offset, header);
        if (isItem !== true) break;
      }
      const packet = offset + recordHeaderLength;
      const next = packet + capturedLengthAt(view, offset, header);
      if (next > end) break;
      if (counter.isSynAck(view, packet, next)) counter.add(timeAt(view, offset, header));
      last = offset;
      offset = next;
    }
    // For want of a better one, the header of a torn record tells the time too.
    const hasHeader = isLast && end - offset >= recordHeaderLength && this.damage === undefined;
    if (last >= 0) this.#lastSeconds = secondsAt(view, last, header);
    else if (hasHeader) this.#lastSeconds ??= secondsAt(view, offset, header);
    return offset;
  }

  needed({ view }: Window, start: number, end: number): number {
    const { recordHeaderLength } = this.#header;
    if (end - start < recordHeaderLength) return recordHeaderLength;
    return recordHeaderLength + capturedLengthAt(view, start, this.#header);
  }

  isItem({ view }: Window, offset: number, end: number, isLast: boolean): boolean | undefined {
    const near = isRecord(view, offset, end, this.#header, isLast, this.#lastSeconds);
    if (near === true || this.#lastSeconds === undefined) return near;
    // The time of the last record may itself have been damaged: it helps to believe, and never forbids to.
    const any = isRecord(view, offset, end, this.#header, isLast, undefined);
    return any === true ? true : near === undefined ? near : any;
  }
}

function describeDamage(view: DataView, offset: number, header: PcapHeader): string {
  const capturedLength = capturedLengthAt(view, offset, header);
  return capturedLength > MAX_CAPTURED_LENGTH
    ? describeInvalidLength(capturedLength)
    : 'found what cannot be the header of a packet record';
}
