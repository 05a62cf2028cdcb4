// Texts are right however many others were asked for in between, and are not made again at once.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentTexts } from '../../../src/inventory/flat/recent-texts.js';

test('when texts are asked for in any order, then each has its number', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5000), { maxLength: 3000 }), (numbers) => {
      const texts = new RecentTexts((number) => `text ${number}`);
      expect(numbers.map((number) => texts.at(number))).toEqual(numbers.map((number) => `text ${number}`));
    }),
    { numRuns: 20 },
  );
});

test('when a text is asked for again, then it is not made again', () => {
  const made: number[] = [];
  const texts = new RecentTexts((number) => {
    made.push(number);
    return String(number);
  });
  for (const number of [7, 7, 8, 7, 7 + 1024, 7]) texts.at(number);
  expect(made).toEqual([7, 8, 7 + 1024, 7]);
});
