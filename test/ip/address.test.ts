import { isIP, SocketAddress } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Address, formatAddress, parseAddress, parseRange } from '../../src/ip/address.js';

/** Rewrites an address with the operating system's inet_pton and inet_ntop, an independent implementation. */
function rewriteBySystem(address: string): string {
  return new SocketAddress({ address, family: isIP(address) === 6 ? 'ipv6' : 'ipv4' }).address;
}

const octet = fc.integer({ min: 0, max: 255 });
const dottedQuad = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'));
// Zeros come so often that runs of them meet, tie and touch the ends.
const group = fc.oneof(
  fc.constant('0'),
  fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16)),
);
const groups = fc.array(group, { minLength: 8, maxLength: 8 });

/** IPv6 text in any of its spellings: upper case, leading zeros, `::` anywhere, a dotted quad at the end. */
const ipv6Text = fc
  .record({
    groups,
    pad: fc.boolean(),
    upper: fc.boolean(),
    from: fc.nat(8),
    length: fc.nat(8),
    quad: fc.option(dottedQuad),
  })
  .map(({ groups, pad, upper, from, length, quad }) => {
    const parts = groups.map((part) => (pad ? part.padStart(4, '0') : part));
    if (quad !== null) parts.splice(6, 2, quad);
    const gap = parts.slice(from, from + length);
    const cut = gap.length > 0 && !gap.some((part) => part.includes('.'));
    const text = cut
      ? `${parts.slice(0, from).join(':')}::${parts.slice(from + length).join(':')}`
      : parts.join(':');
    return upper ? text.toUpperCase() : text;
  });

const ipv6Value = groups.map((parts): Address => {
  return { family: 6, value: parts.reduce((value, part) => (value << 16n) | BigInt(`0x${part}`), 0n) };
});

describe('parseAddress', () => {
  test('when an IPv4 address is read then its first octet is the most significant', () => {
    expect(parseAddress('12.13.14.137')).toEqual({ family: 4, value: 0x0c0d0e89n });
    expect(parseAddress('0.0.0.0')).toEqual({ family: 4, value: 0n });
    expect(parseAddress('255.255.255.255')).toEqual({ family: 4, value: 0xffffffffn });
  });

  test.each([
    ['::', 0n],
    ['::1', 1n],
    ['2001:db8::', 0x20010db8_00000000_00000000_00000000n],
    ['2001:DB8:0:0:8:800:200c:417a', 0x20010db8_00000000_00080800_200c417an],
    ['::ffff:192.0.2.1', 0xffffc0000201n],
    ['64:ff9b::192.0.2.33', 0x0064ff9b_00000000_00000000_c0000221n],
    ['1:2:3:4:5:6:7::', 0x00010002_00030004_00050006_00070000n],
  ])('when %s is read then its value is the one in RFC 4291', (text, value) => {
    expect(parseAddress(text)).toEqual({ family: 6, value });
  });

  test.each([
    '',
    ' 10.0.0.1',
    '10.0.0.1\n',
    '10.0.0.1\0',
    '10.0.0',
    '10.1',
    '167772161',
    '0x0a000001',
    '010.0.0.1',
    '10.0.0.256',
    '10.0.0.-1',
    '10.0.0.1.2',
    '١٠.0.0.1',
    'fe80::1%eth0',
    '::1%',
    '1::2::3',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    '[::1]',
    'www',
    '10.0.0.1/8',
  ])('when %j is given then it is refused', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test('when an address has any valid spelling then the system reads the same value', () => {
    fc.assert(
      fc.property(fc.oneof(ipv6Text, dottedQuad), (text) => {
        const ours = parseAddress(text);
        fc.pre(isIP(text) !== 0);
        expect(ours).toEqual(parseAddress(rewriteBySystem(text)));
        expect(ours && rewriteBySystem(formatAddress(ours))).toBe(rewriteBySystem(text));
      }),
    );
  });

  test('when the text is anything at all then it is an address if and only if node says so and it has no zone', () => {
    const near = fc.string({ unit: fc.constantFrom(...'0125af:.%/- x') });
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), (text) => {
        expect(parseAddress(text) !== undefined).toBe(isIP(text) !== 0 && !text.includes('%'));
      }),
    );
  });
});

