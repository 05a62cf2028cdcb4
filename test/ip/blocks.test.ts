// Addresses as CIDR blocks: exact, or with at most some times the addresses.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AddressRange, formatRange, parseRange } from '../../src/ip/address.js';
import { blocksOf, countAddresses, widenBlocks } from '../../src/ip/blocks.js';

const range = (text: string): AddressRange => parseRange(text) as AddressRange;
const textOf = (blocks: readonly AddressRange[]): string => blocks.map(formatRange).join(' ');
const addresses = fc
  .uniqueArray(fc.bigInt({ min: 0n, max: 2000n }), { minLength: 1, maxLength: 80 })
  .map((values) => values.map((value): AddressRange => ({ family: 4, first: value, last: value })));

function holds(blocks: readonly AddressRange[], value: bigint): boolean {
  return blocks.some(({ first, last }) => first <= value && value <= last);
}

describe('blocks', () => {
  test.each([
    ['10.0.0.1-10.0.0.6', '10.0.0.1 10.0.0.2/31 10.0.0.4/31 10.0.0.6'],
    ['0.0.0.0-255.255.255.255', '0.0.0.0/0'],
    ['::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '::/0'],
    ['::1-::4', '::1 ::2/127 ::4'],
    ['255.255.255.254-255.255.255.255', '255.255.255.254/31'],
  ])('when %s is divided, then its blocks are the fewest', (text, expected) => {
    expect(textOf(blocksOf([range(text)]))).toBe(expected);
  });

  test('when addresses are divided, then the blocks hold these and no others', () => {
    fc.assert(
      fc.property(addresses, (single) => {
        const blocks = blocksOf(single);
        expect(countAddresses(blocks)).toBe(BigInt(single.length));
        for (const { first } of single) expect(holds(blocks, first)).toBe(true);
        for (const block of blocks) expect(formatRange(block)).not.toContain('-');
      }),
    );
  });

  test('when they are widened, then they hold all addresses, at most that number of times as many, in fewer blocks', () => {
    fc.assert(
      fc.property(addresses, fc.integer({ min: 1, max: 12 }), (single, factor) => {
        const exact = blocksOf(single);
        const wide = widenBlocks(exact, factor);
        expect(countAddresses(wide)).toBeLessThanOrEqual(BigInt(single.length * factor));
        for (const { first } of single) expect(holds(wide, first)).toBe(true);
        expect(wide.length).toBeLessThanOrEqual(exact.length);
        for (const block of wide) expect(formatRange(block)).not.toContain('-');
        expect(textOf(blocksOf(wide))).toBe(textOf(wide.toSorted((a, b) => (a.first < b.first ? -1 : 1))));
        if (factor === 1) expect(wide).toEqual(exact);
      }),
    );
  });
});
