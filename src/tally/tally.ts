// The count of SYN-ACKs by client, server and port. Memory goes with the number of distinct rows and has a
// ceiling; names come later, when a view is made. The counting itself is in src/hot.

import type { Window } from '../capture/feed.js';
import type { PlainLayout } from '../decode/link-types.js';
import { TUNNELS } from '../decode/udp.js';
import { VERDICT_COUNT, type Verdict } from '../decode/verdict.js';
import { type Engine, makeEngine } from './engine.js';
import {
  CLIENT,
  DEFAULT_MAX_ROWS,
  FOLDED,
  HAS_TIMES,
  INTERFACE_LENGTH,
  INTERFACES,
  LAST_SECONDS,
  LAST_TIME,
  MAX_PLAIN_INTERFACES,
  MAX_ROWS,
  MULTIPLIER_COUNT,
  MULTIPLIERS,
  OUTSIDE_TIME,
  PREFIXES_4,
  PREFIXES_6,
  RANGE_COUNT_4,
  RANGE_COUNT_6,
  RANGES_4,
  RANGES_6,
  ROW_4,
  ROW_6,
  SERVER,
  SINCE,
  TUNNEL_PORTS,
  UNTIL,
  VERDICTS,
  WINDOW,
  WINDOW_LENGTH,
} from './layout.js';
import { Rows } from './rows.js';
import type { Scope } from './scope.js';

export interface TallyOptions {
  /** The addresses that are counted one by one; all others are counted as one remote machine. */
  readonly scope: Scope;
  /** Counts SYN-ACKs from this time on, microseconds since the epoch. */
  readonly since?: number;
  /** Counts SYN-ACKs before this time. */
  readonly until?: number;
  /** Past this number, MAX_ROWS at the most, the rows with the fewest SYN-ACKs are folded into `folded`. */
  readonly maxRows?: number;
  /** Counts SYN-ACKs of outermost IP packets only, and none in a tunnel. */
  readonly outerOnly?: boolean;
}

/** Rows that had to be given up, and their SYN-ACKs. */
export interface Folded {
  readonly rows: number;
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

const NOTHING_FOLDED: Folded = {
  rows: 0,
  count: 0,
  first: Number.POSITIVE_INFINITY,
  last: Number.NEGATIVE_INFINITY,
};

/** The rows and numbers of a tally, as one thread hands them to another. */
export interface TallyPart {
  readonly rows4: Uint8Array;
  readonly rows6: Uint8Array;
  readonly verdicts: Float64Array;
  readonly outsideTime: number;
  readonly folded: Folded;
}

/** How the records of a classic pcap are to be read on the hot path. */
export interface PlainRecords extends PlainLayout {
  readonly isSwapped: boolean;
  readonly recordHeaderLength: number;
  readonly fractionsPerMicrosecond: number;
}

export class Tally {
  /** The window that packets are counted in fastest. It is the tally's own, for one input at a time. */
  readonly window: Window;
  /** What it was made with; another one of the same kind can be merged into it. */
  readonly options: TallyOptions;

  readonly #engine: Engine;
  readonly #verdicts: Float64Array;
  readonly #rows4: Rows;
  readonly #rows6: Rows;
  readonly #maxRows: number;
  readonly #view: DataView;

