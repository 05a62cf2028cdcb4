// Counts by key, in flat memory: what a tally is made of. A row is a few numbers side by side in one buffer,
// so that a packet touches one or two cache lines, and nothing is allocated but when a table doubles.

/** In the tag, above the port: this end is remote, and its address words are 0. */
export const CLIENT_REMOTE = 0x1_0000;
export const SERVER_REMOTE = 0x2_0000;
const PORT_MASK = 0xffff;

/** The addresses of a row take this many words each, by IP version. The key is client, server, tag. */
const ADDRESS_WORDS = { 4: 1, 6: 4 } as const;
export const KEY_WORDS_6 = 9;

/** Words and 8-byte values in a row; the values (count, first seen, last seen) are the last three. */
const STRIDE_4 = { words: 10, values: 5, firstValue: 2 } as const;
const STRIDE_6 = { words: 16, values: 8, firstValue: 5 } as const;

const INITIAL_ROWS = 1024;

export class Rows {
  readonly family: 4 | 6;
  /** Rows in use. They keep their place until `retain`. */
  size = 0;
  /** One buffer, seen twice: keys are read from words, counts and times from values. */
  #words: Uint32Array;
  #values: Float64Array;
  readonly #stride: typeof STRIDE_4 | typeof STRIDE_6;
  /** Open addressing with linear probing: number of the row plus one, 0 for a free slot. */
  #slots: Uint32Array = new Uint32Array(0);
  /** Random, so that nobody can prepare addresses that meet in one slot. */
  readonly #multipliers: Int32Array = Int32Array.from({ length: KEY_WORDS_6 }, () => Math.random() * 2 ** 32);

  constructor(family: 4 | 6) {
    this.family = family;
    this.#stride = family === 4 ? STRIDE_4 : STRIDE_6;
    this.#words = new Uint32Array(INITIAL_ROWS * this.#stride.words);
    this.#values = new Float64Array(this.#words.buffer);
    this.#reindex(INITIAL_ROWS * 2);
  }

  /** Adds to the row of this IPv4 key. Times are microseconds since the epoch. */
  add4(client: number, server: number, tag: number, count: number, first: number, last: number): void {
    const slots = this.#slots;
    const words = this.#words;
    const mask = slots.length - 1;
    let slot = this.#hash4(client, server, tag) & mask;
    for (let row = slots[slot] as number; row !== 0; row = slots[slot] as number) {
      const at = (row - 1) * STRIDE_4.words;
      if (words[at] === client && words[at + 1] === server && words[at + 2] === tag) {
        this.#update((row - 1) * STRIDE_4.values + STRIDE_4.firstValue, count, first, last);
        return;
      }
      slot = (slot + 1) & mask;
    }
    const at = this.#append(slot, count, first, last);
    this.#words[at] = client;
    this.#words[at + 1] = server;
    this.#words[at + 2] = tag;
    this.#reindexIfFull();
  }

  /** Adds to the row of the IPv6 key in key[0..8]. */
  add6(key: Uint32Array, count: number, first: number, last: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = this.#hash6(key, 0) & mask;
    for (let row = slots[slot] as number; row !== 0; row = slots[slot] as number) {
      if (this.#equals6(key, (row - 1) * STRIDE_6.words)) {
        this.#update((row - 1) * STRIDE_6.values + STRIDE_6.firstValue, count, first, last);
        return;
      }
      slot = (slot + 1) & mask;
    }
    const at = this.#append(slot, count, first, last);
    this.#words.set(key, at);
    this.#reindexIfFull();
  }

  countOf(row: number): number {
    return this.#values[this.#valuesOf(row)] as number;
  }

  firstOf(row: number): number {
    return this.#values[this.#valuesOf(row) + 1] as number;
  }

  lastOf(row: number): number {
    return this.#values[this.#valuesOf(row) + 2] as number;
  }

