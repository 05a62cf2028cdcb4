import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatSecond, formatTime, parseTime } from '../../src/text/time.js';

test.each([
  [0, '1970-01-01T00:00:00.000000Z'],
  [1, '1970-01-01T00:00:00.000001Z'],
  [1_182_437_128_123_456, '2007-06-21T14:45:28.123456Z'],
  [1_182_437_128_000_000, '2007-06-21T14:45:28.000000Z'],
  [4_294_967_295_999_999, '2106-02-07T06:28:15.999999Z'],
  [Number.MAX_SAFE_INTEGER, '2255-06-05T23:47:34.740991Z'],
  [-1, '1969-12-31T23:59:59.999999Z'],
])('when the time is %d microseconds then its text is %s', (microseconds, time) => {
  expect(formatTime(microseconds)).toBe(time);
});

test('when a time is read back by Date then no microsecond is lost', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (microseconds) => {
      const [, seconds = '', fraction = ''] = /^(.*)\.(\d{6})Z$/.exec(formatTime(microseconds)) ?? [];
      const readBack = BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction);
      expect(readBack).toBe(BigInt(microseconds));
    }),
  );
});

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [1_182_437_128_999_999, '2007-06-21T14:45:28Z'],
  [Number.MAX_SAFE_INTEGER, '2255-06-05T23:47:34Z'],
])('when the time is %d microseconds then people see %s', (microseconds, time) => {
  expect(formatSecond(microseconds)).toBe(time);
});

test('when a time is formatted then it is read back unchanged', () => {
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
])('when the time is %d, however far off, then its text is %s', (time, text) => {
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
])('when the text is %j then it is not a time', (text) => {
  expect(parseTime(text)).toBeUndefined();
});
