// When silence means that something is gone, for different kinds of use, and how many connections are expected
// meanwhile.

import { describe, expect, test } from 'vitest';
import { SilenceJudge } from '../../../src/inventory/changes/silence.js';
import { UsualUse } from '../../../src/inventory/changes/usual-use.js';
import { Coverage } from '../../../src/inventory/coverage.js';
import { collectEvidence, type Evidence, type Use } from '../../../src/inventory/evidence.js';
import { type Connection, captureOf, inventoryOf } from '../fixtures.js';

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
/** A Monday. */
const START = Date.UTC(2026, 0, 5) * 1000;
const [CLIENT, SERVER, OTHER] = ['10.0.0.100', '10.0.0.1', '10.0.0.2'];

/** How often something is used in this hour after the start. */
type Pattern = (hour: number) => number;

const STEADY: Pattern = () => 10;
const NIGHTLY: Pattern = (hour) => (hour % 24 === 2 ? 30 : 0);
const OFFICE: Pattern = (hour) => (hour % 24 >= 8 && hour % 24 < 18 && hour % 168 < 120 ? 20 : 0);
const NEVER: Pattern = () => 0;

/** Captures of these hours; each use is in the middle of its hour. */
function evidence(pattern: Pattern, from: number, to: number, options: { hours?: boolean } = {}): Evidence {
  const connections: Connection[] = [];
  for (let hour = from; hour < to; hour++) {
    const time = START + hour * HOUR;
    connections.push([CLIENT, OTHER, 80, 1, time]);
    if (pattern(hour) > 0) connections.push([CLIENT, SERVER, 22, pattern(hour), time + HOUR / 2]);
  }
  const captures = [captureOf(START + from * HOUR, START + to * HOUR)];
  return collectEvidence(inventoryOf(connections, { captures, hours: true, ...options }));
}

function usesOf({ services }: Evidence): readonly Use[] {
  return services.find(({ port }) => port === 22)?.uses ?? [];
}

/** After how many hours of silence it is gone, in an hourly check; undefined if that takes longer than a hundred days. */
function hoursUntilGone(
  pattern: Pattern,
  baselineHours: number,
  options: { hours?: boolean } = {},
): number | undefined {
  const before = evidence(pattern, 0, baselineHours, options);
  for (let hours = 1; hours < 2400; hours++) {
    const after = evidence(NEVER, baselineHours, baselineHours + hours);
    const judge = new SilenceJudge({ before, after, goneProbability: 0.05, timeline: [] });
    if (judge.judge(usesOf(before)).absence !== undefined) return hours;
  }
  return undefined;
}

