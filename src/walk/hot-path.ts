// The hot path of a tally, for walkers: counts the plain records and blocks at a place in the tally's window, and
// leaves the first that is not plain to them. The counting is in src/hot; its state is in the memory of the tally's engine.

import type { Window } from '../capture/window.js';
import type { PlainLayout } from '../decode/link/link-types.js';
import type { Engine } from '../tally/engine.js';
import {
  INTERFACE_LENGTH,
  INTERFACES,
  LAST_SECONDS,
  LAST_TIME,
  MAX_PLAIN_INTERFACES,
  WINDOW,
  WINDOW_LENGTH,
} from '../tally/layout.js';
import { engineOf, type Tally } from '../tally/tally.js';

/** How the records of a classic pcap are to be read. */
export interface PlainRecords extends PlainLayout {
  readonly isSwapped: boolean;
  readonly recordHeaderLength: number;
  readonly fractionsPerMicrosecond: number;
}

export class HotPath {
  /** The only window whose bytes the hot path can read. It belongs to the tally and serves one input at a time. */
  readonly window: Window;
  readonly #engine: Engine;
  readonly #view: DataView;

  constructor(tally: Tally) {
    this.#engine = engineOf(tally);
    const { buffer } = this.#engine.memory;
    this.#view = new DataView(buffer);
    this.window = {
      bytes: new Uint8Array(buffer, WINDOW, WINDOW_LENGTH),
      view: new DataView(buffer, WINDOW, WINDOW_LENGTH),
    };
  }

  /** Counts records as long as they are plain; returns where it stopped. See walkPcap in src/hot/pcap.ts. */
  walkRecords(start: number, end: number, stop: number, records: PlainRecords): number {
    const { isSwapped, recordHeaderLength, fractionsPerMicrosecond, etherTypeAt, networkAt } = records;
    const reached = this.#engine.walkPcap(
      WINDOW + start,
      WINDOW + end,
      WINDOW + stop,
      isSwapped,
      recordHeaderLength,
      fractionsPerMicrosecond,
      etherTypeAt,
      networkAt,
    );
    return reached - WINDOW;
  }

  /** Counts blocks as long as they are plain; returns where it stopped. See walkPcapng in src/hot/pcapng.ts. */
  walkBlocks(start: number, end: number, stop: number, isSwapped: boolean): number {
    return this.#engine.walkPcapng(WINDOW + start, WINDOW + end, WINDOW + stop, isSwapped) - WINDOW;
  }

  /** Makes walkBlocks leave all packets alone, until their interfaces are set. */
  forgetInterfaces(): void {
    new Uint8Array(this.#view.buffer, INTERFACES, MAX_PLAIN_INTERFACES * INTERFACE_LENGTH).fill(0);
  }

  /** Lets walkBlocks count the packets of an interface, which have this layout and this clock. */
  setInterface(index: number, { etherTypeAt, networkAt }: PlainLayout, unitsPerMicrosecond: number): void {
    if (index >= MAX_PLAIN_INTERFACES) return;
    const at = INTERFACES + index * INTERFACE_LENGTH;
    this.#view.setUint32(at, unitsPerMicrosecond, true);
    this.#view.setUint32(at + 4, etherTypeAt, true);
    this.#view.setUint32(at + 8, networkAt, true);
  }

  /** Time of the SYN-ACK that the tally was given last, by whatever path; microseconds since the epoch. */
  get lastTime(): number {
    return this.#view.getFloat64(LAST_TIME, true);
  }

  set lastTime(time: number) {
    this.#view.setFloat64(LAST_TIME, time, true);
  }

  /** Seconds in the header of the last record that walkRecords counted. */
  get lastSeconds(): number {
    return this.#view.getUint32(LAST_SECONDS, true);
  }
}
