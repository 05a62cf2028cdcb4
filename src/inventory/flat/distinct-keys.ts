// A set of distinct keys of a few words each, such as addresses, in flat memory. Knows nothing of what they
// stand for.

export class DistinctKeys {
  /** How many keys there are; they have the numbers 0 to size - 1. */
  size = 0;
  readonly #width: number;
  readonly #keys: Uint32Array;
  /** Open addressing with linear probing: the number of a key plus one, or 0 for a free slot. */
  readonly #slots: Uint32Array;
  /** Random, so that nobody can prepare keys that share a slot; odd, so that no bit of a word is lost. */
  readonly #multipliers: Int32Array;

  /**
   * @param width words in a key
   * @param capacity the most keys that can be added; the memory of unused ones is never touched
   */
  constructor(width: number, capacity: number) {
    this.#width = width;
    this.#keys = new Uint32Array(capacity * width);
    // At most half full: long runs of taken slots cost more than the memory does.
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(capacity * 2 + 1)));
    this.#multipliers = new Int32Array(width).map(() => (Math.random() * 2 ** 32) | 1);
  }

  /** Adds a key, unless it is there already, and returns its number. */
  add(key: Uint32Array): number {
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

  /** Returns the key with this number, as a view that must not be changed. */
  at(number: number): Uint32Array {
    return this.#keys.subarray(number * this.#width, (number + 1) * this.#width);
  }

  #hash(key: Uint32Array): number {
    let sum = 0;
    for (let word = 0; word < this.#width; word++) {
      sum = (sum + Math.imul(key[word] as number, this.#multipliers[word] as number)) | 0;
    }
    // The low bits of a product depend only on the low bits of its factors.
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
