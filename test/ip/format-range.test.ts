import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockOf, formatRange, parseRange } from '../../src/ip/address.js';

describe('ranges', () => {
  const anyRange = fc.oneof(
    fc.tuple(fc.bigInt(0n, 2n ** 32n - 1n), fc.nat(32)).map(([value, length]) => blockOf(4, value, length)),
    fc.tuple(fc.bigInt(0n, 2n ** 128n - 1n), fc.nat(128)).map(([value, length]) => blockOf(6, value, length)),
    fc
      .tuple(fc.bigInt(0n, 2n ** 32n - 1n), fc.bigInt(0n, 300n))
      .map(([first, more]) => ({ family: 4 as const, first, last: first + more }))
      .filter(({ last }) => last < 2n ** 32n),
  );

  test('when a range is formatted then it is read back unchanged', () => {
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
  ])('when a range is read from %s then it is formatted the same way', (text) => {
    const range = parseRange(text);
    expect(range && formatRange(range)).toBe(text);
  });
});
