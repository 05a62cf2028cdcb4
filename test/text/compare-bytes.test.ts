import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareBytes } from '../../src/text/compare-bytes.js';

/** The order of `LC_ALL=C sort`. */
function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

describe('compareBytes', () => {
  test('when two texts are compared then their order is the order of their bytes in UTF-8', () => {
    // Characters near the places where the order of UTF-16 differs.
    const anyEdge = fc.constantFrom(
      '',
      'a',
      '\u007f',
      '\u0080',
      '\ud7ff',
      '\ue000',
      '\uffff',
      '\u{10000}',
      '\u{10ffff}',
    );
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.array(anyEdge, { maxLength: 4 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(anyText, anyText, anyText, (prefix, a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(compareUtf8(a, b));
        expect(Math.sign(compareBytes(prefix + a, prefix + b))).toBe(compareUtf8(prefix + a, prefix + b));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['', 'a'],
    ['a', 'ab'],
    ['B', 'a'],
    ['10', '9'],
    ['a b', 'a!'],
    ['z', 'é'],
    ['\uffff', '\u{1f600}'],
    ['\ue000', '\u{10000}'],
  ])('when %j is compared with %j then it comes first', (first, second) => {
    expect(compareBytes(first, second)).toBeLessThan(0);
    expect(compareBytes(second, first)).toBeGreaterThan(0);
    expect(compareBytes(first, first)).toBe(0);
  });
});
