import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AddressRange } from '../../src/ip/address.js';
import { Scope } from '../../src/tally/scope.js';
import { Tally } from '../../src/tally/tally.js';
import { address } from '../helpers/packets.js';
import { EVERYTHING } from '../helpers/scope.js';

type Family = 4 | 6;

const BITS = { 4: 32n, 6: 128n } as const;
const lastOf = (family: Family): bigint => (1n << BITS[family]) - 1n;

/** Finds out which of these addresses are kept: each is both ends of a SYN-ACK with its own port. */
function keepsEach(scope: Scope, family: Family, values: readonly bigint[]): boolean[] {
  const tally = new Tally({ scope });
  // Not at the beginning of the buffer, as in a packet.
  const view = new DataView(new ArrayBuffer(24));
  for (const [port, value] of values.entries()) {
    view.setBigUint64(5, value >> 64n);
    view.setBigUint64(13, value & 0xffff_ffff_ffff_ffffn);
    if (family === 4) tally.add4(Number(value), Number(value), port, 0);
    else tally.add6(view, 5, 5, port, 0);
  }
  const rows = tally.readRows(family);
  // Every port is a row, and rows come in the order in which they were added.
  expect(rows.size).toBe(values.length);
  return values.map((value, row) => {
    const [client, server] = [rows.clientOf(row), rows.serverOf(row)];
    expect([rows.portOf(row), server]).toEqual([row, client]);
    if (client !== undefined) expect(numberOf(client)).toBe(value);
    return client !== undefined;
  });
}

function keeps(scope: Scope, family: Family, value: bigint): boolean {
  return keepsEach(scope, family, [value])[0] as boolean;
}

function numberOf(words: Uint32Array): bigint {
  return words.reduce((number, word) => (number << 32n) | BigInt(word), 0n);
}

function isIn(ranges: readonly AddressRange[], family: Family, value: bigint): boolean {
  return ranges.some((range) => range.family === family && value >= range.first && value <= range.last);
}

function clamp(family: Family, value: bigint): bigint {
  return value < 0n ? 0n : value > lastOf(family) ? lastOf(family) : value;
}

/** Addresses that are mostly near the beginning of a table or a word. */
function anyValue(family: Family): fc.Arbitrary<bigint> {
  const bits = Number(BITS[family]);
  const anyEdge = fc
    .tuple(fc.constantFrom(8, 16, 17, 31, 32, 64, 96), fc.bigInt(0n, 5n), fc.bigInt(-2n, 2n))
    .map(([prefix, place, near]) => clamp(family, (place << BigInt(Math.max(0, bits - prefix))) + near));
  const anyEnd = fc.bigInt(0n, 3n).map((near) => lastOf(family) - near);
  return fc.oneof(anyEdge, anyEnd, fc.bigInt(0n, lastOf(family)));
}

function anyRange(family: Family): fc.Arbitrary<AddressRange> {
  const value = anyValue(family);
  return fc
    .tuple(value, value)
    .map(([a, b]) => (a < b ? { family, first: a, last: b } : { family, first: b, last: a }));
}

function rangeOf(first: string, last: string): AddressRange {
  const numberOf = (text: string): bigint => BigInt(`0x${Buffer.from(address(text)).toString('hex')}`);
  return { family: first.includes(':') ? 6 : 4, first: numberOf(first), last: numberOf(last) };
}

function keepsText(scope: Scope, text: string): boolean {
  const { family, first } = rangeOf(text, text);
  return keeps(scope, family, first);
}

