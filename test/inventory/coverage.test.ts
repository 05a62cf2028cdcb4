// The time that captures cover, as spans and hour by hour.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Coverage, type Span } from '../../src/inventory/coverage.js';

const HOUR = 3_600_000_000;

function coverageOf(...spans: readonly (readonly [number, number])[]): Coverage {
  return Coverage.of(spans.map(([firstSeen, lastSeen]) => ({ firstSeen, lastSeen })));
}

function spansOf({ spans }: Coverage): number[][] {
  return spans.map(({ firstSeen, lastSeen }) => [firstSeen, lastSeen]);
}

/** Small enough that each moment can be looked at. */
const anySpans: fc.Arbitrary<Span[]> = fc.array(
  fc.tuple(fc.nat(60), fc.nat(60)).map(([a, b]) => ({ firstSeen: Math.min(a, b), lastSeen: Math.max(a, b) })),
  { maxLength: 6 },
);

/** Whether each of the moments between two whole numbers is covered. */
function momentsOf(spans: readonly Span[]): boolean[] {
  return Array.from({ length: 60 }, (_, at) =>
    spans.some(({ firstSeen, lastSeen }) => firstSeen <= at && at < lastSeen),
  );
}

describe('coverage', () => {
  test('when captures overlap, touch or are a single moment then their time counts once', () => {
    expect(spansOf(coverageOf([50, 60], [0, 10], [5, 20], [20, 30], [40, 40]))).toEqual([
      [0, 30],
      [50, 60],
    ]);
    expect(coverageOf([7, 7]).length).toBe(0);
  });

  test('when nothing was seen then it covers nothing', () => {
    const nothing = coverageOf([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect([nothing.length, nothing.extent, nothing.end, nothing.hours]).toEqual([
      0,
      0,
      Number.NEGATIVE_INFINITY,
      [],
    ]);
  });

  test('when any captures are united or cut then every moment is covered that should be, and no other', () => {
    fc.assert(
      fc.property(anySpans, anySpans, fc.nat(60), (a, b, time) => {
        const [ofA, ofB] = [momentsOf(a), momentsOf(b)];
        const [coverage, other] = [Coverage.of(a), Coverage.of(b)];
        expect(momentsOf(coverage.spans)).toEqual(ofA);
        expect(coverage.length).toBe(ofA.filter(Boolean).length);
        expect(momentsOf(coverage.with(other).spans)).toEqual(ofA.map((isIn, at) => isIn || ofB[at]));
        expect(momentsOf(coverage.before(time).spans)).toEqual(ofA.map((isIn, at) => isIn && at < time));
        expect(momentsOf(coverage.after(time).spans)).toEqual(ofA.map((isIn, at) => isIn && at >= time));
        expect(Coverage.of(coverage.spans).spans).toEqual(coverage.spans);
      }),
    );
  });
});

describe('the hours of a coverage', () => {
  test('when captures cover parts of hours then each hour has its time', () => {
    const coverage = coverageOf([0.5 * HOUR, 2.25 * HOUR], [2.5 * HOUR, 3 * HOUR], [-0.25 * HOUR, 0]);
    expect(coverage.hours).toEqual([
      { hour: -1, length: 0.25 * HOUR },
      { hour: 0, length: 0.5 * HOUR },
      { hour: 1, length: HOUR },
      { hour: 2, length: 0.75 * HOUR },
    ]);
  });

  test('when a clock was wrong by centuries then there are still so few that they can be looked at', () => {
    expect(coverageOf([0, 9e15]).hours).toHaveLength(100_000);
    expect(coverageOf([-1e300, 1e300]).hours.length).toBeLessThanOrEqual(100_000);
  });
});
