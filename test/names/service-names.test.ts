import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseHosts } from '../../src/names/hosts-file.js';
import { findNameFault } from '../../src/names/name-rule.js';
import { Names } from '../../src/names/names.js';
import { address, makeNames } from './make-names.js';

describe('serviceNameOf', () => {
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

  test('when several lists name a port then the order is machine, file, registry, number', async () => {
    const names = await makeNames(TEXT);
    expect(names.serviceNameOf(address('10.0.0.7'), 8889)).toBe('gnump3d');
    expect(names.serviceNameOf(address('10.0.0.8'), 8889)).toBe('radio');
    expect(names.serviceNameOf(undefined, 8889)).toBe('radio');
    expect(names.serviceNameOf(undefined, 22)).toBe('sftp');
    expect(names.serviceNameOf(undefined, 80)).toBe('http');
    expect(names.serviceNameOf(undefined, 12345)).toBe('up:12345');
  });

  test('when a machine has its name from one entry then only the services of that entry are its own', async () => {
    const names = await makeNames(TEXT);
    expect(names.serviceNameOf(address('10.0.0.8'), 80)).toBe('intranet');
    expect(names.serviceNameOf(address('10.0.0.8'), 9999)).toBe('lan');
    expect(names.serviceNameOf(address('10.0.0.7'), 80)).toBe('http');
    expect(names.serviceNameOf(address('10.0.0.7'), 9999)).toBe('up:9999');
    expect(names.serviceNameOf(address('192.0.2.1'), 80)).toBe('http');
  });

  test('when port ranges overlap then the narrowest wins', async () => {
    const names = await makeNames(TEXT);
    const pluto = address('10.0.0.7');
    expect([6880, 6881, 6885, 6889, 6890].map((port) => names.serviceNameOf(undefined, port))).toEqual([
      'up:6880',
      'bittorrent',
      'tracker',
      'bittorrent',
      'up:6890',
    ]);
    expect([8999, 9000, 9040, 9050, 9100, 9101].map((port) => names.serviceNameOf(pluto, port))).toEqual([
      'up:8999',
      'pool',
      'some',
      'one',
      'pool',
      'up:9101',
    ]);
  });

  test('when no registry is given then the one that ships is used', async () => {
    const names = new Names(await parseHosts('', 'hosts.yaml'));
    expect(names.serviceNameOf(undefined, 443)).toBe('https');
    expect(names.serviceNameOf(address('10.0.0.1'), 0)).toBe('up:0');
  });

  describe('after a scan', () => {
    test('when hosts.yaml names the port then the scan does not matter, whatever the protocol', async () => {
      const names = await makeNames(TEXT);
      for (const protocol of ['tcp', 'udp', 'sctp'] as const) {
        const found = { protocol, name: 'icecast', isProbed: true };
        expect(names.serviceNameOf(address('10.0.0.7'), 8889, found)).toBe('gnump3d');
        expect(names.serviceNameOf(address('10.0.0.8'), 8889, found)).toBe('radio');
        expect(names.serviceNameOf(undefined, 6885, found)).toBe('tracker');
      }
    });

    test.each([
      // A probed name comes before the registry, a guessed one after it; the registry lists TCP ports only.
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
      // The names that nmap uses if it knows nothing.
      ['tcp', 80, 'unknown', false, 'http'],
      ['tcp', 4444, 'unknown', false, 'up:4444'],
      ['udp', 4444, 'unknown', true, 'up:4444'],
      ['tcp', 80, 'tcpwrapped', true, 'http'],
      ['tcp', 4444, 'tcpwrapped', true, 'tcpwrapped'],
    ] as const)(
      'when the scan calls %s port %i %s (probed: %s) then the service is %s',
      async (protocol, port, name, isProbed, service) => {
        const names = await makeNames(TEXT);
        expect(names.serviceNameOf(address('192.0.2.1'), port, { protocol, name, isProbed })).toBe(service);
        expect(names.serviceNameOf(undefined, port, { protocol, name, isProbed })).toBe(service);
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
    ])('when the scan calls it %j then this is not taken as its name', async (name) => {
      const names = await makeNames('');
      const found = { protocol: 'tcp', name, isProbed: true } as const;
      expect(names.serviceNameOf(undefined, 22, found)).toBe('ssh');
      expect(names.serviceNameOf(undefined, 4444, found)).toBe('up:4444');
    });

    test('when a scan may use any name then the result is a name that hosts.yaml could give, or the number', async () => {
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
            expect(findNameFault(names.serviceNameOf(undefined, port, found))).toBeUndefined();
          },
        ),
      );
    });
  });
});
