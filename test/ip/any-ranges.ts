// Random ranges of addresses, and the addresses in them.

import fc from 'fast-check';
import { expect } from 'vitest';
import type { AddressRange } from '../../src/ip/address.js';

/** Ranges among the lowest addresses of both families, so few that the ranges overlap. */
const anyRange: fc.Arbitrary<AddressRange> = fc
  .tuple(fc.constantFrom(4 as const, 6 as const), fc.bigInt(0n, 30n), fc.bigInt(0n, 6n))
  .map(([family, first, length]) => ({ family, first, last: first + length }));
export const anyRanges = fc.array(anyRange, { maxLength: 8 });

/** Returns all addresses in the ranges. */
export function members(ranges: readonly AddressRange[]): Set<string> {
  return new Set(
    ranges.flatMap(({ family, first, last }) =>
      Array.from({ length: Number(last - first) + 1 }, (_, at) => `${family} ${first + BigInt(at)}`),
    ),
  );
}

/** Expects ranges to be disjoint and in ascending order. */
export function expectNormal(ranges: readonly AddressRange[]): void {
  for (const [at, range] of ranges.entries()) {
    const next = ranges[at + 1];
    expect(range.first <= range.last).toBe(true);
    if (next?.family === range.family) expect(next.first > range.last).toBe(true);
    else if (next !== undefined) expect([range.family, next.family]).toEqual([4, 6]);
  }
}
