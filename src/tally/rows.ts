// Reads the rows of a tally: counts by client, server and port of one IP version.

import { addActivity } from './activity.js';
import type { Engine } from './engine.js';
import type { TallyEvidence } from './evidence.js';
import type { Hours } from './hours.js';
import {
  ACTIVITY,
  CLIENT_REMOTE,
  COUNT_SHIFT,
  HOURS,
  KEY_4,
  KEY_6,
  ROW_4,
  ROW_6,
  SERVER_REMOTE,
  SKETCHES,
} from './layout.js';
import type { RowEvidence } from './row-evidence.js';

/** The SYN-ACKs of one client, server and port, outside of any tally. */
export interface TallyRow {
  readonly family: 4 | 6;
  /** The address in words of 32 bits, in network order: 1 for IPv4, 4 for IPv6. Undefined for remote machines. */
  readonly client: Uint32Array | undefined;
  readonly server: Uint32Array | undefined;
  readonly port: number;
  /** SYN-ACKs; 0 only in a piece of a capture, for the outcome of earlier ones. */
  readonly count: number;
  /** Times of the first and the last one, microseconds since the epoch. */
  readonly first: number;
  readonly last: number;
  /** Data to estimate the number of remote clients from, if the client is remote and remote clients were counted. */
  readonly remoteClients?: Uint8Array;
  /**
   * The hours in which it was seen, if they were asked for and are known for any of its SYN-ACKs.
   * @internal
   */
  readonly hours?: Hours;
  /** The evidence of use, if it was asked for and is known. */
  readonly evidence?: RowEvidence;
  /**
   * The length in microseconds of the hour or the day in which it was seen, if a store adds up such.
   * @internal
   */
  readonly unit?: number;
}

const PORT_MASK = 0xffff;
/** Offset of the upper half of the 8 bytes with tag and count. */
const UPPER = 4;
const FIRST = 8;
const LAST = 16;

/** Returns all rows, IPv4 first. Each is read when it is asked for, so nothing may be added meanwhile. */
export function* rowsOf(tally: { readRows(family: 4 | 6): Rows }): Generator<TallyRow> {
  for (const rows of [tally.readRows(4), tally.readRows(6)]) {
    for (let row = 0; row < rows.size; row++) yield rows.rowAt(row);
  }
}

/** Whether nothing was counted in a row, as a piece of a capture may have it. */
export function isEmptyRow({ count, evidence }: TallyRow): boolean {
  return count === 0 && (evidence === undefined || Object.values(evidence).every((counter) => counter === 0));
}

/** Writes a row to `at` in the form that it has in memory, without its blocks. */
export function writeRow(view: DataView, at: number, row: TallyRow): void {
  const { family, client, server, port, count, first, last } = row;
  const numbers = at + (family === 4 ? KEY_4 : KEY_6);
  const words = family === 4 ? 1 : 4;
  for (let word = 0; word < words; word++) {
    view.setUint32(at + word * 4, client?.[word] ?? 0);
    view.setUint32(at + (words + word) * 4, server?.[word] ?? 0);
  }
  const tag = port | (client === undefined ? CLIENT_REMOTE : 0) | (server === undefined ? SERVER_REMOTE : 0);
  view.setUint32(numbers, (count % 2 ** (32 - COUNT_SHIFT)) * 2 ** COUNT_SHIFT + tag, true);
  view.setUint32(numbers + UPPER, Math.floor(count / 2 ** (32 - COUNT_SHIFT)), true);
  view.setFloat64(numbers + FIRST, first, true);
  view.setFloat64(numbers + LAST, last, true);
}

export class Rows {
  readonly family: 4 | 6;
  /** The number of rows. They keep their numbers until SYN-ACKs are added. */
  size = 0;
  readonly #engine: Engine;
  readonly #stride: number;
  readonly #keyLength: number;
  /** The memory from the first row on. */
  #view: DataView;

  readonly #evidence: TallyEvidence | undefined;

  constructor(engine: Engine, family: 4 | 6, evidence?: TallyEvidence) {
    this.#evidence = evidence;
    this.family = family;
    this.#engine = engine;
    this.#stride = family === 4 ? ROW_4 : ROW_6;
    this.#keyLength = family === 4 ? KEY_4 : KEY_6;
    this.#view = new DataView(engine.memory.buffer);
  }

