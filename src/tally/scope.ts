// Which addresses are kept, and which are counted as one remote machine. src/hot/scope.ts looks this up twice for every
// SYN-ACK. Usually that is one load from a table of the first two bytes; only prefixes that are partly kept need a search
// in the exact ranges.

import type { AddressRange } from '../ip/address.js';
import { mergeRanges } from '../ip/merge-ranges.js';
import { KEPT, MIXED, PREFIXES_LENGTH } from './layout.js';

export const EVERY_ADDRESS: readonly AddressRange[] = [
  { family: 4, first: 0n, last: (1n << 32n) - 1n },
  { family: 6, first: 0n, last: (1n << 128n) - 1n },
];

export class Scope {
  /** KEPT or MIXED by the first two bytes of an address, in the order that they have in memory; two bits each. */
  readonly prefixes4: Uint8Array = new Uint8Array(PREFIXES_LENGTH);
  readonly prefixes6: Uint8Array = new Uint8Array(PREFIXES_LENGTH);
  /** Pairs of a first and a last address, ascending and disjoint. */
  readonly ranges4: Uint32Array;
  /** The same; each address is two numbers. */
  readonly ranges6: BigUint64Array;
  /** The ranges it was made from, without `others`; ascending and disjoint. */
  readonly ranges: readonly AddressRange[];

  /** @param others more addresses to keep, which `ranges` does not list */
  constructor(ranges: readonly AddressRange[], others: readonly AddressRange[] = []) {
    const all = [...ranges, ...others];
    const merged4 = mergeRanges(all.filter(({ family }) => family === 4));
    const merged6 = mergeRanges(all.filter(({ family }) => family === 6));
    this.ranges4 = Uint32Array.from(merged4.flatMap(({ first, last }) => [Number(first), Number(last)]));
    this.ranges6 = BigUint64Array.from(
      merged6.flatMap(({ first, last }) => [...halvesOf(first), ...halvesOf(last)]),
    );
    this.ranges = mergeRanges(ranges);
    for (const range of merged4) markPrefixes(this.prefixes4, range, 16n);
    for (const range of merged6) markPrefixes(this.prefixes6, range, 112n);
  }

  /** Makes the scope that keeps every address. */
  static everything(): Scope {
    return new Scope(EVERY_ADDRESS);
  }
}

/** Enters a range in the table of prefixes; `bits` is the length of an address after its prefix. */
function markPrefixes(prefixes: Uint8Array, { first, last }: AddressRange, bits: bigint): void {
  const from = Number(first >> bits);
  const to = Number(last >> bits);
  for (let prefix = from; prefix <= to; prefix++) mark(prefixes, prefix, KEPT);
  if (first !== BigInt(from) << bits) mark(prefixes, from, MIXED);
  if (last !== (BigInt(to + 1) << bits) - 1n) mark(prefixes, to, MIXED);
}

function mark(prefixes: Uint8Array, prefix: number, value: number): void {
  const inMemory = ((prefix & 0xff) << 8) | (prefix >>> 8);
  const shift = (inMemory & 3) * 2;
  const place = inMemory >>> 2;
  prefixes[place] = ((prefixes[place] as number) & ~(3 << shift)) | (value << shift);
}

function halvesOf(address: bigint): bigint[] {
  return [address >> 64n, address & 0xffff_ffff_ffff_ffffn];
}
