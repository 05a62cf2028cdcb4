import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../../src/inventory/endpoints.js';
import {
  matchesMachine,
  matchesService,
  PatternError,
  parseMachinePattern,
  parseServicePattern,
  rangesOf,
} from '../../src/inventory/patterns.js';
import { parseAddress } from '../../src/names/address.js';

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

describe('parseMachinePattern', () => {
  test('when it is _ then it matches remote machines only', () => {
    expect(matches('_', REMOTE_END)).toBe(true);
    expect(matches('_', endpoint('8.8.8.8', undefined, true))).toBe(true);
    expect(matches('_', endpoint('10.0.0.1'))).toBe(false);
    expect(matches('_', endpoint('10.0.0.1', 'pluto'))).toBe(false);
  });

  test.each([
    ['192.0.2.7', ['192.0.2.7'], ['192.0.2.6', '192.0.2.8', '::c000:207']],
    ['192.0.2.0/24', ['192.0.2.0', '192.0.2.255'], ['192.0.1.255', '192.0.3.0']],
    ['192.0.2.77/24', ['192.0.2.0', '192.0.2.255'], ['192.0.1.255']],
    ['192.0.2.5-192.0.2.9', ['192.0.2.5', '192.0.2.9'], ['192.0.2.4', '192.0.2.10']],
    ['2001:db8::1', ['2001:db8::1', '2001:DB8:0::1'], ['2001:db8::2', '192.0.2.1']],
    ['2001:db8::/32', ['2001:db8::', '2001:db8:ffff::1'], ['2001:db9::']],
    ['::/0', ['::', 'ffff::'], ['0.0.0.0']],
    ['0.0.0.0/0', ['0.0.0.0', '255.255.255.255'], ['::']],
  ])('when it is %s then it matches by address, also what has a name', (pattern, inside, outside) => {
    expect(inside.filter((text) => !matches(pattern, endpoint(text, 'pluto')))).toEqual([]);
    expect(inside.filter((text) => !matches(pattern, endpoint(text)))).toEqual([]);
    expect(outside.filter((text) => matches(pattern, endpoint(text)))).toEqual([]);
    expect(matches(pattern, REMOTE_END)).toBe(false);
  });

  test('when it is a name then it matches the whole name, in its case, and nothing without a name', () => {
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
  ])('when it is %s then * stands for any characters and ? for one', (pattern, matching, others) => {
    expect(matching.filter((name) => !matchesName(pattern, name))).toEqual([]);
    expect(others.filter((name) => matchesName(pattern, name))).toEqual([]);
  });

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
  ])('when it is %s then its signs stand for themselves', (text) => {
    expect(matchesName(text, text)).toBe(true);
    for (const other of ['a', 'b', 'ab', 'aab', 'axb', '1']) expect(matchesName(text, other)).toBe(false);
  });

  test('when it is of many stars then it is still quick to say no', () => {
    expect(matchesName(`${'*'.repeat(50_000)}b`, 'a'.repeat(255))).toBe(false);
  });

  test.each([
    '',
    '10',
    '10.1',
    '10.1.2',
    '256.1.1.1',
    '010.0.0.1',
    '1.2.3.4.5',
    '192.0.2.0/33',
    '192.0.2.0/',
    '192.0.2.9-192.0.2.5',
    '192.0.2.9-',
    '192.0.2.*',
    '10.*',
    '10.0.0.?',
    '2001:db8::1::2',
    '2001:db8:::',
    '2001:db8::/129',
    ':::',
    '12345::',
  ])('when it is %j then it is refused as what can match nothing', (text) => {
    expect(() => parseMachinePattern(text)).toThrow(PatternError);
    expect(() => parseMachinePattern(text)).toThrow(
      `found ${JSON.stringify(text)}, expected a name, an address, a CIDR, a range or _`,
    );
  });

  test.each(['web1', '1web', '*1', '?', 'face', 'a:b', 'a-1', '3com.example'])(
    'when it is %s then it is a name',
    (text) => {
      expect(parseMachinePattern(text).kind).toBe('name');
    },
  );
});

describe('parseServicePattern', () => {
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
    ['65536', 'found "65536", expected ports from 0 to 65535, the lower first'],
    ['9-8', 'found "9-8", expected ports from 0 to 65535, the lower first'],
    ['1-70000', 'found "1-70000", expected ports from 0 to 65535, the lower first'],
    ['99999999999999999999', 'found "99999999999999999999", expected ports from 0 to 65535, the lower first'],
    ['', 'found nothing, expected a service name, a port or a port range'],
  ])('when it is %j then it is refused', (text, message) => {
    expect(() => parseServicePattern(text)).toThrow(PatternError);
    expect(() => parseServicePattern(text)).toThrow(message);
  });
});

describe('rangesOf', () => {
  test('when patterns are of all kinds then their addresses are found, for the tally to keep', () => {
    const patterns = ['_', 'pluto', '192.0.2.7', '2001:db8::/127'].map(parseMachinePattern);
    const first = 0x2001_0db8n << 96n;
    expect(rangesOf(patterns)).toEqual([
      { family: 4, first: 0xc000_0207n, last: 0xc000_0207n },
      { family: 6, first, last: first + 1n },
    ]);
  });
});
