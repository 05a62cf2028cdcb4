import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildRangeTable, lookUp, type Range } from '../../src/ip/range-table.js';

const range = fc
  .tuple(fc.bigInt({ min: 0n, max: 30n }), fc.bigInt({ min: 0n, max: 30n }))
  .map(([a, b]) => (a < b ? { first: a, last: b } : { first: b, last: a }));

/**
 * The rule in its plainest form: the narrowest of the ranges around the value; of equally narrow ones, the
 * earliest.
 */
function searchAll(ranges: readonly Range<number>[], value: bigint): number | undefined {
  const around = ranges.filter(({ first, last }) => first <= value && value <= last);
  return around.sort((a, b) => Number(a.last - a.first - (b.last - b.first)) || a.tag - b.tag)[0]?.tag;
}

describe('range table', () => {
  test('when ranges overlap in any way then the narrowest is found, and of equally narrow ones the earliest', () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 20 }), (ranges) => {
        const tagged = ranges.map((range, tag) => ({ ...range, tag }));
        const table = buildRangeTable(tagged);
        for (let value = -1n; value <= 32n; value++) {
          expect(lookUp(table, value)).toBe(searchAll(tagged, value));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('when there are no ranges then nothing is found', () => {
    expect(lookUp(buildRangeTable([]), 0n)).toBeUndefined();
  });

  test('when 50,000 ranges are nested then each is found wherever there is no narrower one', () => {
    const ranges = Array.from({ length: 50_000 }, (_, tag) => ({
      first: BigInt(tag),
      last: BigInt(200_000 - tag),
      tag,
    }));
    const table = buildRangeTable(ranges);
    expect(lookUp(table, 0n)).toBe(0);
    expect(lookUp(table, 31_234n)).toBe(31_234);
    expect(lookUp(table, 100_000n)).toBe(49_999);
    expect(lookUp(table, 200_000n - 31_234n)).toBe(31_234);
    expect(lookUp(table, 200_001n)).toBeUndefined();
  });
});
