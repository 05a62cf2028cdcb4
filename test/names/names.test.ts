import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Address,
  type AddressRange,
  formatAddress,
  parseAddress,
  parseRange,
} from '../../src/ip/address.js';
import { parseHosts } from '../../src/names/hosts-file.js';
import { findNameFault } from '../../src/names/name-rule.js';
import { Names } from '../../src/names/names.js';
import { parseExpectedPattern } from '../../src/names/patterns.js';

const REGISTERED = new Map([
  [22, 'ssh'],
  [80, 'http'],
  [8889, 'ddi-tcp-2'],
]);

async function makeNames(text: string): Promise<Names> {
  return new Names(await parseHosts(text, 'hosts.yaml'), (port) => REGISTERED.get(port));
}

function address(text: string): Address {
  return parseAddress(text) as Address;
}

function range(text: string): AddressRange {
  return parseRange(text) as AddressRange;
}

describe('nameOf', () => {
  test('when an address, a range or a CIDR block is named then all in it have the name, and no others', async () => {
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

  test('when several names fit then the narrowest range wins, wherever it is in the file', async () => {
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

  test('when an IPv6 address has the value of a named IPv4 one then it has not its name', async () => {
    const names = await makeNames('hosts: { all4: 0.0.0.0/0 }');
    expect(names.nameOf(address('255.255.255.255'))).toBe('all4');
    expect(names.nameOf(address('::'))).toBeUndefined();
    expect(names.nameOf(address('::ffff:ffff'))).toBeUndefined();
    expect(names.nameOf(address('::ffff:10.0.0.1'))).toBeUndefined();
  });

  test('when 50,000 machines have names then any of them is found', () => {
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
  ])('when nothing says what is local then for %s it is %s', async (text, expected) => {
    expect((await makeNames('hosts: { www: 192.0.2.1 }')).isLocal(address(text))).toBe(expected);
  });

  test('when the file says what is local then only that is', async () => {
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
    const names = await makeNames('local: [10.0.0.0/8]\nhosts: { partner: 192.0.2.1, ours: 10.0.0.1 }');
    expect(names.isLocal(address('192.0.2.1'))).toBe(false);
    expect(names.nameOf(address('192.0.2.1'))).toBe('partner');
    expect(names.isLocal(address('10.0.0.1'))).toBe(true);
    expect(names.nameOf(address('10.0.0.1'))).toBe('ours');
  });
});

describe('kept', () => {
  test('when ranges are local or named then all of them are kept', async () => {
    const names = await makeNames(
      'local: [10.0.0.0/8]\nhosts: { a: [192.0.2.1, "2001:db8::/32"], b: 10.0.0.1 }',
    );
    expect(names.kept()).toEqual(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32', '10.0.0.1'].map(range));
  });

  test('when nothing says what is local then the default scope is kept', async () => {
    expect((await makeNames('')).kept()).toHaveLength(8);
    expect((await makeNames('local: []')).kept()).toEqual([]);
  });

  test('when an address is in what is kept then it is local or named, and the other way round', async () => {
    const names = await makeNames('local: [10.0.0.0/29]\nhosts: { a: 10.0.0.4-10.0.0.12, b: 10.0.0.14 }');
    for (let value = 0x0a000000n; value < 0x0a000010n; value++) {
      const kept = names.kept().some(({ first, last }) => first <= value && value <= last);
      const address: Address = { family: 4, value };
      expect([formatAddress(address), kept]).toEqual([
        formatAddress(address),
        names.isLocal(address) || names.nameOf(address) !== undefined,
      ]);
    }
  });
});

describe('service', () => {
  const TEXT = `
hosts:
  all: { address: 10.0.0.0/8, services: { 80: intranet, 9999: lan } }
  pluto: { address: 10.0.0.7, services: { 8889: gnump3d, 9000-9100: pool, 9050: one, 9040-9060: some } }
services:
  22: sftp
  8889: radio
  6881-6889: bittorrent
  6885: tracker
`;

  test('when a port is in every list then the order is machine, file, registry, number', async () => {
    const names = await makeNames(TEXT);
    expect(names.service(address('10.0.0.7'), 8889)).toBe('gnump3d');
    expect(names.service(address('10.0.0.8'), 8889)).toBe('radio');
    expect(names.service(undefined, 8889)).toBe('radio');
    expect(names.service(undefined, 22)).toBe('sftp');
    expect(names.service(undefined, 80)).toBe('http');
    expect(names.service(undefined, 12345)).toBe('up:12345');
  });

  test('when a machine has its name from one entry then only the services of that entry are its own', async () => {
    const names = await makeNames(TEXT);
    expect(names.service(address('10.0.0.8'), 80)).toBe('intranet');
    expect(names.service(address('10.0.0.8'), 9999)).toBe('lan');
    expect(names.service(address('10.0.0.7'), 80)).toBe('http');
    expect(names.service(address('10.0.0.7'), 9999)).toBe('up:9999');
    expect(names.service(address('192.0.2.1'), 80)).toBe('http');
  });

  test('when port ranges overlap then the narrowest wins', async () => {
    const names = await makeNames(TEXT);
    const pluto = address('10.0.0.7');
    expect([6880, 6881, 6885, 6889, 6890].map((port) => names.service(undefined, port))).toEqual([
      'up:6880',
      'bittorrent',
      'tracker',
      'bittorrent',
      'up:6890',
    ]);
    expect([8999, 9000, 9040, 9050, 9100, 9101].map((port) => names.service(pluto, port))).toEqual([
      'up:8999',
      'pool',
      'some',
      'one',
      'pool',
      'up:9101',
    ]);
  });

  test('when no registry is given then the one that ships is asked', async () => {
    const names = new Names(await parseHosts('', 'hosts.yaml'));
    expect(names.service(undefined, 443)).toBe('https');
    expect(names.service(address('10.0.0.1'), 0)).toBe('up:0');
  });

  describe('with what a scan found', () => {
    test('when hosts.yaml names the port then the scan is not asked, whatever the protocol', async () => {
      const names = await makeNames(TEXT);
      for (const protocol of ['tcp', 'udp', 'sctp'] as const) {
        const found = { protocol, name: 'icecast', isProbed: true };
        expect(names.service(address('10.0.0.7'), 8889, found)).toBe('gnump3d');
        expect(names.service(address('10.0.0.8'), 8889, found)).toBe('radio');
        expect(names.service(undefined, 6885, found)).toBe('tracker');
      }
    });

    test.each([
      // A probed name goes before the registry, a guessed one behind it; the registry is of TCP.
      ['tcp', 80, 'squid', true, 'squid'],
      ['tcp', 80, 'squid', false, 'http'],
      ['tcp', 80, 'squid', undefined, 'http'],
      ['tcp', 80, undefined, undefined, 'http'],
      ['tcp', 80, undefined, true, 'http'],
      ['tcp', 4444, 'krb524', true, 'krb524'],
      ['tcp', 4444, 'krb524', false, 'krb524'],
      ['tcp', 4444, undefined, undefined, 'up:4444'],
      ['udp', 80, 'quic', true, 'quic'],
      ['udp', 80, 'quic', false, 'quic'],
      ['udp', 80, undefined, undefined, 'up:80'],
      ['sctp', 80, undefined, undefined, 'up:80'],
      // What nmap says where it knows nothing.
      ['tcp', 80, 'unknown', false, 'http'],
      ['tcp', 4444, 'unknown', false, 'up:4444'],
      ['udp', 4444, 'unknown', true, 'up:4444'],
      ['tcp', 80, 'tcpwrapped', true, 'http'],
      ['tcp', 4444, 'tcpwrapped', true, 'tcpwrapped'],
    ] as const)(
      'when at %s port %i it is %s (probed: %s) then the service is %s',
      async (protocol, port, name, isProbed, service) => {
        const names = await makeNames(TEXT);
        expect(names.service(address('192.0.2.1'), port, { protocol, name, isProbed })).toBe(service);
        expect(names.service(undefined, port, { protocol, name, isProbed })).toBe(service);
      },
    );

    test.each([
      '',
      '22',
      '_',
      '(other)',
      '10.0.0.1',
      'two words',
      '\u001b[2J',
      '\u202e',
      'a\nb',
      'x'.repeat(256),
    ])('when the scan calls it %j then that is no name', async (name) => {
      const names = await makeNames('');
      const found = { protocol: 'tcp', name, isProbed: true } as const;
      expect(names.service(undefined, 22, found)).toBe('ssh');
      expect(names.service(undefined, 4444, found)).toBe('up:4444');
    });

    test('when a scan may call it anything then the answer is a name that hosts.yaml could give, or the number', async () => {
      const names = await makeNames(TEXT);
      fc.assert(
        fc.property(
          fc.record({
            protocol: fc.constantFrom('tcp' as const, 'udp' as const, 'sctp' as const),
            name: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
            isProbed: fc.option(fc.boolean(), { nil: undefined }),
          }),
          fc.integer({ min: 0, max: 65_535 }),
          (found, port) => {
            expect(findNameFault(names.service(undefined, port, found))).toBeUndefined();
          },
        ),
      );
    });
  });
});

describe('expected', () => {
  test('when the file says what is expected then it is there, in the order of the file', async () => {
    const names = await makeNames('expected: [pluto:8889, :22]');
    expect(names.expected).toEqual([parseExpectedPattern('pluto:8889'), parseExpectedPattern(':22')]);
    expect((await makeNames('')).expected).toEqual([]);
  });
});
