// Many short texts in flat memory, and their order: half a million strings would take several times the room.

/** A UTF-16 unit takes three bytes of UTF-8 at the most. */
const MAX_BYTES_PER_UNIT = 3;
/** Comes before every byte. */
const END = 0;

export class PackedStrings {
  size = 0;
  /** UTF-8, one behind the other; `#ends` says where each ends. */
  #bytes: Buffer;
  readonly #ends: Uint32Array;

  /** Room for so many texts, and for what they take in all as a rule. What is not used of it is never touched. */
  constructor(capacity: number, bytes: number) {
    this.#bytes = Buffer.alloc(bytes);
    this.#ends = new Uint32Array(capacity);
  }

  /** Adds a text and gives its number; they are numbered from 0. */
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

  at(index: number): string {
    return this.#bytes.toString('utf8', this.#startOf(index), this.#ends[index]);
  }

  /** For each text a number that is larger the later it comes in the order of bytes; equal ones have the same. */
  ranks(): Uint32Array {
    const ranks = new Uint32Array(this.size);
    const order = new Uint32Array(this.size);
    for (let at = 0; at < order.length; at++) order[at] = at;
    this.#rank(ranks, order, 0, order.length, 0);
    return ranks;
  }

  /**
   * Ranks the texts order[from, to), whose first `depth` bytes are equal: multikey quicksort, after Bentley and
   * Sedgewick, Fast algorithms for sorting and searching strings, 1997. However the texts were chosen, it takes
   * no more rounds for a byte than there are values of it.
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

  /** The byte in this place, plus one; `END` behind the last. */
  #byteAt(text: number, depth: number): number {
    const at = this.#startOf(text) + depth;
    return at < (this.#ends[text] as number) ? (this.#bytes[at] as number) + 1 : END;
  }

  #startOf(text: number): number {
    return text === 0 ? 0 : (this.#ends[text - 1] as number);
  }
}
