import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatRange, formatTime, parseTime, stringifyJson } from '../../src/inventory/document-text.js';
import { blockOf, parseRange } from '../../src/names/address.js';

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

describe('ranges', () => {
  const anyRange = fc.oneof(
    fc.tuple(fc.bigInt(0n, 2n ** 32n - 1n), fc.nat(32)).map(([value, length]) => blockOf(4, value, length)),
    fc.tuple(fc.bigInt(0n, 2n ** 128n - 1n), fc.nat(128)).map(([value, length]) => blockOf(6, value, length)),
    fc
      .tuple(fc.bigInt(0n, 2n ** 32n - 1n), fc.bigInt(0n, 300n))
      .map(([first, more]) => ({ family: 4 as const, first, last: first + more }))
      .filter(({ last }) => last < 2n ** 32n),
  );

  test('when a range is written then it is read back', () => {
    fc.assert(
      fc.property(anyRange, (range) => {
        expect(parseRange(formatRange(range))).toEqual(range);
      }),
    );
  });

  test.each([
    '10.0.0.1',
    '10.0.0.0/24',
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/31',
    '10.0.0.1-10.0.0.2',
    '10.0.0.0-10.0.0.2',
  ])('when it is %s then it is written so', (text) => {
    const range = parseRange(text);
    expect(range && formatRange(range)).toBe(text);
  });
});

describe('JSON', () => {
  test('when text has characters that a terminal would obey then none is left, and reading restores them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = stringifyJson({ text });
        expect(json).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
    expect(stringifyJson('\u{1b}[31m\u202e\u{e0001}é')).toBe('"\\u001b[31m\\u202e\\udb40\\udc01é"');
  });
});
