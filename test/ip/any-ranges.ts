// Ranges of addresses at random, and what they contain.

import fc from 'fast-check';
import { expect } from 'vitest';
import type { AddressRange } from '../../src/ip/address.js';

/** A small world, so that ranges meet: addresses 0 to 30 of both families. */
const anyRange: fc.Arbitrary<AddressRange> = fc
  .tuple(fc.constantFrom(4 as const, 6 as const), fc.bigInt(0n, 30n), fc.bigInt(0n, 6n))
  .map(([family, first, length]) => ({ family, first, last: first + length }));
export const anyRanges = fc.array(anyRange, { maxLength: 8 });

export function members(ranges: readonly AddressRange[]): Set<string> {
  return new Set(
    ranges.flatMap(({ family, first, last }) =>
      Array.from({ length: Number(last - first) + 1 }, (_, at) => `${family} ${first + BigInt(at)}`),
    ),
  );
}

export function expectNormal(ranges: readonly AddressRange[]): void {
  for (const [at, range] of ranges.entries()) {
    const next = ranges[at + 1];
    expect(range.first <= range.last).toBe(true);
    if (next?.family === range.family) expect(next.first > range.last).toBe(true);
    else if (next !== undefined) expect([range.family, next.family]).toEqual([4, 6]);
  }
}
