import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DistinctKeys } from '../../../src/inventory/flat/distinct-keys.js';

/** Words that are often equal, so that keys are too. */
const anyWord = fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 0xffff_ffff }), fc.constant(0xffff_ffff));

test('when keys are added then a new key gets the next number and a known one keeps its own', () => {
  const anyKeys = fc
    .integer({ min: 1, max: 4 })
    .chain((width) =>
      fc.tuple(fc.constant(width), fc.array(fc.array(anyWord, { minLength: width, maxLength: width }))),
    );
  fc.assert(
    fc.property(anyKeys, ([width, keys]) => {
      const distinct = [...new Set(keys.map(String))];
      const distinctKeys = new DistinctKeys(width, distinct.length);
      const numbers = keys.map((key) => distinctKeys.add(Uint32Array.from(key)));
      expect(numbers).toEqual(keys.map((key) => distinct.indexOf(String(key))));
      expect(distinctKeys.size).toBe(distinct.length);
      expect(numbers.map((number) => String(distinctKeys.at(number)))).toEqual(keys.map(String));
    }),
  );
});

test('when there are as many keys as there is room for then each has its own number', () => {
  const distinctKeys = new DistinctKeys(1, 100_000);
  const numberAll = (): number[] =>
    Array.from({ length: 100_000 }, (_, at) => distinctKeys.add(Uint32Array.of(at * 65_536 + (at >>> 16))));
  const numbers = numberAll();
  expect(numbers).toEqual(numbers.map((_, at) => at));
  expect(numberAll()).toEqual(numbers);
});