  /** @throws RangeError for more rows than can be kept */
  constructor(options: TallyOptions) {
    const { scope, since, until, maxRows = DEFAULT_MAX_ROWS } = options;
    if (maxRows > MAX_ROWS) throw new RangeError(`found maxRows ${maxRows}, expected at most ${MAX_ROWS}`);
    this.options = options;
    const engine = makeEngine();
    const { buffer } = engine.memory;
    this.#engine = engine;
    this.#rows4 = new Rows(engine, 4);
    this.#rows6 = new Rows(engine, 6);
    this.#maxRows = maxRows;
    this.#view = new DataView(buffer);
    this.#verdicts = new Float64Array(buffer, VERDICTS, VERDICT_COUNT);
    this.window = {
      bytes: new Uint8Array(buffer, WINDOW, WINDOW_LENGTH),
      view: new DataView(buffer, WINDOW, WINDOW_LENGTH),
    };
    this.#view.setUint32(HAS_TIMES, since === undefined && until === undefined ? 0 : 1, true);
    this.#view.setFloat64(SINCE, since ?? Number.NEGATIVE_INFINITY, true);
    this.#view.setFloat64(UNTIL, until ?? Number.POSITIVE_INFINITY, true);
    this.#setFolded(NOTHING_FOLDED);
    const multipliers = new Uint32Array(buffer, MULTIPLIERS, MULTIPLIER_COUNT * 2);
    for (let at = 0; at < multipliers.length; at++) multipliers[at] = Math.random() * 2 ** 32;
    for (const port of TUNNELS.keys()) {
      const at = TUNNEL_PORTS + (port >>> 3);
      this.#view.setUint8(at, this.#view.getUint8(at) | (1 << (port & 7)));
    }
    this.#takeScope(scope);
  }

  /** Packets by verdict. It changes as more of them are counted. */
  get verdicts(): Float64Array {
    this.#engine.settle();
    return this.#verdicts;
  }

  /** Counts a packet that is no SYN-ACK. */
  countOther(verdict: Verdict): void {
    this.#verdicts[verdict]! += 1;
  }

  get rows4(): Rows {
    this.#engine.settle();
    return this.#rows4.refresh();
  }

  get rows6(): Rows {
    this.#engine.settle();
    return this.#rows6.refresh();
  }

  get folded(): Folded {
    const [rows, count, first, last] = [0, 8, 16, 24].map((at) => this.#view.getFloat64(FOLDED + at, true));
    return { rows, count, first, last } as Folded;
  }

  /** SYN-ACKs outside the time asked for; verdicts has them too. */
  get outsideTime(): number {
    return this.#view.getFloat64(OUTSIDE_TIME, true);
  }

  /** Counts a SYN-ACK over IPv4. Addresses are unsigned numbers in network order; time is in microseconds. */
  add4(client: number, server: number, port: number, time: number): void {
    this.#view.setUint32(CLIENT, client);
    this.#view.setUint32(SERVER, server);
    this.#engine.add4(CLIENT, SERVER, port, time);
  }

  /** Counts a SYN-ACK over IPv6. Addresses are the 16 bytes at these offsets. */
  add6(view: DataView, client: number, server: number, port: number, time: number): void {
    for (let at = 0; at < 16; at += 4) {
      this.#view.setUint32(CLIENT + at, view.getUint32(client + at));
      this.#view.setUint32(SERVER + at, view.getUint32(server + at));
    }
    this.#engine.add6(CLIENT, SERVER, port, time);
  }

  /** Counts records in the tally's window as long as they are plain; see scanPcap in src/hot/pcap.ts. */
  countRecords(start: number, end: number, stop: number, records: PlainRecords): number {
    const { isSwapped, recordHeaderLength, fractionsPerMicrosecond, etherTypeAt, networkAt } = records;
    const reached = this.#engine.scanPcap(
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

  /** Counts blocks in the tally's window as long as they are plain; see scanPcapng in src/hot/pcapng.ts. */
  countBlocks(start: number, end: number, stop: number, isSwapped: boolean): number {
    return this.#engine.scanPcapng(WINDOW + start, WINDOW + end, WINDOW + stop, isSwapped) - WINDOW;
  }

  /** Forgets what countBlocks knows of interfaces. */
  forgetInterfaces(): void {
    new Uint8Array(this.#view.buffer, INTERFACES, MAX_PLAIN_INTERFACES * INTERFACE_LENGTH).fill(0);
  }

  /** Tells countBlocks of an interface: its packets are plain there, and its clock runs in these units. */
  setInterface(index: number, { etherTypeAt, networkAt }: PlainLayout, unitsPerMicrosecond: number): void {
    if (index >= MAX_PLAIN_INTERFACES) return;
    const at = INTERFACES + index * INTERFACE_LENGTH;
    this.#view.setUint32(at, unitsPerMicrosecond, true);
    this.#view.setUint32(at + 4, etherTypeAt, true);
    this.#view.setUint32(at + 8, networkAt, true);
  }

  /** Time of the SYN-ACK that was counted last. */
  get lastTime(): number {
    return this.#view.getFloat64(LAST_TIME, true);
  }

  set lastTime(time: number) {
    this.#view.setFloat64(LAST_TIME, time, true);
  }

  /** Seconds in the header of the last record that countRecords counted. */
  get lastSeconds(): number {
    return this.#view.getUint32(LAST_SECONDS, true);
  }

  /**
   * Gives up the half of the rows with the fewest SYN-ACKs if there are too many. What is given up depends on when
   * this is called, so it is called in places that depend on the capture alone. True if there were too many.
   */
  foldIfFull(): boolean {
    const isFull = this.rows4.size + this.rows6.size > this.#maxRows;
    if (isFull) this.#engine.fold(this.#maxRows >>> 1);
    return isFull;
  }

  /** Gives all that was counted, and begins anew. */
  takePart(): TallyPart {
    const { verdicts, outsideTime, folded } = this;
    const part = {
      rows4: this.#copyRows(4, ROW_4),
      rows6: this.#copyRows(6, ROW_6),
      verdicts: verdicts.slice(),
      outsideTime,
      folded,
    };
    this.#engine.clear();
    this.#setFolded(NOTHING_FOLDED);
    return part;
  }

  /** Adds what another tally with the same options counted. */
  merge({ rows4, rows6, verdicts, outsideTime, folded }: TallyPart): void {
    this.#mergeRows(4, rows4, ROW_4);
    this.#mergeRows(6, rows6, ROW_6);
    for (const [verdict, count] of verdicts.entries()) this.#verdicts[verdict]! += count;
    this.#view.setFloat64(OUTSIDE_TIME, this.outsideTime + outsideTime, true);
    const { rows, count, first, last } = this.folded;
    this.#setFolded({
      rows: rows + folded.rows,
      count: count + folded.count,
      first: Math.min(first, folded.first),
      last: Math.max(last, folded.last),
    });
  }

  #setFolded({ rows, count, first, last }: Folded): void {
    for (const [at, value] of [rows, count, first, last].entries()) {
      this.#view.setFloat64(FOLDED + at * 8, value, true);
    }
  }

