// An estimate of how many different clients there were, in at most 256 bytes: the hashes of their addresses while these
// are 62 or fewer, else a HyperLogLog of 256 registers (Flajolet et al., 2007). It depends only on the set of hashes, so
// sketches can be merged in any order, any number of times. src/hot/sketch.ts adds to them; here they are read. The hash
// is fixed, because sketches are kept in files, so somebody who forges addresses can choose some that mislead it.

import { viewOf } from '../capture/data-view.js';
import { type Engine, makeEngine } from './engine.js';
import { CLIENT, MAX_HASHES, MAX_REGISTER, REGISTER_COUNT, SINGLE_BLOCK } from './layout.js';

/** Standard deviation of an estimate, relative to it. Flajolet et al., theorem 1. */
export const SKETCH_ERROR: number = 1.04 / Math.sqrt(REGISTER_COUNT);

const MAX_LIST_LENGTH = MAX_HASHES * 4;
/** The number of hashes that there are. */
const HASHES = 2 ** 32;
/** Alpha of Flajolet et al., figure 3. Ertl takes its limit, which estimates 0.4 % too many with so few registers. */
const ALPHA = 0.7213 / (1 + 1.079 / REGISTER_COUNT);

export class ClientSketch {
  /** The hashes, ascending, 4 bytes each, or the registers. They are replaced, never changed. */
  #bytes: Uint8Array = new Uint8Array(0);

  /** Makes a sketch from its bytes. @throws RangeError if they are not a sketch, see findSketchFault */
  static from(bytes: Uint8Array): ClientSketch {
    const fault = findSketchFault(bytes);
    if (fault !== undefined) throw new RangeError(fault);
    const sketch = new ClientSketch();
    sketch.#bytes = Uint8Array.from(bytes);
    return sketch;
  }

  /** Adds clients by their addresses: one word for IPv4 or four for IPv6, in network order. */
  add(addresses: Iterable<Uint32Array>): void {
    this.#bytes = changeSketch(this.#bytes, (engine, sketch) => {
      const view = new DataView(engine.memory.buffer);
      let changed = sketch;
      for (const words of addresses) {
        for (let at = 0; at < words.length; at++) view.setUint32(CLIENT + at * 4, words[at]!);
        changed = engine.addClient(changed, CLIENT, words.length * 4);
      }
      return changed;
    });
  }

  merge(other: ClientSketch): void {
    if (this.#bytes.length === 0) {
      this.#bytes = other.#bytes;
      return;
    }
    this.#bytes = changeSketch(this.#bytes, (engine, sketch) => {
      writeSketch(engine, other.#bytes);
      return engine.uniteSketches(sketch, SINGLE_BLOCK);
    });
  }

  /** The number of clients: exact while `error` is 0, otherwise an estimate. */
  get size(): number {
    if (!hasRegisters(this.#bytes)) return this.#bytes.length / 4;
    const estimate = Math.round(estimateSize(this.#bytes));
    return Math.min(Math.max(estimate, MAX_HASHES + 1), HASHES);
  }

  /** The hashes of the clients, ascending; undefined if there are too many to list. */
  get hashes(): Uint32Array | undefined {
    return hasRegisters(this.#bytes) ? undefined : new Uint32Array(this.#bytes.slice().buffer);
  }

  /** Standard deviation of `size`, relative to it. */
  get error(): number {
    return hasRegisters(this.#bytes) ? SKETCH_ERROR : 0;
  }

  /** Returns the bytes of the sketch, which are the same for all sketches of the same clients. */
  toBytes(): Uint8Array {
    return this.#bytes.slice();
  }
}

/** Has no rows, only the sketch that is being changed: sketches are of no tally. */
let engine: Engine | undefined;

/** Lets the engine change a sketch, given by its bytes, on its heap; returns the new bytes. */
function changeSketch(bytes: Uint8Array, change: (engine: Engine, sketch: number) => number): Uint8Array {
  engine ??= makeEngine();
  writeSketch(engine, bytes);
  const sketch = change(engine, engine.uniteSketches(0, SINGLE_BLOCK));
  if (sketch === 0) return bytes;
  const { buffer } = engine.memory;
  const length = new DataView(buffer).getUint32(sketch, true);
  const changed = new Uint8Array(buffer, sketch + 4, length).slice();
  engine.free(sketch);
  return changed;
}

/** Writes a sketch where the engine can read it, with its length before it. */
function writeSketch({ memory: { buffer } }: Engine, bytes: Uint8Array): void {
  new DataView(buffer).setUint32(SINGLE_BLOCK, bytes.length, true);
  new Uint8Array(buffer).set(bytes, SINGLE_BLOCK + 4);
}

function hasRegisters(bytes: Uint8Array): boolean {
  return bytes.length === REGISTER_COUNT;
}

/** Says what is wrong with bytes that should be a sketch, as in `found …, expected …`; undefined if nothing is. */
export function findSketchFault(bytes: Uint8Array): string | undefined {
  if (hasRegisters(bytes)) return findRegisterFault(bytes);
  const { length } = bytes;
  if (length > MAX_LIST_LENGTH || length % 4 !== 0) {
    return `found ${length} bytes, expected ${REGISTER_COUNT}, or a multiple of 4 up to ${MAX_LIST_LENGTH}`;
  }
  const view = viewOf(bytes);
  let last = -1;
  for (let at = 0; at < length; at += 4) {
    const hash = view.getUint32(at, true);
    if (hash <= last) return `found hash ${hash} after ${last}, expected all in ascending order`;
    last = hash;
  }
  return undefined;
}

function findRegisterFault(registers: Uint8Array): string | undefined {
  let all = 0;
  for (let at = 0; at < REGISTER_COUNT; at++) {
    const value = registers[at]!;
    if (value > MAX_REGISTER) return `found ${value} in register ${at}, expected at most ${MAX_REGISTER}`;
    all |= value;
  }
  return all === 0 ? `found ${REGISTER_COUNT} registers of 0, expected at least one other value` : undefined;
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

/** x + x^2 + 2 x^4 + 4 x^8 + ...: the part of registers of 0, if their share is x, less than 1. */
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

/** The part of registers at their maximum, if the share of the others is x. Ertl, formula (14). */
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
