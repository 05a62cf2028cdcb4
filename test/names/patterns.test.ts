import { describe, expect, test } from 'vitest';
import {
  parseMachinePattern,
  parseServicePattern,
  parseTcpServicePattern,
  rangesOf,
} from '../../src/names/patterns.js';
import { named, refusal } from './pattern-fixtures.js';

describe('parseMachinePattern', () => {
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
  ])('when it is %j then it is refused, because it could not match anything', (text) => {
    expect(refusal(parseMachinePattern, text)).toBe(
      `found ${text === '' ? 'nothing' : `"${text}"`}, expected a name, an address, a CIDR, a range or _`,
    );
  });

  test.each(['no\u00a0break', '\u001b[2J', 'a\n', '\u202e'])(
    'when it is %j then it is refused, because no name has such characters',
    (text) => {
      expect(refusal(parseMachinePattern, text)).toMatch(
        /^found "[ -~]+", expected a pattern without control characters, and with no space but the plain one$/,
      );
    },
  );

  test.each(['two  words', ' front desk', 'front desk '])(
    'when it is %j then it is refused, because no name has such spaces',
    (text) => {
      expect(refusal(parseMachinePattern, text)).toBe(
        `found "${text}", expected a pattern with single spaces between its words, and none around it`,
      );
    },
  );

  test.each([
    '10.0.0.1 10.0.0.2',
    '10.0.0.1 - 10.0.0.9',
    '10.0.0.0 /8',
    '2001:db8::1 2001:db8::2',
    '80 443',
    '   ',
  ])('when it is %j then it is refused, because it is not one address and cannot be a name', (text) => {
    expect(refusal(parseMachinePattern, text)).toBe(
      `found "${text}", expected a name, an address, a CIDR, a range or _`,
    );
  });

  test.each([
    ['10.0.0.5/24', '10.0.0.5 for one address, or 10.0.0.0/24 for all 256 addresses'],
    ['2001:db8::1/64', '2001:db8::1 for one address, or 2001:db8::/64 for the whole network'],
  ])('when it is %s then it is refused, because it could mean either', (text, expected) => {
    expect(refusal(parseMachinePattern, text)).toBe(`found "${text}", expected ${expected}`);
  });

  test.each([
    'web1',
    '1web',
    '*1',
    '?',
    'face',
    'a:b',
    'a-1',
    '3com.example',
    '(other)',
    '[a]',
    'two words',
    'Front desk *',
  ])('when it is %s then it is a name', (text) => {
    expect(parseMachinePattern(text)).toEqual(named(text));
  });
});

describe('parseServicePattern', () => {
  test.each([
    ['22', { kind: 'ports', first: 22, last: 22 }],
    ['22/tcp', { kind: 'ports', first: 22, last: 22, protocol: 'tcp' }],
    ['53/udp', { kind: 'ports', first: 53, last: 53, protocol: 'udp' }],
    ['6881-6889/sctp', { kind: 'ports', first: 6881, last: 6889, protocol: 'sctp' }],
    ['0-65535', { kind: 'ports', first: 0, last: 65_535 }],
    ['up:*', named('up:*')],
    ['domain/udp', { ...named('domain'), protocol: 'udp' }],
    ['EtherNet/IP-2', named('EtherNet/IP-2')],
    ['914c-g', named('914c-g')],
    ['80*', named('80*')],
  ])('when it is %s then it is read', (text, pattern) => {
    expect(parseServicePattern(text)).toEqual(pattern);
  });

  const PORTS = 'ports from 0 to 65535, the lower first';
  const ONE = 'one port or range, optionally followed by /tcp, /udp or /sctp';
  const NAME = 'a service name, a port or a port range';
  test.each([
    ['65536', PORTS],
    ['9-8', PORTS],
    ['9-8/udp', PORTS],
    ['1-70000', PORTS],
    ['99999999999999999999', PORTS],
    ['22/dccp', ONE],
    ['22/TCP', ONE],
    ['22/', ONE],
    ['22-', ONE],
    ['22/udp/tcp', ONE],
    ['80,443', ONE],
    ['80:tcp', ONE],
    ['/udp', NAME],
    ['80, 443', ONE],
    ['ssh  http', 'a pattern with single spaces between its words, and none around it'],
  ])('when it is %j then it is refused, and the message says what is expected', (text, expected) => {
    expect(refusal(parseServicePattern, text)).toBe(`found "${text}", expected ${expected}`);
  });

  test('when it is empty then the message says so', () => {
    expect(refusal(parseServicePattern, '')).toBe(`found nothing, expected ${NAME}`);
  });
});

describe('parseTcpServicePattern', () => {
  test.each(['22', '22/tcp', 'ssh', 'ssh/tcp'])('when it is %s then it is read like any other', (text) => {
    expect(parseTcpServicePattern(text)).toEqual(parseServicePattern(text));
  });

  test.each(['53/udp', '53/sctp', 'domain/udp'])('when it is %s then it is refused', (text) => {
    expect(refusal(parseTcpServicePattern, text)).toBe(
      `found "${text}", expected a TCP service: only TCP has SYN-ACKs to count`,
    );
  });
});

describe('rangesOf', () => {
  test('when patterns are of all kinds then the ranges among them are returned, for the tally to keep', () => {
    const patterns = ['_', 'pluto', '192.0.2.7', '2001:db8::/127'].map(parseMachinePattern);
    const first = 0x2001_0db8n << 96n;
    expect(rangesOf(patterns)).toEqual([
      { family: 4, first: 0xc000_0207n, last: 0xc000_0207n },
      { family: 6, first, last: first + 1n },
    ]);
  });
});