  #copyRows(family: 4 | 6, stride: number): Uint8Array {
    this.#engine.settle();
    const length = this.#engine.rowCount(family) * stride;
    return new Uint8Array(this.#engine.memory.buffer, this.#engine.rowsAt(family), length).slice();
  }

  #mergeRows(family: 4 | 6, rows: Uint8Array, stride: number): void {
    if (rows.length === 0) return;
    this.#engine.settle();
    const place = this.#engine.allocate(rows.length);
    new Uint8Array(this.#engine.memory.buffer, place).set(rows);
    this.#engine.merge(family, place, rows.length / stride);
    this.#engine.free(place);
  }

  #takeScope({ prefixes4, prefixes6, ranges4, ranges6 }: Scope): void {
    const { buffer } = this.#engine.memory;
    new Uint8Array(buffer).set(prefixes4, PREFIXES_4);
    new Uint8Array(buffer).set(prefixes6, PREFIXES_6);
    this.#takeRanges(ranges4, RANGES_4, RANGE_COUNT_4, 2);
    this.#takeRanges(ranges6, RANGES_6, RANGE_COUNT_6, 4);
  }

  #takeRanges(ranges: Uint32Array | BigUint64Array, at: number, countAt: number, length: number): void {
    const place = this.#engine.allocate(ranges.byteLength);
    const bytes = new Uint8Array(ranges.buffer, ranges.byteOffset, ranges.byteLength);
    new Uint8Array(this.#engine.memory.buffer).set(bytes, place);
    this.#view.setUint32(at, place, true);
    this.#view.setUint32(countAt, ranges.length / length, true);
  }
}
