import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { includesAddress, intersectRanges, mergeRanges } from '../../src/ip/merge-ranges.js';
import { anyRanges, expectNormal, members } from './any-ranges.js';

describe('mergeRanges', () => {
  test('when ranges are merged then they contain the same addresses, in order and with gaps between them', () => {
    fc.assert(
      fc.property(anyRanges, (ranges) => {
        const merged = mergeRanges(ranges);
        expect(members(merged)).toEqual(members(ranges));
        expectNormal(merged);
        expect(merged).toEqual(mergeRanges(ranges.toReversed()));
        for (const [at, { family, last }] of merged.entries()) {
          const next = merged[at + 1];
          if (next?.family === family) expect(next.first).not.toBe(last + 1n);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('intersectRanges', () => {
  test('when ranges are intersected then they contain the addresses that are in both, in any order', () => {
    fc.assert(
      fc.property(anyRanges, anyRanges, (a, b) => {
        const common = intersectRanges(a, b);
        const inBoth = [...members(a)].filter((address) => members(b).has(address));
        expect(members(common)).toEqual(new Set(inBoth));
        expectNormal(common);
        expect(intersectRanges(b, a)).toEqual(common);
        expect(intersectRanges(a, a)).toEqual(mergeRanges(a));
      }),
      { numRuns: 500 },
    );
  });

  test('when an address is in one of the ranges then they include it', () => {
    const ranges = [{ family: 4, first: 5n, last: 7n } as const];
    expect([4n, 5n, 7n, 8n].map((value) => includesAddress(ranges, { family: 4, value }))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(includesAddress(ranges, { family: 6, value: 5n })).toBe(false);
  });

  test('when any ranges are merged then they include the ends of each, and no address just outside', () => {
    fc.assert(
      fc.property(anyRanges, (ranges) => {
        const merged = mergeRanges(ranges);
        const includes = (family: 4 | 6, value: bigint): boolean =>
          includesAddress(merged, { family, value });
        for (const { family, first, last } of ranges) {
          expect([includes(family, first), includes(family, last)]).toEqual([true, true]);
        }
        for (const { family, first, last } of merged) {
          expect([includes(family, first - 1n), includes(family, last + 1n)]).toEqual([false, false]);
        }
      }),
    );
  });
});
