import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeRanges } from '../../src/ip/merge-ranges.js';
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
