import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/inventory/endpoints.js';
import {
  matchesExpected,
  matchesMachine,
  matchesService,
  type ServiceIdentity,
} from '../../src/inventory/pattern-matching.js';
import { parseAddress } from '../../src/ip/address.js';
import { PROTOCOLS } from '../../src/ip/port.js';
import { parseExpectedPattern, parseMachinePattern, parseServicePattern } from '../../src/names/patterns.js';

function endpoint(addressText: string, name?: string, isRemote = false): Endpoint {
  return { label: name ?? addressText, name, isRemote, address: parseAddress(addressText), addressText };
}

const REMOTE_END = endpoint('', undefined, true);

function matches(pattern: string, end: Endpoint): boolean {
  return matchesMachine(parseMachinePattern(pattern), end);
}

function matchesName(pattern: string, name: string): boolean {
  return matches(pattern, endpoint('192.0.2.1', name));
}

describe('matchesMachine', () => {
  test('when it is _ then it matches remote machines only', () => {
    expect(matches('_', REMOTE_END)).toBe(true);
    expect(matches('_', endpoint('8.8.8.8', undefined, true))).toBe(true);
    expect(matches('_', endpoint('10.0.0.1'))).toBe(false);
    expect(matches('_', endpoint('10.0.0.1', 'pluto'))).toBe(false);
  });

  test.each([
    ['192.0.2.7', ['192.0.2.7'], ['192.0.2.6', '192.0.2.8', '::c000:207']],
    ['192.0.2.0/24', ['192.0.2.0', '192.0.2.255'], ['192.0.1.255', '192.0.3.0']],
    ['192.0.2.0/24', ['192.0.2.0', '192.0.2.255'], ['192.0.1.255']],
    ['192.0.2.5-192.0.2.9', ['192.0.2.5', '192.0.2.9'], ['192.0.2.4', '192.0.2.10']],
    ['2001:db8::1', ['2001:db8::1', '2001:DB8:0::1'], ['2001:db8::2', '192.0.2.1']],
    ['2001:db8::/32', ['2001:db8::', '2001:db8:ffff::1'], ['2001:db9::']],
    ['::/0', ['::', 'ffff::'], ['0.0.0.0']],
    ['0.0.0.0/0', ['0.0.0.0', '255.255.255.255'], ['::']],
  ])(
    'when it is %s then it matches by address, even if the machine has a name',
    (pattern, inside, outside) => {
      expect(inside.filter((text) => !matches(pattern, endpoint(text, 'pluto')))).toEqual([]);
      expect(inside.filter((text) => !matches(pattern, endpoint(text)))).toEqual([]);
      expect(outside.filter((text) => matches(pattern, endpoint(text)))).toEqual([]);
      expect(matches(pattern, REMOTE_END)).toBe(false);
    },
  );

  test('when it is a name then it matches the whole name, with its case, and nothing without a name', () => {
    expect(matchesName('pluto', 'pluto')).toBe(true);
    for (const other of ['plut', 'pluto2', 'Pluto', 'xpluto'])
      expect(matchesName('pluto', other)).toBe(false);
    expect(matches('pluto', REMOTE_END)).toBe(false);
    expect(matches('*', endpoint('10.0.0.1'))).toBe(false);
  });

  test.each([
    ['web*', ['web', 'web1', 'webmail.example'], ['we', 'xweb']],
    ['*.example', ['a.example', '.example'], ['aexample', 'a.example.org']],
    ['web?', ['web1', 'webé', 'web\u{1f600}'], ['web', 'web12']],
    ['*', ['a', 'é'], []],
    ['a*b*c', ['abc', 'a-b-c', 'abbc'], ['acb', 'ab']],
    ['**a', ['a', 'ba'], ['ab']],
  ])(
    'when it is %s then * stands for any number of characters and ? for one',
    (pattern, matching, others) => {
      expect(matching.filter((name) => !matchesName(pattern, name))).toEqual([]);
      expect(others.filter((name) => matchesName(pattern, name))).toEqual([]);
    },
  );

  test.each([
    'a.b',
    'a+b',
    'a|b',
    '(a',
    'a)',
    '[ab]',
    '{a}',
    'a^b',
    'a$b',
    'a\\b',
    'a-b',
    'a/b',
    '\\d',
    '(other)',
  ])('when it is %s then its special characters stand for themselves', (text) => {
    expect(matchesName(text, text)).toBe(true);
    for (const other of ['a', 'b', 'ab', 'aab', 'axb', '1']) expect(matchesName(text, other)).toBe(false);
  });
});

