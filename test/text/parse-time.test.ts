import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTime, parseTime } from '../../src/text/time.js';

describe('times', () => {
  test('when a time is written then it is read back', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (time) => {
        expect(parseTime(formatTime(time))).toBe(time);
      }),
    );
  });

  test.each([
    [0, '1970-01-01T00:00:00.000000Z'],
    [1_182_437_128_123_456, '2007-06-21T14:45:28.123456Z'],
    [-1, '1969-12-31T23:59:59.999999Z'],
    [2 ** 64, '2255-06-05T23:47:34.740991Z'],
    [-(2 ** 80), '1684-07-28T00:12:25.259009Z'],
  ])('when the time is %d then it is %s', (time, text) => {
    expect(formatTime(time)).toBe(text);
  });

  test.each([
    '',
    '2007-06-21',
    '2007-06-21T14:45:28Z',
    '2007-06-21T14:45:28.123Z',
    '2007-06-21T14:45:28.123456',
    '2007-06-21T14:45:28.123456+00:00',
    '2007-06-21 14:45:28.123456Z',
    '2007-02-30T14:45:28.123456Z',
    '2007-13-01T14:45:28.123456Z',
    '2007-06-21T24:00:00.000000Z',
    '2007-06-21T14:60:28.123456Z',
    '9999-01-01T00:00:00.000000Z',
    '2007-06-21T14:45:28.123456Z\n',
  ])('when the text is %j then it is no time', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });
});
