import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeRanges } from '../../../src/ip/merge-ranges.js';
import { countAddresses, mergePorts, subtractRanges } from '../../../src/sources/nmap/ranges.js';
import { anyRanges, expectNormal, members } from '../../ip/any-ranges.js';

describe('ranges', () => {
  test('when the addresses of disjoint ranges are counted then each counts once', () => {
    fc.assert(
      fc.property(anyRanges, (ranges) => {
        expect(countAddresses(mergeRanges(ranges))).toBe(BigInt(members(ranges).size));
      }),
      { numRuns: 1000 },
    );
  });

  test('when ranges are subtracted then the other addresses remain', () => {
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

  test('when ranges of ports are merged then they contain the same ports, disjoint and in order', () => {
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
