// How many different clients there were, in 256 bytes at the most: the hashes of their addresses while these are 62 or
// fewer, else a HyperLogLog of 256 registers (Flajolet et al., 2007). It depends on nothing but the set of hashes, so it
// can be merged in any order, any number of times. The same as src/hot/sketch.ts, bit for bit. The hash is fixed, as
// sketches are kept in files; so whoever forges addresses can choose some that mislead it.

import { MAX_HASHES, MAX_REGISTER, REGISTER_BITS, REGISTER_COUNT } from './layout.js';

/** Standard deviation of an estimate, as a part of what is estimated. Flajolet et al., theorem 1. */
export const SKETCH_ERROR: number = 1.04 / Math.sqrt(REGISTER_COUNT);

const MAX_LIST_LENGTH = MAX_HASHES * 4;
/** There are no more hashes than these. */
const HASHES = 2 ** 32;
/** Alpha of Flajolet et al., figure 3. Ertl takes its limit, which with so few registers estimates 0.4 % too many. */
const ALPHA = 0.7213 / (1 + 1.079 / REGISTER_COUNT);

export class ClientSketch {
  /** While there are few; then empty. */
  readonly #hashes = new Set<number>();
  #registers: Uint8Array | undefined;

  /** A sketch from its bytes. @throws RangeError if they are none, see findSketchFault */
  static from(bytes: Uint8Array): ClientSketch {
    const fault = findSketchFault(bytes);
    if (fault !== undefined) throw new RangeError(fault);
    const sketch = new ClientSketch();
    if (bytes.length === REGISTER_COUNT) sketch.#registers = Uint8Array.from(bytes);
    else for (const hash of hashesIn(bytes)) sketch.#hashes.add(hash);
    return sketch;
  }

  /** Adds an IPv4 address, an unsigned number in network order. */
  add4(address: number): void {
    this.#add(hashOf([address]));
  }

  /** Adds an IPv6 address, four words in network order. */
  add6(words: Uint32Array): void {
    this.#add(hashOf(words));
  }

  merge(other: ClientSketch): void {
    for (const hash of other.#hashes) this.#add(hash);
    if (other.#registers === undefined) return;
    const registers = this.#spread();
    for (const [at, value] of other.#registers.entries()) {
      if (value > registers[at]!) registers[at] = value;
    }
  }

  /** How many clients: exact while `error` is 0, else an estimate. */
  get size(): number {
    if (this.#registers === undefined) return this.#hashes.size;
    const estimate = Math.round(estimateSize(this.#registers));
    return Math.min(Math.max(estimate, MAX_HASHES + 1), HASHES);
  }

  /** Standard deviation of `size`, as a part of it. */
  get error(): number {
    return this.#registers === undefined ? 0 : SKETCH_ERROR;
  }

  /** The same for all sketches of the same clients. */
  toBytes(): Uint8Array {
    if (this.#registers !== undefined) return this.#registers.slice();
    const bytes = new Uint8Array(this.#hashes.size * 4);
    const view = new DataView(bytes.buffer);
    const ascending = Uint32Array.from(this.#hashes).sort();
    for (const [at, hash] of ascending.entries()) view.setUint32(at * 4, hash, true);
    return bytes;
  }

  #add(hash: number): void {
    if (this.#registers !== undefined) raise(this.#registers, hash);
    else if (this.#hashes.add(hash).size > MAX_HASHES) this.#spread();
  }

  /** The registers, made from the hashes if there are none yet. */
  #spread(): Uint8Array {
    if (this.#registers === undefined) {
      this.#registers = new Uint8Array(REGISTER_COUNT);
      for (const hash of this.#hashes) raise(this.#registers, hash);
      this.#hashes.clear();
    }
    return this.#registers;
  }
}

/** What is wrong with bytes that should be a sketch: found this, expected that. */
export function findSketchFault(bytes: Uint8Array): string | undefined {
  const { length } = bytes;
  if (length === REGISTER_COUNT) return findRegisterFault(bytes);
  if (length > MAX_LIST_LENGTH || length % 4 !== 0) {
    return `found ${length} bytes, expected ${REGISTER_COUNT}, or a multiple of 4 up to ${MAX_LIST_LENGTH}`;
  }
  let last = -1;
  for (const hash of hashesIn(bytes)) {
    if (hash <= last) return `found hash ${hash} behind ${last}, expected all in ascending order`;
    last = hash;
  }
  return undefined;
}

function findRegisterFault(registers: Uint8Array): string | undefined {
  let all = 0;
  for (let at = 0; at < REGISTER_COUNT; at++) {
    const value = registers[at]!;
    if (value > MAX_REGISTER) return `found ${value} in register ${at}, expected ${MAX_REGISTER} at the most`;
    all |= value;
  }
  return all === 0 ? `found ${REGISTER_COUNT} registers of 0, expected one that is not` : undefined;
}

function* hashesIn(bytes: Uint8Array): Generator<number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; at += 4) yield view.getUint32(at, true);
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

/** The first byte last: as the word lies in a packet, it is read with its lowest byte first. */
function swap(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

/** Notes the place of the first 1 in the bits of the hash behind those that choose its register. */
function raise(registers: Uint8Array, hash: number): void {
  const register = hash >>> (32 - REGISTER_BITS);
  const place = Math.min(Math.clz32(hash << REGISTER_BITS) + 1, MAX_REGISTER);
  if (place > registers[register]!) registers[register] = place;
}

/**
 * The improved estimator of Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", 2017
 * (arXiv:1702.01284), algorithm 6: as good for few as for many, without a table of corrections.
 */
function estimateSize(registers: Uint8Array): number {
  const counts = new Uint32Array(MAX_REGISTER + 1);
  for (const value of registers) counts[value]! += 1;
  let sum = REGISTER_COUNT * tau(1 - counts[MAX_REGISTER]! / REGISTER_COUNT);
  for (let value = MAX_REGISTER - 1; value >= 1; value--) sum = (sum + counts[value]!) / 2;
  sum += REGISTER_COUNT * sigma(counts[0]! / REGISTER_COUNT);
  return (ALPHA * REGISTER_COUNT ** 2) / sum;
}

/** x + x^2 + 2 x^4 + 4 x^8 + ...: what registers of 0 add, for x of them in 1, fewer than all. */
function sigma(part: number): number {
  let power = part;
  let factor = 1;
  let sum = part;
  for (let last = -1; sum !== last; factor *= 2) {
    last = sum;
    power *= power;
    sum += power * factor;
  }
  return sum;
}

/** What registers add that are at their end, for all but x of them in 1. Ertl, formula (14). */
function tau(part: number): number {
  if (part === 0 || part === 1) return 0;
  let root = part;
  let factor = 1;
  let sum = 1 - part;
  for (let last = -1; sum !== last; ) {
    last = sum;
    root = Math.sqrt(root);
    factor /= 2;
    sum -= (1 - root) ** 2 * factor;
  }
  return sum / 3;
}
