// A sketch of clients made by hand, to compare with those that WebAssembly makes. See src/tally/client-sketch.ts.

const MAX_HASHES = 62;
const MAX_REGISTER = 25;
const REGISTER_COUNT = 256;

export class SketchModel {
  readonly #hashes = new Set<number>();

  /** Adds an address: one word for IPv4 or four for IPv6, in network order. */
  add(words: ArrayLike<number>): void {
    this.#hashes.add(hashOf(words));
  }

  toBytes(): Uint8Array {
    if (this.#hashes.size > MAX_HASHES) return this.#toRegisters();
    const bytes = new Uint8Array(this.#hashes.size * 4);
    const view = new DataView(bytes.buffer);
    const ascending = Uint32Array.from(this.#hashes).sort();
    for (const [at, hash] of ascending.entries()) view.setUint32(at * 4, hash, true);
    return bytes;
  }

  /** Each register has the place of the first 1 after the 8 bits that choose it, in the hash where that is highest. */
  #toRegisters(): Uint8Array {
    const registers = new Uint8Array(REGISTER_COUNT);
    for (const hash of this.#hashes) {
      const place = Math.min(Math.clz32(hash << 8) + 1, MAX_REGISTER);
      if (place > registers[hash >>> 24]!) registers[hash >>> 24] = place;
    }
    return registers;
  }
}

/** MurmurHash3_x86_32 of the bytes of an address, with the seed 0. */
function hashOf(words: ArrayLike<number>): number {
  let hash = 0;
  for (let at = 0; at < words.length; at++) {
    hash ^= Math.imul(rotate(Math.imul(swap(words[at]!), 0xcc9e2d51), 15), 0x1b873593);
    hash = Math.imul(rotate(hash, 13), 5) + 0xe6546b64;
  }
  hash ^= words.length * 4;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** The first byte last: a word in a packet is hashed with its lowest byte first. */
function swap(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}
