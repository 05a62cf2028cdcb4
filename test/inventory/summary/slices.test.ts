// Hours and days of time zones, among them zones that are ahead of UTC by half hours, and clocks that are set back.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Slices, sliceFor } from '../../../src/inventory/summary/slices.js';
import { clockOf } from '../../../src/text/clock.js';

const HOUR = 3_600_000_000;
const ZONES = [
  'utc',
  'Europe/Berlin',
  'America/Los_Angeles',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'America/St_Johns',
  'Australia/Lord_Howe',
] as const;

const timeOf = (text: string): number => Date.parse(text) * 1000;
const anyTime = fc.integer({ min: timeOf('2012-01-01Z'), max: timeOf('2035-01-01Z') });

describe.each(ZONES)('in the zone %s', (zone) => {
  const slices = new Slices(zone);
  const clock = clockOf(zone);

  test('when any time is sliced, then its hour and day are those on the clock', () => {
    fc.assert(
      fc.property(anyTime, (time) => {
        const shown = clock.second(time);
        expect(slices.format('day', time)).toBe(shown.slice(0, 10));
        expect(slices.format('hour', time).slice(0, 14)).toBe(`${shown.slice(0, 13)}:`);
      }),
      { numRuns: 1000 },
    );
  });

  test('when two times are compared, then they have one number if they have one text, and in their order', () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: 0, max: 30 * HOUR }), (time, later) => {
        for (const column of ['hour', 'day'] as const) {
          const [a, b] = [slices.numberOf(column, time), slices.numberOf(column, time + later)];
          expect(Number.isInteger(a)).toBe(true);
          expect(a === b).toBe(slices.format(column, time) === slices.format(column, time + later));
          expect(a).toBeLessThanOrEqual(b);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('when rows are divided as asked for, then no row is in two hours or days', () => {
    for (const column of ['hour', 'day'] as const) {
      const length = sliceFor([column], zone) as number;
      fc.assert(
        fc.property(anyTime, (time) => {
          const first = Math.floor(time / length) * length;
          expect(slices.numberOf(column, first + length - 1)).toBe(slices.numberOf(column, first));
        }),
      );
    }
  });
});

test('when clocks are set back, then the hour that comes twice is two hours, and the day has 25', () => {
  const slices = new Slices('Europe/Berlin');
  const first = timeOf('2026-10-25T00:30Z');
  expect(slices.format('hour', first)).toBe('2026-10-25T02:00:00+02:00');
  expect(slices.format('hour', first + HOUR)).toBe('2026-10-25T02:00:00+01:00');
  const midnight = timeOf('2026-10-24T22:00Z');
  expect(slices.format('day', midnight - 1)).toBe('2026-10-24');
  expect(slices.format('day', midnight)).toBe('2026-10-25');
  expect(slices.format('day', midnight + 25 * HOUR - 1)).toBe('2026-10-25');
  expect(slices.format('day', midnight + 25 * HOUR)).toBe('2026-10-26');
});

test.each([
  [['service'], 'Asia/Kolkata', undefined],
  [['day'], undefined, 24 * HOUR],
  [['day'], 'UTC', 24 * HOUR],
  [['day'], 'Europe/Berlin', HOUR],
  [['day', 'hour'], 'Europe/Berlin', HOUR],
  [['day'], 'Asia/Kolkata', HOUR / 2],
  [['hour'], 'Asia/Kathmandu', HOUR / 4],
] as const)(
  'when rows are grouped by %j in %s, then they are counted by %s microseconds',
  (by, tz, length) => {
    expect(sliceFor(by, tz)).toBe(length);
  },
);

test('when a time is out of range, then it has a slice too', () => {
  for (const zone of ZONES) {
    const slices = new Slices(zone);
    expect(slices.numberOf('hour', Number.NEGATIVE_INFINITY)).toBeLessThan(slices.numberOf('hour', 0));
    expect(slices.format('day', Number.MAX_SAFE_INTEGER)).toBe('2255-06-05');
  }
});
