import { describe, expect, test } from 'vitest';
import { clockOf, UTC_CLOCK } from '../../src/text/clock.js';

const SUMMER = Date.UTC(2007, 5, 21, 14, 45, 28) * 1000;
const WINTER = Date.UTC(2007, 11, 21, 14, 45, 28) * 1000;

describe('a clock', () => {
  test.each([
    ['utc', '2007-06-21T14:45:28Z', '2007-12-21T14:45:28Z'],
    ['Europe/Berlin', '2007-06-21T16:45:28+02:00', '2007-12-21T15:45:28+01:00'],
    ['America/St_Johns', '2007-06-21T12:15:28-02:30', '2007-12-21T11:15:28-03:30'],
    ['Asia/Kathmandu', '2007-06-21T20:30:28+05:45', '2007-12-21T20:30:28+05:45'],
  ])('when the zone is %s then times have its offset, in summer and winter', (zone, summer, winter) => {
    expect([clockOf(zone).second(SUMMER), clockOf(zone).second(WINTER)]).toEqual([summer, winter]);
    expect(new Date(summer).getTime() * 1000).toBe(SUMMER);
  });

  test('when a packet claims an impossible time then it is still formatted', () => {
    const clock = clockOf('Europe/Berlin');
    for (const time of [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 1e300]) {
      expect(clock.second(time)).toMatch(/^\d{4}-/);
    }
  });

  test('when a time is written for a column then it has its zone too', () => {
    const berlin = clockOf('Europe/Berlin');
    expect([UTC_CLOCK.spaced(SUMMER), berlin.spaced(SUMMER)]).toEqual([
      '2007-06-21 14:45:28Z',
      '2007-06-21 16:45:28+02:00',
    ]);
    expect([UTC_CLOCK.short(WINTER), berlin.short(WINTER)]).toEqual([
      '2007-12-21 14:45Z',
      '2007-12-21 15:45+01:00',
    ]);
  });

  test('when there is no such zone then it throws', () => {
    expect(() => clockOf('Mars')).toThrow(RangeError);
  });
});
