import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PackedStrings } from '../../../src/inventory/flat/packed-strings.js';

function packed(list: readonly string[], bytes = 100): PackedStrings {
  const strings = new PackedStrings(list.length, bytes);
  for (const text of list) strings.add(text);
  return strings;
}

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.stringMatching(/^[ab]{0,4}$/),
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom('', '\0', 'a\0', 'z\u{1f600}', 'z\uffee', 'a'.repeat(300)),
);

test('when strings are added then they get consecutive numbers and come back, however little room was asked for', () => {
  fc.assert(
    fc.property(fc.array(anyText), fc.nat(50), (list, bytes) => {
      const strings = new PackedStrings(list.length, bytes);
      expect(list.map((text) => strings.add(text))).toEqual(list.map((_, at) => at));
      expect([strings.size, list.map((_, at) => strings.at(at))]).toEqual([list.length, list]);
    }),
  );
});

test('when strings are ranked then ranks are in the order of their bytes, and equal strings have equal ranks', () => {
  fc.assert(
    fc.property(fc.array(anyText), (list) => {
      const ranks = packed(list).ranks();
      for (const [a, textA] of list.entries()) {
        for (const [b, textB] of list.entries()) {
          const order = Buffer.compare(Buffer.from(textA), Buffer.from(textB));
          expect(Math.sign((ranks[a] as number) - (ranks[b] as number))).toBe(order);
        }
      }
    }),
  );
});

test('when very many strings begin alike then they are ranked correctly', () => {
  const list = Array.from({ length: 100_000 }, (_, at) => `2001:db8::${(at * 7919) % 100_000}`);
  const ranks = packed(list).ranks();
  const sorted = list.map((_, at) => at).sort((a, b) => (ranks[a] as number) - (ranks[b] as number));
  expect(sorted.map((at) => list[at])).toEqual(list.toSorted());
});