describe('formatAddress', () => {
  test.each([
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:0DB8::0001', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['::ffff:c000:201', '::ffff:192.0.2.1'],
    ['::192.0.2.1', '::c000:201'],
  ])('when %s is formatted then the result is %s, as RFC 5952 requires', (text, expected) => {
    expect(formatAddress(parseAddress(text) as Address)).toBe(expected);
  });

  test('when any IPv6 address is formatted then the result is what the system writes', () => {
    fc.assert(
      fc.property(ipv6Value, (address) => {
        const text = formatAddress(address);
        expect(parseAddress(text)).toEqual(address);
        // The system still gives ::/96 the dotted form of the IPv4-compatible addresses that RFC 4291
        // withdrew.
        if (address.value >> 32n !== 0n) expect(text).toBe(rewriteBySystem(text));
      }),
    );
  });

  test('when any IPv4 address is formatted and read back then it is unchanged', () => {
    fc.assert(
      fc.property(dottedQuad, (text) => {
        expect(formatAddress(parseAddress(text) as Address)).toBe(text);
      }),
    );
  });
});

describe('parseRange', () => {
  test.each([
    ['10.0.0.7', 0x0a000007n, 0x0a000007n],
    ['10.0.0.0/8', 0x0a000000n, 0x0affffffn],
    ['12.13.15.166/27', 0x0c0d0fa0n, 0x0c0d0fbfn],
    ['10.0.0.7/32', 0x0a000007n, 0x0a000007n],
    ['1.2.3.4/0', 0n, 0xffffffffn],
    ['12.13.15.160-12.13.15.199', 0x0c0d0fa0n, 0x0c0d0fc7n],
    ['10.0.0.7-10.0.0.7', 0x0a000007n, 0x0a000007n],
  ])('when %s is read then it goes from the first to the last address', (text, first, last) => {
    expect(parseRange(text)).toEqual({ family: 4, first, last });
  });

  test.each([
    ['::1', 1n, 1n],
    ['2001:db8:12::5/48', 0x20010db8_00120000n << 64n, (0x20010db8_00130000n << 64n) - 1n],
    ['::/0', 0n, (1n << 128n) - 1n],
    ['::1/128', 1n, 1n],
    ['::1-::ffff', 1n, 0xffffn],
  ])('when %s is read then it is a range of IPv6 addresses', (text, first, last) => {
    expect(parseRange(text)).toEqual({ family: 6, first, last });
  });

  test.each([
    '',
    '-',
    '/',
    '/8',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/+8',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.0.0',
    '::/129',
    '::/1000',
    '10.0.0.9-10.0.0.1',
    '10.0.0.1-::2',
    '10.0.0.1-',
    '-10.0.0.1',
    '10.0.0.1-2',
    '10.0.0.1 - 10.0.0.2',
    '10.0.0.0/8-11.0.0.0/8',
    '10.0.0.1-10.0.0.2-10.0.0.3',
    'fe80::1%eth0/64',
  ])('when %j is given then it is refused', (text) => {
    expect(parseRange(text)).toBeUndefined();
  });

  test('when a CIDR block is read then it contains exactly the addresses with its prefix', () => {
    const v4 = fc.record({
      text: dottedQuad,
      bits: fc.constant(32n),
      prefix: fc.bigInt({ min: 0n, max: 32n }),
    });
    const v6 = fc.record({
      text: ipv6Value.map(formatAddress),
      bits: fc.constant(128n),
      prefix: fc.bigInt({ min: 0n, max: 128n }),
    });
    fc.assert(
      fc.property(fc.oneof(v4, v6), ({ text, bits, prefix }) => {
        const { value } = parseAddress(text) as Address;
        const shift = bits - prefix;
        const range = parseRange(`${text}/${prefix}`);
        expect(range && range.first >> shift).toBe(value >> shift);
        expect(range && range.last >> shift).toBe(value >> shift);
        expect(range && range.last - range.first + 1n).toBe(1n << shift);
      }),
    );
  });
});
