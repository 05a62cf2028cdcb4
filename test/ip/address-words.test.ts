import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddress } from '../../src/ip/address.js';
import { ADDRESS_WORDS, toAddress, toWords } from '../../src/ip/address-words.js';

test.each([
  ['192.0.2.1', [0xc000_0201]],
  ['0.0.0.0', [0]],
  ['2001:db8:1:2:3:4:5:ffff', [0x2001_0db8, 0x0001_0002, 0x0003_0004, 0x0005_ffff]],
])('when %s is in words then the most significant one is first', (text, words) => {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(text);
  expect([...toWords(address)]).toEqual(words);
});

test('when an address is put into words then they hold all of it', () => {
  fc.assert(
    fc.property(fc.constantFrom(4 as const, 6 as const), fc.bigInt(0n, 2n ** 128n - 1n), (family, bits) => {
      const address = { family, value: BigInt.asUintN(32 * ADDRESS_WORDS[family], bits) };
      expect(toWords(address)).toHaveLength(ADDRESS_WORDS[family]);
      expect(toAddress(family, toWords(address))).toEqual(address);
    }),
  );
});
