// Many short strings in flat memory, and their order: half a million JavaScript strings take several times
// the memory.

import { RecentTexts } from './recent-texts.js';

/** A UTF-16 unit takes at most three bytes of UTF-8. */
const MAX_BYTES_PER_UNIT = 3;
/** The rank of the end of a string: it comes before every byte. */
const END = 0;

export class PackedStrings {
  /** How many strings there are; they have the numbers 0 to size - 1. */
  size = 0;
  /** UTF-8, one string after the other; `#ends` says where each ends. */
  #bytes: Buffer;
  readonly #ends: Uint32Array;
  readonly #recent = new RecentTexts((number) =>
    this.#bytes.toString('utf8', this.#startOf(number), this.#ends[number]),
  );

  /**
   * @param capacity the most strings that can be added
   * @param bytes how many bytes of UTF-8 they usually take together; unused memory is never touched
   */
  constructor(capacity: number, bytes: number) {
    this.#bytes = Buffer.alloc(bytes);
    this.#ends = new Uint32Array(capacity);
  }

  /** Adds a string and returns its number. */
  add(text: string): number {
    const start = this.#startOf(this.size);
    const needed = start + text.length * MAX_BYTES_PER_UNIT;
    if (needed > this.#bytes.length) {
      const bytes = Buffer.alloc(needed * 2);
      this.#bytes.copy(bytes, 0, 0, start);
      this.#bytes = bytes;
    }
    this.#ends[this.size] = start + this.#bytes.write(text, start);
    this.size += 1;
    return this.size - 1;
  }

  at(number: number): string {
    return this.#recent.at(number);
  }

  /**
   * Returns a rank for each string: ranks are in the order of the strings' bytes, and equal strings have
   * equal ranks.
   */
  ranks(): Uint32Array {
    const ranks = new Uint32Array(this.size);
    const order = new Uint32Array(this.size);
    for (let at = 0; at < order.length; at++) order[at] = at;
    this.#rank(ranks, order, 0, order.length, 0);
    return ranks;
  }

  /**
   * Ranks the strings order[from, to), whose first `depth` bytes are equal, by multikey quicksort: Bentley
   * and Sedgewick, Fast algorithms for sorting and searching strings, 1997. Even if the strings were chosen
   * to slow it down, it takes at most as many rounds for a byte as a byte has values.
   */
  #rank(ranks: Uint32Array, order: Uint32Array, from: number, to: number, depth: number): void {
    while (to - from > 1) {
      const pivot = this.#byteAt(order[(from + to) >>> 1] as number, depth);
      let equal = from;
      let greater = to;
      for (let at = from; at < greater; ) {
        const text = order[at] as number;
        const byte = this.#byteAt(text, depth);
        if (byte < pivot) {
          order[at++] = order[equal] as number;
          order[equal++] = text;
        } else if (byte > pivot) {
          order[at] = order[--greater] as number;
          order[greater] = text;
        } else {
          at += 1;
        }
      }
      this.#rank(ranks, order, from, equal, depth);
      this.#rank(ranks, order, greater, to, depth);
      if (pivot === END) {
        for (let at = equal; at < greater; at++) ranks[order[at] as number] = equal;
        return;
      }
      [from, to, depth] = [equal, greater, depth + 1];
    }
    if (to > from) ranks[order[from] as number] = from;
  }

  /** Returns the byte at this depth plus one, or `END` after the last byte. */
  #byteAt(text: number, depth: number): number {
    const at = this.#startOf(text) + depth;
    return at < (this.#ends[text] as number) ? (this.#bytes[at] as number) + 1 : END;
  }

  #startOf(text: number): number {
    return text === 0 ? 0 : (this.#ends[text - 1] as number);
  }
}
