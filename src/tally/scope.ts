// Is this address kept, or is it one of the remote many? Asked twice for every SYN-ACK, so most answers are one
// load from a table of the first 16 bits; only prefixes that are partly kept look into the exact ranges.

/** A run of addresses, first and last included, as numbers in network order. */
export interface ScopeRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

const KEPT = 1;
/** Some addresses with these first 16 bits are kept: see the ranges. */
const MIXED = 2;

const PREFIXES = 1 << 16;

export class Scope {
  readonly #prefixes4 = new Uint8Array(PREFIXES);
  readonly #prefixes6 = new Uint8Array(PREFIXES);
  /** First and last address by turns, ascending, disjoint. */
  readonly #ranges4: Uint32Array;
  /** The same, four words an address. */
  readonly #ranges6: Uint32Array;

  constructor(ranges: readonly ScopeRange[]) {
    const merged4 = mergeRanges(ranges.filter(({ family }) => family === 4));
    const merged6 = mergeRanges(ranges.filter(({ family }) => family === 6));
    this.#ranges4 = Uint32Array.from(merged4.flatMap(({ first, last }) => [Number(first), Number(last)]));
    this.#ranges6 = Uint32Array.from(
      merged6.flatMap(({ first, last }) => [...wordsOf(first), ...wordsOf(last)]),
    );
    for (const range of merged4) markPrefixes(this.#prefixes4, range, 16n);
    for (const range of merged6) markPrefixes(this.#prefixes6, range, 112n);
  }

  /** The scope that keeps every address. */
  static everything(): Scope {
    return new Scope([
      { family: 4, first: 0n, last: (1n << 32n) - 1n },
      { family: 6, first: 0n, last: (1n << 128n) - 1n },
    ]);
  }

  keeps4(address: number): boolean {
    const known = this.#prefixes4[address >>> 16];
    return known === MIXED ? this.#searches4(address) : known === KEPT;
  }

  /** The address of 16 bytes at this offset. */
  keeps6(view: DataView, offset: number): boolean {
    const known = this.#prefixes6[view.getUint16(offset)];
    return known === MIXED ? this.#searches6(view, offset) : known === KEPT;
  }

  #searches4(address: number): boolean {
    const ranges = this.#ranges4;
    let low = 0;
    let high = ranges.length / 2;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (address > (ranges[middle * 2 + 1] as number)) low = middle + 1;
      else high = middle;
    }
    return low * 2 < ranges.length && address >= (ranges[low * 2] as number);
  }

  #searches6(view: DataView, offset: number): boolean {
    const ranges = this.#ranges6;
    let low = 0;
    let high = ranges.length / 8;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareWords(view, offset, ranges, middle * 8 + 4) > 0) low = middle + 1;
      else high = middle;
    }
    return low * 8 < ranges.length && compareWords(view, offset, ranges, low * 8) >= 0;
  }
}

/** The same addresses as disjoint ranges in ascending order. */
function mergeRanges(ranges: readonly ScopeRange[]): ScopeRange[] {
  const merged: ScopeRange[] = [];
  for (const range of ranges.toSorted((a, b) => (a.first < b.first ? -1 : 1))) {
    const before = merged.at(-1);
    if (before === undefined || range.first > before.last + 1n) merged.push(range);
    else if (range.last > before.last) merged[merged.length - 1] = { ...before, last: range.last };
  }
  return merged;
}

/** Notes a range in the table of prefixes; `bits` is the length of an address behind its prefix. */
function markPrefixes(prefixes: Uint8Array, { first, last }: ScopeRange, bits: bigint): void {
  const from = Number(first >> bits);
  const to = Number(last >> bits);
  prefixes.fill(KEPT, from, to + 1);
  if (first !== BigInt(from) << bits) prefixes[from] = MIXED;
  if (last !== (BigInt(to + 1) << bits) - 1n) prefixes[to] = MIXED;
}

function wordsOf(address: bigint): number[] {
  return [96n, 64n, 32n, 0n].map((shift) => Number((address >> shift) & 0xffff_ffffn));
}

function compareWords(view: DataView, offset: number, words: Uint32Array, at: number): number {
  for (let word = 0; word < 4; word++) {
    const difference = view.getUint32(offset + word * 4) - (words[at + word] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
