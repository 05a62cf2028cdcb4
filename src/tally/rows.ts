// The rows of a tally, read: counts by client, server and port of one IP version.

import type { Engine } from './engine.js';
import { CLIENT_REMOTE, COUNT_SHIFT, KEY_4, KEY_6, ROW_4, ROW_6, SERVER_REMOTE } from './layout.js';

const PORT_MASK = 0xffff;
/** Of the 8 bytes that hold tag and count, the upper half. */
const UPPER = 4;
const FIRST = 8;
const LAST = 16;

export class Rows {
  readonly family: 4 | 6;
  /** Rows keep their places until SYN-ACKs are added. */
  size = 0;
  readonly #engine: Engine;
  readonly #stride: number;
  readonly #keyLength: number;
  /** Of the memory, from the first row on. */
  #view: DataView;

  constructor(engine: Engine, family: 4 | 6) {
    this.family = family;
    this.#engine = engine;
    this.#stride = family === 4 ? ROW_4 : ROW_6;
    this.#keyLength = family === 4 ? KEY_4 : KEY_6;
    this.#view = new DataView(engine.memory.buffer);
  }

  /** Looks where the rows are now, and how many. */
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

  /** The words of the address, in network order; undefined if it is remote. */
  clientOf(row: number): Uint32Array | undefined {
    return (this.#tagOf(row) & CLIENT_REMOTE) === 0 ? this.#addressAt(row * this.#stride) : undefined;
  }

  serverOf(row: number): Uint32Array | undefined {
    return (this.#tagOf(row) & SERVER_REMOTE) === 0
      ? this.#addressAt(row * this.#stride + this.#keyLength / 2)
      : undefined;
  }

  portOf(row: number): number {
    return this.#tagOf(row) & PORT_MASK;
  }

  #addressAt(at: number): Uint32Array {
    const words = new Uint32Array(this.#keyLength / 8);
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
