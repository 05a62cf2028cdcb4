// The hot path of a tally, for walkers: counts the plain records and blocks at a place in the tally's window, and
// leaves the first that is not plain to them. The counting is in src/hot; its state is in the memory of the tally's engine.

import { HEAD_PATTERNS } from '../capture/formats.js';
import type { RecordFormat } from '../capture/other/record-format.js';
import type { PcapHeader } from '../capture/pcap/header.js';
import type { Window } from '../capture/window.js';
import type { PlainLayout } from '../decode/link/link-types.js';
import type { Engine } from '../tally/engine.js';
import {
  HEAD_LENGTH,
  HEAD_PAIRS,
  HEADS,
  INTERFACE_LENGTH,
  INTERFACES,
  LAST_REFUSED,
  LAST_SECONDS,
  LAST_TIME,
  MAX_PLAIN_INTERFACES,
  REFUSED,
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

/** A pcapng section, as far as a search for its blocks depends on it. */
export interface SearchedSection {
  readonly isSwapped: boolean;
  /** Whether its version is unknown, so that only another section can be read. */
  readonly isForeign: boolean;
  /** The number of its interfaces, and whether there may be another. */
  readonly interfaces: number;
  readonly takesInterfaces: boolean;
}

export class HotPath {
  /** The only window whose bytes the hot path can read. It belongs to the tally and serves one input at a time. */
  readonly window: Window;
  readonly #engine: Engine;
  readonly #view: DataView;
  /** Whether any may be set, perhaps by an input before this one. */
  #hasInterfaces = true;

  constructor(tally: Tally) {
    this.#engine = engineOf(tally);
    const { buffer } = this.#engine.memory;
    this.#view = new DataView(buffer);
    writeHeads(this.#view);
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

  /** Returns the first place in [start, stop) where a head may begin, or `stop`. See src/hot/search/heads.ts. */
  findHead(start: number, stop: number): number {
    return this.#engine.findHead(WINDOW + start, WINDOW + stop) - WINDOW;
  }

  /** Returns the first place in [start, stop) where a record or a head may begin, or `stop`. See src/hot/search/search.ts. */
  findRecord(
    start: number,
    stop: number,
    end: number,
    { littleEndian, recordHeaderLength, fractionsPerMicrosecond, version }: PcapHeader,
    nearSeconds: number | undefined,
  ): number {
    const found = this.#engine.findRecord(
      WINDOW + start,
      WINDOW + stop,
      WINDOW + end,
      !littleEndian,
      recordHeaderLength,
      fractionsPerMicrosecond,
      version.lengthsMayBeSwapped,
      nearSeconds !== undefined,
      nearSeconds ?? 0,
    );
    return found - WINDOW;
  }

  /** The same for the records of another format. See src/hot/search/others.ts. */
  findOtherRecord(start: number, stop: number, end: number, kind: RecordFormat['kind']): number {
    const isErf = kind === 'erf';
    return this.#engine.findOtherRecord(WINDOW + start, WINDOW + stop, WINDOW + end, isErf) - WINDOW;
  }

  /** Returns the first place in [start, stop) where a block or a head may begin, or `stop`. See src/hot/search/search.ts. */
  findBlock(start: number, stop: number, end: number, section: SearchedSection, refuses: boolean): number {
    const { isSwapped, isForeign, interfaces, takesInterfaces } = section;
    const found = this.#engine.findBlock(
      WINDOW + start,
      WINDOW + stop,
      WINDOW + end,
      isSwapped,
      isForeign,
      interfaces,
      takesInterfaces,
      refuses,
    );
    return found - WINDOW;
  }

  /** The number of blocks that the last findBlock skipped because they are refused. */
  get refused(): number {
    return this.#view.getUint32(REFUSED, true);
  }

  /** The place of the last of them. */
  get lastRefused(): number {
    return this.#view.getUint32(LAST_REFUSED, true) - WINDOW;
  }

  /** Makes walkBlocks leave all packets alone, until their interfaces are set. */
  forgetInterfaces(): void {
    if (this.#hasInterfaces)
      new Uint8Array(this.#view.buffer, INTERFACES, MAX_PLAIN_INTERFACES * INTERFACE_LENGTH).fill(0);
    this.#hasInterfaces = false;
  }

  /** Lets walkBlocks count the packets of an interface, which have this layout and this clock. */
  setInterface(index: number, { etherTypeAt, networkAt }: PlainLayout, unitsPerMicrosecond: number): void {
    if (index >= MAX_PLAIN_INTERFACES) return;
    this.#hasInterfaces = true;
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

const hotPaths = new WeakMap<Tally, HotPath>();

/** The hot path of a tally: an input takes it over from the one before. */
export function hotPathOf(tally: Tally): HotPath {
  let hotPath = hotPaths.get(tally);
  if (hotPath === undefined) {
    hotPath = new HotPath(tally);
    hotPaths.set(tally, hotPath);
  }
  return hotPath;
}

function writeHeads(view: DataView): void {
  for (const [index, { word, mask, next }] of HEAD_PATTERNS.entries()) {
    const at = HEADS + index * HEAD_LENGTH;
    view.setUint32(at, word, true);
    view.setUint32(at + 4, mask, true);
    view.setUint32(at + 8, next, true);
    const pair = HEAD_PAIRS + ((word & 0xffff) >>> 3);
    view.setUint8(pair, view.getUint8(pair) | (1 << (word & 7)));
  }
}
