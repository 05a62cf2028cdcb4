import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Address, type AddressRange, formatAddress, parseRange } from '../../src/ip/address.js';
import { Names } from '../../src/names/names.js';
import { parseExpectedPattern } from '../../src/names/patterns.js';
import { address, makeNames } from './make-names.js';

function range(text: string): AddressRange {
  return parseRange(text) as AddressRange;
}

describe('nameOf', () => {
  test('when an address, a range or a CIDR block is named then exactly the addresses in it have the name', async () => {
    const names = await makeNames(`
hosts:
  dumbo: 12.13.14.137
  branch: 10.20.0.0/16
  pool: 12.13.15.160-12.13.15.199
  six: 2001:db8::/32
`);
    const expected = {
      '12.13.14.136': undefined,
      '12.13.14.137': 'dumbo',
      '12.13.14.138': undefined,
      '10.19.255.255': undefined,
      '10.20.0.0': 'branch',
      '10.20.255.255': 'branch',
      '10.21.0.0': undefined,
      '12.13.15.159': undefined,
      '12.13.15.160': 'pool',
      '12.13.15.199': 'pool',
      '12.13.15.200': undefined,
      '2001:db7:ffff:ffff:ffff:ffff:ffff:ffff': undefined,
      '2001:db8::': 'six',
      '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff': 'six',
      '2001:db9::': undefined,
    };
    for (const [text, name] of Object.entries(expected))
      expect([text, names.nameOf(address(text))]).toEqual([text, name]);
  });

  test('when several named ranges contain an address then the narrowest wins, wherever it is in the file', async () => {
    const names = await makeNames(`
hosts:
  pluto: 10.20.0.7
  all: 10.0.0.0/8
  pool: 10.20.0.1-10.20.0.9
  branch: 10.20.0.0/16
`);
    const of = (text: string): string | undefined => names.nameOf(address(text));
    expect([of('10.20.0.7'), of('10.20.0.8'), of('10.20.9.9'), of('10.9.9.9')]).toEqual([
      'pluto',
      'pool',
      'branch',
      'all',
    ]);
  });

  test('when ranges of the same size overlap then the earlier in the file wins', async () => {
    const names = await makeNames(
      'hosts: { b: 10.0.0.5-10.0.0.9, a: 10.0.0.1-10.0.0.5, c: 10.0.0.7-10.0.0.11 }',
    );
    const of = (text: string): string | undefined => names.nameOf(address(text));
    expect([of('10.0.0.4'), of('10.0.0.5'), of('10.0.0.8'), of('10.0.0.10')]).toEqual(['a', 'b', 'b', 'c']);
  });

  test('when machines share a name then each has it', async () => {
    const names = await makeNames('hosts: { www: [12.13.15.163, 12.13.15.164, "2001:db8::1"] }');
    for (const text of ['12.13.15.163', '12.13.15.164', '2001:db8::1'])
      expect(names.nameOf(address(text))).toBe('www');
  });

  test('when an IPv6 address has the value of a named IPv4 address then it does not have its name', async () => {
    const names = await makeNames('hosts: { all4: 0.0.0.0/0 }');
    expect(names.nameOf(address('255.255.255.255'))).toBe('all4');
    expect(names.nameOf(address('::'))).toBeUndefined();
    expect(names.nameOf(address('::ffff:ffff'))).toBeUndefined();
    expect(names.nameOf(address('::ffff:10.0.0.1'))).toBeUndefined();
  });

  test('when 50,000 machines have names then each of them is found', () => {
    const first = (index: number): bigint => 0x0a000000n + BigInt(index);
    const hosts = Array.from({ length: 50_000 }, (_, index) => ({
      name: `h${index}`,
      ranges: [{ family: 4 as const, first: first(index), last: first(index) }],
      services: [],
    }));
    const names = new Names({ local: undefined, hosts, services: [], expected: [] });
    fc.assert(
      fc.property(fc.nat(49_999), (index) => {
        expect(names.nameOf({ family: 4, value: first(index) })).toBe(`h${index}`);
      }),
    );
  });
});

describe('isLocal', () => {
  test.each([
    ['9.255.255.255', false],
    ['10.0.0.0', true],
    ['10.255.255.255', true],
    ['172.15.255.255', false],
    ['172.16.0.0', true],
    ['172.31.255.255', true],
    ['172.32.0.0', false],
    ['192.168.0.1', true],
    ['192.169.0.0', false],
    ['169.254.1.1', true],
    ['127.0.0.1', true],
    ['128.0.0.0', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['::1', true],
    ['::', false],
    ['::2', false],
    ['fe80::1', true],
    ['febf::1', true],
    ['fec0::1', false],
    ['fbff::1', false],
    ['fc00::1', true],
    ['fdff::1', true],
    ['2001:db8::1', false],
  ])('when the file does not say what is local then %s is local: %s', async (text, expected) => {
    expect((await makeNames('hosts: { www: 192.0.2.1 }')).isLocal(address(text))).toBe(expected);
  });

  test('when the file says what is local then nothing else is', async () => {
    const names = await makeNames('local: [12.13.15.160/27, 12.13.15.160-12.13.15.199, 2001:db8:12::/48]');
    const local = ['12.13.15.160', '12.13.15.199', '2001:db8:12::1', '12.13.15.200', '10.0.0.1', '::1'];
    expect(local.map((text) => names.isLocal(address(text)))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  test('when local is empty then nothing is local', async () => {
    expect((await makeNames('local: []')).isLocal(address('10.0.0.1'))).toBe(false);
  });

  test('when an address has a name then it need not be local', async () => {
    const names = await makeNames('local: [10.0.0.0/8]\nhosts: { partner: 192.0.2.1, own: 10.0.0.1 }');
    expect(names.isLocal(address('192.0.2.1'))).toBe(false);
    expect(names.nameOf(address('192.0.2.1'))).toBe('partner');
    expect(names.isLocal(address('10.0.0.1'))).toBe(true);
    expect(names.nameOf(address('10.0.0.1'))).toBe('own');
  });
});

describe('rangesToKeep', () => {
  test('when ranges are local or named then all of them are kept', async () => {
    const names = await makeNames(
      'local: [10.0.0.0/8]\nhosts: { a: [192.0.2.1, "2001:db8::/32"], b: 10.0.0.1 }',
    );
    expect(names.rangesToKeep()).toEqual(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32', '10.0.0.1'].map(range));
  });

  test('when the file does not say what is local then the default scope is kept', async () => {
    expect((await makeNames('')).rangesToKeep()).toHaveLength(8);
    expect((await makeNames('local: []')).rangesToKeep()).toEqual([]);
  });

  test('when an address is kept then it is local or named, and vice versa', async () => {
    const names = await makeNames('local: [10.0.0.0/29]\nhosts: { a: 10.0.0.4-10.0.0.12, b: 10.0.0.14 }');
    for (let value = 0x0a000000n; value < 0x0a000010n; value++) {
      const isKept = names.rangesToKeep().some(({ first, last }) => first <= value && value <= last);
      const address: Address = { family: 4, value };
      expect([formatAddress(address), isKept]).toEqual([
        formatAddress(address),
        names.isLocal(address) || names.nameOf(address) !== undefined,
      ]);
    }
  });
});

describe('expected', () => {
  test('when the file lists expected changes then they are there, in the order of the file', async () => {
    const names = await makeNames('expected: [pluto:8889, :22]');
    expect(names.expected).toEqual([parseExpectedPattern('pluto:8889'), parseExpectedPattern(':22')]);
    expect((await makeNames('')).expected).toEqual([]);
  });
});