  /** Finds out where the rows are now, and how many. */
  refresh(): this {
    this.size = this.#engine.rowCount(this.family);
    this.#view = new DataView(this.#engine.memory.buffer, this.#engine.rowsAt(this.family));
    return this;
  }

  countOf(row: number): number {
    const at = this.#numbersOf(row);
    const lower = this.#view.getUint32(at, true) >>> COUNT_SHIFT;
    return this.#view.getUint32(at + UPPER, true) * 2 ** (32 - COUNT_SHIFT) + lower;
  }

  /** Microseconds since the epoch. */
  firstOf(row: number): number {
    return this.#view.getFloat64(this.#numbersOf(row) + FIRST, true);
  }

  lastOf(row: number): number {
    return this.#view.getFloat64(this.#numbersOf(row) + LAST, true);
  }

  /**
   * The words of the address, in network order; undefined if it is remote.
   * @param words where to write them: the words of one address
   */
  clientOf(row: number, words: Uint32Array = this.#newWords()): Uint32Array | undefined {
    if ((this.#tagOf(row) & CLIENT_REMOTE) !== 0) return undefined;
    return this.#readAddress(row * this.#stride, words);
  }

  serverOf(row: number, words: Uint32Array = this.#newWords()): Uint32Array | undefined {
    if ((this.#tagOf(row) & SERVER_REMOTE) !== 0) return undefined;
    return this.#readAddress(row * this.#stride + this.#keyLength / 2, words);
  }

  /** The bytes of a ClientSketch; undefined if the client of the row is local, or remote clients are not counted. */
  remoteClientsOf(row: number): Uint8Array | undefined {
    return this.#blockOf(SKETCHES, row);
  }

  /** The hours in which the row was seen; undefined if they are not known, or not counted. */
  hoursOf(row: number): Hours | undefined {
    const block = this.#blockOf(HOURS, row);
    return block && new Uint32Array(block.buffer);
  }

  /** Adds how often the row was seen in each of the tally's slices of time, as far as it is known. */
  addActivityOf(row: number, sums: Float64Array): void {
    const block = this.#engine.blockOf(ACTIVITY, this.family, row);
    if (block !== 0) addActivity(new DataView(this.#engine.memory.buffer), block, sums);
  }

  /** The evidence of the row; undefined if it is not known, or not counted. */
  evidenceOf(row: number): RowEvidence | undefined {
    return this.#evidence?.of(this.family, row);
  }

  portOf(row: number): number {
    return this.#tagOf(row) & PORT_MASK;
  }

  /** Copies a row. */
  rowAt(row: number): TallyRow {
    const remoteClients = this.remoteClientsOf(row);
    const hours = this.hoursOf(row);
    const evidence = this.evidenceOf(row);
    return {
      family: this.family,
      client: this.clientOf(row),
      server: this.serverOf(row),
      port: this.portOf(row),
      count: this.countOf(row),
      first: this.firstOf(row),
      last: this.lastOf(row),
      ...(remoteClients === undefined ? {} : { remoteClients }),
      ...(hours === undefined ? {} : { hours }),
      ...(evidence === undefined ? {} : { evidence }),
    };
  }

  /** Copies a block of the row. */
  #blockOf(kind: number, row: number): Uint8Array<ArrayBuffer> | undefined {
    const block = this.#engine.blockOf(kind, this.family, row);
    if (block === 0) return undefined;
    const { buffer } = this.#engine.memory;
    const length = new DataView(buffer, block).getUint32(0, true);
    return Uint8Array.from(new Uint8Array(buffer, block + 4, length));
  }

  #newWords(): Uint32Array {
    return new Uint32Array(this.#keyLength / 8);
  }

  #readAddress(at: number, words: Uint32Array): Uint32Array {
    for (let word = 0; word < words.length; word++) words[word] = this.#view.getUint32(at + word * 4);
    return words;
  }

  #tagOf(row: number): number {
    return this.#view.getUint32(this.#numbersOf(row), true);
  }

  #numbersOf(row: number): number {
    return row * this.#stride + this.#keyLength;
  }
}
