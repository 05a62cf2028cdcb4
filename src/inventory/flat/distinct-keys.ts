// Numbers distinct keys of a few words each, such as addresses, in flat memory. Knows nothing of what they stand for.

export class DistinctKeys {
  /** Keys that have a number: those from 0 to size - 1. */
  size = 0;
  readonly #width: number;
  readonly #keys: Uint32Array;
  /** Open addressing with linear probing: number of the key plus one, 0 for a free slot. */
  readonly #slots: Uint32Array;
  /** Random, so that nobody can prepare keys that meet in one slot; odd, so that no bit of a word is lost. */
  readonly #multipliers: Int32Array;

  /** For keys of so many words. There is room for so many of them; what is not used is never touched. */
  constructor(width: number, capacity: number) {
    this.#width = width;
    this.#keys = new Uint32Array(capacity * width);
    // Half full at the most: long runs of taken slots cost more than the memory does.
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(capacity * 2 + 1)));
    this.#multipliers = new Int32Array(width).map(() => (Math.random() * 2 ** 32) | 1);
  }

  /** The number of a key: the next one, if the key is new. */
  numberOf(key: Uint32Array): number {
    const mask = this.#slots.length - 1;
    let slot = this.#hash(key) & mask;
    for (let taken = this.#slots[slot] as number; taken !== 0; taken = this.#slots[slot] as number) {
      if (this.#equals(key, taken - 1)) return taken - 1;
      slot = (slot + 1) & mask;
    }
    this.#keys.set(key, this.size * this.#width);
    this.size += 1;
    this.#slots[slot] = this.size;
    return this.size - 1;
  }

  keyOf(number: number): Uint32Array {
    return this.#keys.subarray(number * this.#width, (number + 1) * this.#width);
  }

  #hash(key: Uint32Array): number {
    let sum = 0;
    for (let word = 0; word < this.#width; word++) {
      sum = (sum + Math.imul(key[word] as number, this.#multipliers[word] as number)) | 0;
    }
    // The low bits of the products know only the low bits of their factors.
    const high = Math.imul(sum ^ (sum >>> 16), 0x45d9f3b);
    return high ^ (high >>> 15);
  }

  #equals(key: Uint32Array, number: number): boolean {
    const at = number * this.#width;
    for (let word = 0; word < this.#width; word++) {
      if (key[word] !== this.#keys[at + word]) return false;
    }
    return true;
  }
}