describe('matchesService', () => {
  function serves(pattern: string, service: string, port: number): boolean {
    return matchesService(parseServicePattern(pattern), service, port);
  }

  test.each([
    ['22', [22], [21, 23]],
    ['22/tcp', [22], [2222]],
    ['0', [0], [1]],
    ['65535', [65_535], [65_534]],
    ['6881-6889', [6881, 6885, 6889], [6880, 6890]],
    ['6881-6889/tcp', [6881], [6890]],
    ['22-22', [22], [23]],
    ['022', [22], [18]],
  ])('when it is %s then it matches by port, whatever the name', (pattern, matching, others) => {
    expect(matching.filter((port) => !serves(pattern, 'ssh', port))).toEqual([]);
    expect(others.filter((port) => serves(pattern, 'ssh', port))).toEqual([]);
  });

  test.each([
    ['ssh', 'ssh', true],
    ['ssh', 'sshd', false],
    ['http*', 'https', true],
    ['up:*', 'up:8889', true],
    ['up:8889', 'up:8889', true],
    ['???', 'ssh', true],
    ['*', 'anything', true],
    ['22/udp', 'ssh', false],
  ])('when it is %s and the service is %s then it matches: %s', (pattern, service, isMatch) => {
    expect(serves(pattern, service, 22)).toBe(isMatch);
  });

  test.each([
    ['53', ['tcp', 'udp', 'sctp']],
    ['53/tcp', ['tcp']],
    ['53/udp', ['udp']],
    ['50-59/sctp', ['sctp']],
    ['dom*', ['tcp', 'udp', 'sctp']],
    ['domain/udp', ['udp']],
    ['*/tcp', ['tcp']],
    ['80/udp', []],
    ['http/udp', []],
  ])('when it is %s then it matches domain on port 53 over %j', (pattern, protocols) => {
    const parsed = parseServicePattern(pattern);
    const matching = PROTOCOLS.filter((protocol) => matchesService(parsed, 'domain', 53, protocol));
    expect(matching).toEqual(protocols);
  });
});

describe('matchesExpected', () => {
  const RADIO: ServiceIdentity = { port: 8889, protocol: 'tcp', name: 'gnump3d' };
  const DOMAIN: ServiceIdentity = { port: 53, protocol: 'udp', name: 'domain' };
  const UNNAMED: ServiceIdentity = { port: 4444, protocol: 'tcp', name: 'up:4444' };
  const MINNIE = endpoint('12.13.15.163', 'minnie');
  const NAMELESS = endpoint('12.13.15.170');
  const SIX = endpoint('2001:db8::1');

  /** Returns what the pattern expects of a machine: the machine itself, and its services by name. */
  function expectedOf(pattern: string, end: Endpoint): string[] {
    const parsed = parseExpectedPattern(pattern);
    const services = [RADIO, DOMAIN, UNNAMED].filter((service) => matchesExpected(parsed, end, service));
    return [...(matchesExpected(parsed, end) ? ['machine'] : []), ...services.map(({ name }) => name)];
  }

  const ALL = ['machine', 'gnump3d', 'domain', 'up:4444'];

  test.each([
    ['minnie', ALL, [], []],
    ['minnie:8889', ['gnump3d'], [], []],
    ['minnie:gnu*', ['gnump3d'], [], []],
    ['minnie:8889/udp', [], [], []],
    ['min*:*', ['gnump3d', 'domain', 'up:4444'], [], []],
    ['m?nnie:*/udp', ['domain'], [], []],
    ['*:8889', ['gnump3d'], ['gnump3d'], ['gnump3d']],
    [':8889', ['gnump3d'], ['gnump3d'], ['gnump3d']],
    [':up:*', ['up:4444'], ['up:4444'], ['up:4444']],
    ['*', ALL, ALL, ALL],
    ['**', ALL, ALL, ALL],
    ['?*', ALL, [], []],
    ['12.13.15.0/24', ALL, ALL, []],
    ['12.13.15.164-12.13.15.199', [], ALL, []],
    ['12.13.15.0/24:53/udp', ['domain'], ['domain'], []],
    ['12.13.15.170:1-60', [], ['domain'], []],
    ['2001:db8::1', [], [], ALL],
    ['2001:db8::/32', [], [], ALL],
    ['[2001:db8::/32]', [], [], ALL],
    ['[2001:db8::1]:53', [], [], ['domain']],
    ['[12.13.15.163]:53', ['domain'], [], []],
    ['[2001:db8::2-2001:db8::9]:53', [], [], []],
  ])(
    'when it is %s then exactly these changes are expected of each machine',
    (pattern, minnie, nameless, six) => {
      expect(expectedOf(pattern, MINNIE)).toEqual(minnie);
      expect(expectedOf(pattern, NAMELESS)).toEqual(nameless);
      expect(expectedOf(pattern, SIX)).toEqual(six);
    },
  );

  test('when the address of a machine is unknown then only its name counts', () => {
    const machine = { name: 'minnie', address: undefined };
    expect(matchesExpected(parseExpectedPattern('minnie'), machine)).toBe(true);
    expect(matchesExpected(parseExpectedPattern('0.0.0.0/0'), machine)).toBe(false);
  });
});