  /** The words of the address, in network order; undefined if it is remote. Valid until the next add. */
  clientOf(row: number): Uint32Array | undefined {
    return (this.#tagOf(row) & CLIENT_REMOTE) === 0 ? this.#addressAt(row, 0) : undefined;
  }

  serverOf(row: number): Uint32Array | undefined {
    return (this.#tagOf(row) & SERVER_REMOTE) === 0
      ? this.#addressAt(row, ADDRESS_WORDS[this.family])
      : undefined;
  }

  portOf(row: number): number {
    return this.#tagOf(row) & PORT_MASK;
  }

  /** Forgets the rows for which keep is false; the others keep their order. */
  retain(keep: (row: number) => boolean): void {
    const stride = this.#stride.words;
    let kept = 0;
    for (let row = 0; row < this.size; row++) {
      if (!keep(row)) continue;
      this.#words.copyWithin(kept * stride, row * stride, (row + 1) * stride);
      kept += 1;
    }
    this.size = kept;
    this.#reindex(this.#slots.length);
  }

  #addressAt(row: number, word: number): Uint32Array {
    const at = row * this.#stride.words + word;
    return this.#words.subarray(at, at + ADDRESS_WORDS[this.family]);
  }

  #tagOf(row: number): number {
    return this.#words[row * this.#stride.words + 2 * ADDRESS_WORDS[this.family]] as number;
  }

  #valuesOf(row: number): number {
    return row * this.#stride.values + this.#stride.firstValue;
  }

  #update(at: number, count: number, first: number, last: number): void {
    const values = this.#values;
    values[at] = (values[at] as number) + count;
    if (first < (values[at + 1] as number)) values[at + 1] = first;
    if (last > (values[at + 2] as number)) values[at + 2] = last;
  }

  /** Takes the free slot for a new row and gives the place of its key in the words. */
  #append(slot: number, count: number, first: number, last: number): number {
    const row = this.size;
    this.size += 1;
    this.#slots[slot] = this.size;
    if (this.size * this.#stride.words > this.#words.length) this.#growRows();
    const at = this.#valuesOf(row);
    this.#values[at] = count;
    this.#values[at + 1] = first;
    this.#values[at + 2] = last;
    return row * this.#stride.words;
  }

  #growRows(): void {
    const words = new Uint32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
    this.#values = new Float64Array(words.buffer);
  }

  /** Half full at the most: long runs of taken slots cost more than the memory does. */
  #reindexIfFull(): void {
    if (this.size * 2 > this.#slots.length) this.#reindex(this.#slots.length * 2);
  }

  #reindex(slotCount: number): void {
    const slots = new Uint32Array(slotCount);
    const mask = slotCount - 1;
    for (let row = 0; row < this.size; row++) {
      let slot = this.#hashOf(row) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = row + 1;
    }
    this.#slots = slots;
  }

  #hashOf(row: number): number {
    const at = row * this.#stride.words;
    const words = this.#words;
    if (this.family === 6) return this.#hash6(words, at);
    return this.#hash4(words[at] as number, words[at + 1] as number, words[at + 2] as number);
  }

  #hash4(client: number, server: number, tag: number): number {
    const multipliers = this.#multipliers;
    return mix(
      Math.imul(client, multipliers[0] as number) +
        Math.imul(server, multipliers[1] as number) +
        Math.imul(tag, multipliers[2] as number),
    );
  }

  #hash6(key: Uint32Array, at: number): number {
    let sum = 0;
    for (let word = 0; word < KEY_WORDS_6; word++) {
      sum = (sum + Math.imul(key[at + word] as number, this.#multipliers[word] as number)) | 0;
    }
    return mix(sum);
  }

  #equals6(key: Uint32Array, at: number): boolean {
    const words = this.#words;
    for (let word = 0; word < KEY_WORDS_6; word++) {
      if (key[word] !== words[at + word]) return false;
    }
    return true;
  }
}

/** Spreads the bits of a sum of products, whose low bits know only the low bits of their factors. */
function mix(sum: number): number {
  const high = Math.imul((sum ^ (sum >>> 16)) | 0, 0x45d9f3b);
  return high ^ (high >>> 15);
}
