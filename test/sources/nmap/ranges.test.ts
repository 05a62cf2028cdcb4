import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AddressRange } from '../../../src/ip/address.js';
import { countAddresses, mergePorts, mergeRanges, subtractRanges } from '../../../src/sources/nmap/ranges.js';

/** A small world, so that ranges meet: addresses 0 to 30 of both families. */
const anyRange: fc.Arbitrary<AddressRange> = fc
  .tuple(fc.constantFrom(4 as const, 6 as const), fc.bigInt(0n, 30n), fc.bigInt(0n, 6n))
  .map(([family, first, length]) => ({ family, first, last: first + length }));
const anyRanges = fc.array(anyRange, { maxLength: 8 });

function members(ranges: readonly AddressRange[]): Set<string> {
  return new Set(
    ranges.flatMap(({ family, first, last }) =>
      Array.from({ length: Number(last - first) + 1 }, (_, at) => `${family} ${first + BigInt(at)}`),
    ),
  );
}

function expectNormal(ranges: readonly AddressRange[]): void {
  for (const [at, range] of ranges.entries()) {
    const next = ranges[at + 1];
    expect(range.first <= range.last).toBe(true);
    if (next?.family === range.family) expect(next.first > range.last).toBe(true);
    else if (next !== undefined) expect([range.family, next.family]).toEqual([4, 6]);
  }
}

describe('ranges', () => {
  test('when ranges are merged then they have the same members, apart and in order', () => {
    fc.assert(
      fc.property(anyRanges, (ranges) => {
        const merged = mergeRanges(ranges);
        expect(members(merged)).toEqual(members(ranges));
        expectNormal(merged);
        expect(merged).toEqual(mergeRanges(ranges.toReversed()));
        expect(countAddresses(merged)).toBe(BigInt(members(ranges).size));
        for (const [at, { family, last }] of merged.entries()) {
          const next = merged[at + 1];
          if (next?.family === family) expect(next.first).not.toBe(last + 1n);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('when ranges are subtracted then the others are left', () => {
    fc.assert(
      fc.property(anyRanges, anyRanges, (ranges, without) => {
        const left = subtractRanges(mergeRanges(ranges), mergeRanges(without));
        const gone = members(without);
        expect(members(left)).toEqual(new Set([...members(ranges)].filter((member) => !gone.has(member))));
        expectNormal(left);
      }),
      { numRuns: 1000 },
    );
  });

  test('when ports are merged then they have the same members, apart and in order', () => {
    const anyPorts = fc.array(
      fc.tuple(fc.nat(30), fc.nat(6)).map(([first, length]) => ({ first, last: first + length })),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(anyPorts, (ranges) => {
        const isIn = (some: typeof ranges, port: number): boolean =>
          some.some(({ first, last }) => first <= port && port <= last);
        const merged = mergePorts(ranges);
        for (let port = 0; port <= 40; port++) expect(isIn(merged, port)).toBe(isIn(ranges, port));
        for (const [at, { last }] of merged.entries()) {
          expect(merged[at + 1]?.first ?? Number.POSITIVE_INFINITY).toBeGreaterThan(last + 1);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
