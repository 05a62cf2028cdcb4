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
  readonly #engine: Engine;
  readonly #stride: number;
  readonly #keyLength: number;
  #view: DataView;

  constructor(engine: Engine, family: 4 | 6) {
    this.family = family;
    this.#engine = engine;
    this.#stride = family === 4 ? ROW_4 : ROW_6;
    this.#keyLength = family === 4 ? KEY_4 : KEY_6;
    this.#view = new DataView(engine.memory.buffer);
  }

  /** They keep their places until SYN-ACKs are added. */
  get size(): number {
    return this.#engine.rowCount(this.family);
  }

  countOf(row: number): number {
    const at = this.#numbersOf(row);
    const lower = this.#view.getUint32(at, true) >>> COUNT_SHIFT;
    return this.#view.getUint32(at + UPPER, true) * 2 ** (32 - COUNT_SHIFT) + lower;
  }

  /** Microseconds since the epoch. */
  firstOf(row: number): number {
    const at = this.#numbersOf(row);
    return this.#view.getFloat64(at + FIRST, true);
  }

  lastOf(row: number): number {
    const at = this.#numbersOf(row);
    return this.#view.getFloat64(at + LAST, true);
  }

  /** The words of the address, in network order; undefined if it is remote. */
  clientOf(row: number): Uint32Array | undefined {
    return (this.#tagOf(row) & CLIENT_REMOTE) === 0 ? this.#addressAt(this.#at(row)) : undefined;
  }

  serverOf(row: number): Uint32Array | undefined {
    return (this.#tagOf(row) & SERVER_REMOTE) === 0
      ? this.#addressAt(this.#at(row) + this.#keyLength / 2)
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
    const at = this.#numbersOf(row);
    return this.#view.getUint32(at, true);
  }

  #numbersOf(row: number): number {
    return this.#at(row) + this.#keyLength;
  }

  /** To be called before the view is used, which it renews. */
  #at(row: number): number {
    const { buffer } = this.#engine.memory;
    // The memory has grown: what was seen of it is still there, but not the new part.
    if (this.#view.byteLength !== buffer.byteLength) this.#view = new DataView(buffer);
    return this.#engine.rowsAt(this.family) + row * this.#stride;
  }
}