describe('how long it takes until something is gone', () => {
  test.each([
    ['used all the time, in 3 hours', STEADY, 3, 1],
    ['used all the time, in 2 days', STEADY, 48, 1],
    ['a backup every night, in 1 day', NIGHTLY, 24, 120],
    ['a backup every night, in 2 days', NIGHTLY, 48, 125],
    ['a backup every night, in 7 days', NIGHTLY, 168, 50],
    ['a backup every night, in 49 days', NIGHTLY, 49 * 24, 25],
    ['office hours, in 5 days without a weekend', OFFICE, 120, 72],
    ['office hours, in a week', OFFICE, 168, 192],
    ['office hours, in four weeks', OFFICE, 4 * 168, 128],
    ['one hour of bursts in a week', (hour: number) => (hour === 30 ? 1000 : 0), 168, 5 * 168],
    ['once in two days', (hour: number) => (hour === 20 ? 1 : 0), 48, 240],
    ['in most hours', (hour: number) => (hour % 10 === 3 ? 0 : 3), 48, 6],
  ])(
    'when it is %s then it is gone after the expected number of hours',
    (_, pattern, baselineHours, expected) => {
      expect(hoursUntilGone(pattern, baselineHours)).toBe(expected);
    },
  );

  test.each([
    ['less than a day', 12, 1],
    ['a day', 24, 24],
    ['a week', 168, 24],
  ])(
    'when the hours of its use in %s are not known then it may come once a day',
    (_, baselineHours, expected) => {
      expect(hoursUntilGone(STEADY, baselineHours, { hours: false })).toBe(expected);
    },
  );

  test('when it is as usual then it is never gone, at whatever hour the check is made', () => {
    for (const pattern of [STEADY, NIGHTLY, OFFICE]) {
      const before = evidence(pattern, 0, 168);
      for (let hours = 1; hours <= 168; hours++) {
        const after = evidence(pattern, 168, 168 + hours);
        const uses = usesOf(after);
        const judge = new SilenceJudge({ before, after, goneProbability: 0.05, timeline: [] });
        const seen = {
          connections: uses.length,
          lastSeen: Math.max(...uses.map(({ lastSeen }) => lastSeen)),
        };
        expect(judge.judgeSeen(usesOf(before), seen).absence).toBeUndefined();
      }
    }
  });

  test('when the captures never show the hours of its use then it is not gone, however long they are', () => {
    const before = evidence(NIGHTLY, 0, 168);
    const days = Array.from({ length: 60 }, (_, day) => START + (7 + day) * DAY);
    const captures = days.map((day) => captureOf(day + 8 * HOUR, day + 20 * HOUR));
    const connections = days.map((day): Connection => [CLIENT, OTHER, 80, 1, day + 9 * HOUR]);
    const after = collectEvidence(inventoryOf(connections, { captures, hours: true }));
    const { absence, expected } = new SilenceJudge({ before, after, goneProbability: 0.05 }).judge(
      usesOf(before),
    );
    expect([absence, expected]).toEqual([undefined, 0]);
  });

  test('when rows did not fit into memory then nothing is gone', () => {
    const [before, after] = [evidence(STEADY, 0, 48), evidence(NEVER, 48, 96)];
    const judge = new SilenceJudge({ before, after: { ...after, foldedRows: 1 }, goneProbability: 0.05 });
    expect(judge.judge(usesOf(before))).toEqual({ absence: undefined, expected: 480, observed: 2 * DAY });
  });
});

describe('how many connections are expected', () => {
  const expectedIn = (
    pattern: Pattern,
    baselineHours: number,
    from: number,
    to: number,
  ): number | undefined => {
    const before = evidence(pattern, 0, baselineHours);
    const usual = UsualUse.of(usesOf(before), before.coverage);
    const span = { firstSeen: START + from * HOUR, lastSeen: START + to * HOUR };
    return usual?.expectedIn(Coverage.of([span]));
  };

  test.each([
    ['all the time', STEADY, 48, 48, 72, 240],
    ['a part of an hour', STEADY, 48, 48, 48.25, 2.5],
    ['the hours of a backup', NIGHTLY, 48, 50, 51, 30],
    ['half of the hour of a backup', NIGHTLY, 48, 50.5, 51, 15],
    ['all other hours', NIGHTLY, 48, 51, 74, 0],
    ['a Saturday, if the baseline has none', OFFICE, 48, 120, 144, 200],
    ['a Saturday, if the baseline has one', OFFICE, 168, 288, 312, 0],
    ['a Monday after a week', OFFICE, 168, 168, 192, 200],
    ['a day, if use has doubled', (hour: number) => (hour < 24 ? 10 : 20), 48, 48, 72, 360],
    ['a week after sixty days', STEADY, 60 * 24, 60 * 24, 67 * 24, 1680],
  ])(
    'when it is %s then it is the mean of the same hours',
    (_, pattern, baselineHours, from, to, expected) => {
      expect(expectedIn(pattern, baselineHours, from, to)).toBeCloseTo(expected, 6);
    },
  );

  test('when an hour has more connections than fit into its number then they are not lost', () => {
    const before = evidence(STEADY, 0, 24);
    const [{ client, row, count, firstSeen, lastSeen, hours: ofUse }] = usesOf(before) as [Use];
    const use = { client, row, firstSeen, lastSeen };
    const hours = Uint32Array.from(ofUse ?? []);
    // The first entry, of hour 0: as many as fit.
    hours[1] = 2 ** 24 - 1;
    const uses = [{ ...use, count: 230 + 2 ** 26, hours }];
    const span = { firstSeen: START + 24 * HOUR, lastSeen: START + 25 * HOUR };
    expect(UsualUse.of(uses, before.coverage)?.expectedIn(Coverage.of([span]))).toBeCloseTo(2 ** 26, 3);
    expect(UsualUse.of([{ ...use, hours: ofUse, count: count + 1 }], before.coverage)).toBeUndefined();
  });
});
