import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PackedStrings } from '../../../src/inventory/flat/packed-strings.js';

function textsOf(list: readonly string[], bytes = 100): PackedStrings {
  const texts = new PackedStrings(list.length, bytes);
  for (const text of list) texts.add(text);
  return texts;
}

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.stringMatching(/^[ab]{0,4}$/),
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom('', '\0', 'a\0', 'z\u{1f600}', 'z\uffee', 'a'.repeat(300)),
);

test('when texts are added then they are numbered in order and come back, however little room there was', () => {
  fc.assert(
    fc.property(fc.array(anyText), fc.nat(50), (list, bytes) => {
      const texts = new PackedStrings(list.length, bytes);
      expect(list.map((text) => texts.add(text))).toEqual(list.map((_, at) => at));
      expect([texts.size, list.map((_, at) => texts.at(at))]).toEqual([list.length, list]);
    }),
  );
});

test('when texts are ranked then it is in the order of their bytes, and the same text has one rank', () => {
  fc.assert(
    fc.property(fc.array(anyText), (list) => {
      const ranks = textsOf(list).ranks();
      for (const [a, textA] of list.entries()) {
        for (const [b, textB] of list.entries()) {
          const order = Buffer.compare(Buffer.from(textA), Buffer.from(textB));
          expect(Math.sign((ranks[a] as number) - (ranks[b] as number))).toBe(order);
        }
      }
    }),
  );
});

test('when very many texts begin alike then they are ranked all the same', () => {
  const list = Array.from({ length: 100_000 }, (_, at) => `2001:db8::${(at * 7919) % 100_000}`);
  const ranks = textsOf(list).ranks();
  const sorted = list.map((_, at) => at).sort((a, b) => (ranks[a] as number) - (ranks[b] as number));
  expect(sorted.map((at) => list[at])).toEqual(list.toSorted());
});
