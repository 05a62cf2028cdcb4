// Parts of a capture: whether two overlap, and what is left of all of them.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { overlap, remainingOf, type TimeWindow } from '../../src/inventory/time-window.js';

const NOON = 12;

/** Limits are whole numbers up to 20, so that each moment between them can be looked at. */
const anyWindow: fc.Arbitrary<TimeWindow> = fc
  .tuple(fc.nat(19), fc.integer({ min: 1, max: 9 }), fc.boolean(), fc.boolean())
  .map(([since, length, hasSince, hasUntil]) => ({
    ...(hasSince ? { since } : {}),
    ...(hasUntil ? { until: since + length } : {}),
  }));

function momentsOf(windows: readonly TimeWindow[]): boolean[] {
  return Array.from({ length: 40 }, (_, at) => {
    const moment = at - 5;
    return windows.some(
      ({ since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY }) =>
        since <= moment && moment < until,
    );
  });
}

describe('parts of a capture', () => {
  test.each<[string, TimeWindow, TimeWindow, boolean]>([
    ['both are the whole', {}, {}, true],
    ['one is the whole', {}, { since: NOON }, true],
    ['one ends where the other begins', { until: NOON }, { since: NOON }, false],
    ['one ends after the other has begun', { until: NOON + 1 }, { since: NOON }, true],
    ['one is inside the other', { since: 1, until: 9 }, { since: 3, until: 4 }, true],
  ])('when %s then they overlap or not', (_, a, b, expected) => {
    expect([overlap(a, b), overlap(b, a)]).toEqual([expected, expected]);
  });

  test.each<[string, TimeWindow[], TimeWindow[]]>([
    ['nothing', [], [{}]],
    ['all', [{}], []],
    ['the morning', [{ until: NOON }], [{ since: NOON }]],
    ['the middle', [{ since: 9, until: 17 }], [{ until: 9 }, { since: 17 }]],
    ['morning and evening', [{ since: 17 }, { until: 9 }], [{ since: 9, until: 17 }]],
  ])('when %s was counted then the rest remains', (_, windows, remaining) => {
    expect(remainingOf(windows)).toEqual(remaining);
  });

  test('when any parts were counted then what remains is what is in none of them, and does not overlap', () => {
    fc.assert(
      fc.property(fc.array(anyWindow, { maxLength: 5 }), (windows) => {
        const remaining = remainingOf(windows);
        expect(momentsOf(remaining)).toEqual(momentsOf(windows).map((isCounted) => !isCounted));
        for (const window of windows) {
          expect(remaining.some((rest) => overlap(rest, window))).toBe(false);
        }
        expect(remainingOf([...windows, ...remaining])).toEqual([]);
      }),
    );
  });
});