describe.each([4, 6] as const)('Scope of IPv%i', (family) => {
  test('when there are any ranges, then it keeps the addresses in them, and no other', () => {
    const anyRanges = fc.array(fc.oneof(anyRange(family), anyRange(family === 4 ? 6 : 4)), { maxLength: 8 });
    fc.assert(
      fc.property(anyRanges, fc.array(anyValue(family), { maxLength: 20 }), (ranges, values) => {
        const scope = new Scope(ranges);
        const edges = ranges.flatMap(({ first, last }) => [
          first - 1n,
          first,
          first + 1n,
          last - 1n,
          last,
          last + 1n,
        ]);
        const all = [...edges.map((edge) => clamp(family, edge)), ...values];
        const expected = all.filter((value) => isIn(ranges, family, value));
        const kept = keepsEach(scope, family, all);
        expect(all.filter((_, at) => kept[at])).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('when there are many ranges in one prefix, then the addresses in each are kept, and none between them', () => {
    const step = 1n << (BITS[family] - 30n);
    const start = 0xabcdn << (BITS[family] - 16n);
    const ranges = Array.from({ length: 1000 }, (_, at) => {
      const first = start + BigInt(at) * 2n * step;
      return { family, first, last: first + step - 1n };
    });
    const scope = new Scope(ranges.toReversed());
    const values = ranges.flatMap(({ first, last }) => [first - 1n, first, last, last + 1n]);
    expect(keepsEach(scope, family, values)).toEqual(ranges.flatMap(() => [false, true, true, false]));
  });

  test('when there is no range, then it keeps nothing', () => {
    const scope = new Scope([]);
    expect(keepsEach(scope, family, [0n, 1n, lastOf(family)])).toEqual([false, false, false]);
  });

  test('when it is the scope of everything, then it keeps every address', () => {
    const anyValues = fc.array(anyValue(family), { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(anyValues, (values) => !keepsEach(EVERYTHING, family, values).includes(false)),
      { numRuns: 10 },
    );
  });
});

describe('Scope', () => {
  test.each([
    ['one address', [['192.0.2.7', '192.0.2.7']], ['192.0.2.7'], ['192.0.2.6', '192.0.2.8', '192.1.2.7']],
    [
      'a whole prefix',
      [['10.1.0.0', '10.1.255.255']],
      ['10.1.0.0', '10.1.255.255'],
      ['10.0.255.255', '10.2.0.0'],
    ],
    [
      'over several prefixes',
      [['10.0.255.255', '10.3.0.0']],
      ['10.0.255.255', '10.1.7.7', '10.2.0.0', '10.3.0.0'],
      ['10.0.255.254', '10.3.0.1'],
    ],
    [
      'adjacent',
      [
        ['10.0.0.0', '10.0.0.127'],
        ['10.0.0.128', '10.0.0.255'],
      ],
      ['10.0.0.0', '10.0.0.127', '10.0.0.128', '10.0.0.255'],
      ['9.255.255.255', '10.0.1.0'],
    ],
    [
      'one in another',
      [
        ['10.0.0.0', '10.255.255.255'],
        ['10.1.1.1', '10.1.1.1'],
      ],
      ['10.1.1.0', '10.1.1.1', '10.1.1.2', '10.255.255.255'],
      ['11.0.0.0'],
    ],
    [
      'the same twice',
      [
        ['10.0.0.1', '10.0.0.2'],
        ['10.0.0.1', '10.0.0.2'],
      ],
      ['10.0.0.1', '10.0.0.2'],
      ['10.0.0.0', '10.0.0.3'],
    ],
    [
      'the last address',
      [['255.255.255.255', '255.255.255.255']],
      ['255.255.255.255'],
      ['255.255.255.254', '0.0.0.0'],
    ],
    ['the upper half', [['128.0.0.0', '255.255.255.255']], ['128.0.0.0', '200.1.1.1'], ['127.255.255.255']],
    [
      'a network of IPv6',
      [['2001:db8:12::', '2001:db8:12:ffff:ffff:ffff:ffff:ffff']],
      ['2001:db8:12::', '2001:db8:12:8000::1', '2001:db8:12:ffff:ffff:ffff:ffff:ffff'],
      ['2001:db8:11:ffff:ffff:ffff:ffff:ffff', '2001:db8:13::', '::'],
    ],
  ])('when a range is %s, then its edges are exact', (_what, ranges, kept, left) => {
    const scope = new Scope(ranges.map(([first = '', last = '']) => rangeOf(first, last)));
    expect(kept.filter((text) => !keepsText(scope, text))).toEqual([]);
    expect(left.filter((text) => keepsText(scope, text))).toEqual([]);
  });

  test('when ranges have one IP version, then the other is not kept', () => {
    expect(keepsText(new Scope([rangeOf('0.0.0.0', '255.255.255.255')]), '::1')).toBe(false);
    expect(keepsText(new Scope([rangeOf('::', '::ffff:ffff')]), '0.0.0.1')).toBe(false);
  });
});
