import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DistinctKeys } from '../../../src/inventory/flat/distinct-keys.js';

/** Words that are often the same, so that keys are. */
const anyWord = fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 0xffff_ffff }), fc.constant(0xffff_ffff));

test('when keys are numbered then new ones have the next number and known ones the one they had', () => {
  const anyKeys = fc
    .integer({ min: 1, max: 4 })
    .chain((width) =>
      fc.tuple(fc.constant(width), fc.array(fc.array(anyWord, { minLength: width, maxLength: width }))),
    );
  fc.assert(
    fc.property(anyKeys, ([width, keys]) => {
      const distinct = [...new Set(keys.map(String))];
      const numbering = new DistinctKeys(width, distinct.length);
      const numbers = keys.map((key) => numbering.numberOf(Uint32Array.from(key)));
      expect(numbers).toEqual(keys.map((key) => distinct.indexOf(String(key))));
      expect(numbering.size).toBe(distinct.length);
      expect(numbers.map((number) => String(numbering.keyOf(number)))).toEqual(keys.map(String));
    }),
  );
});

test('when there are as many keys as there is room for then each has its number', () => {
  const numbering = new DistinctKeys(1, 100_000);
  const numberAll = (): number[] =>
    Array.from({ length: 100_000 }, (_, at) => numbering.numberOf(Uint32Array.of(at * 65_536 + (at >>> 16))));
  const numbers = numberAll();
  expect(numbers).toEqual(numbers.map((_, at) => at));
  expect(numberAll()).toEqual(numbers);
});
