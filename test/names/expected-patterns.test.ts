import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress } from '../../src/ip/address.js';
import { PROTOCOLS } from '../../src/ip/port.js';
import {
  PatternError,
  parseExpectedPattern,
  parseMachinePattern,
  parseServicePattern,
  parseTcpServicePattern,
} from '../../src/names/patterns.js';
import { named, range, refusal } from './pattern-fixtures.js';

describe('parseExpectedPattern', () => {
  test.each([
    ['minnie', named('minnie'), undefined],
    ['minnie:8889', named('minnie'), '8889'],
    ['Front desk printer:631', named('Front desk printer'), '631'],
    ['minnie:up:*', named('minnie'), 'up:*'],
    ['cafe:up:80', named('cafe'), 'up:80'],
    ['beef:80', named('beef'), '80'],
    ['*', undefined, undefined],
    ['*:8889', undefined, '8889'],
    [':8889', undefined, '8889'],
    [':up:80', undefined, 'up:80'],
    ['laptops:*', named('laptops'), '*'],
    ['lap*:53/udp', named('lap*'), '53/udp'],
    ['12.13.15.0/24', range('12.13.15.0/24'), undefined],
    ['12.13.15.0/24:http*', range('12.13.15.0/24'), 'http*'],
    ['12.13.15.1-12.13.15.9:80-90', range('12.13.15.1-12.13.15.9'), '80-90'],
    ['2001:db8::1', range('2001:db8::1'), undefined],
    ['2001:db8::1:22', range('2001:db8::1:22'), undefined],
    ['2001:db8::/48', range('2001:db8::/48'), undefined],
    ['2001:db8::1-2001:db8::9', range('2001:db8::1-2001:db8::9'), undefined],
    ['::1', range('::1'), undefined],
    ['::', range('::'), undefined],
    ['[2001:db8::1]', range('2001:db8::1'), undefined],
    ['[2001:db8::1]:22', range('2001:db8::1'), '22'],
    ['[2001:db8::/48]:up:*', range('2001:db8::/48'), 'up:*'],
    ['[192.0.2.7]:22', range('192.0.2.7'), '22'],
  ])('when it is %s then it is split into machine and service', (text, machine, service) => {
    expect(parseExpectedPattern(text)).toEqual({
      machine,
      service: service === undefined ? undefined : parseServicePattern(service),
    });
  });

  const SPACES = 'a pattern with single spaces between its words, and none around it';
  const MACHINE = 'a name, an address, a CIDR or a range';
  const SERVICE = 'a colon and a service after the machine: a service name, a port or a port range';
  const SIX = 'an IPv6 address, in brackets if a service follows: "[2001:db8::1]:22"';
  const BRACKETS = 'an address, a CIDR or a range in brackets: "[2001:db8::1]:22"';
  const PORT = 'one port or range, optionally followed by /tcp, /udp or /sctp';
  test.each([
    ['_', '_', `${MACHINE}: _ is not one machine`],
    ['_:80', '_', `${MACHINE}: _ is not one machine`],
    ['minnie:', 'minnie:', SERVICE],
    [':', ':', SERVICE],
    ['[2001:db8::1]22', '[2001:db8::1]22', SERVICE],
    ['[2001:db8::1]:', '[2001:db8::1]:', SERVICE],
    ['[minnie]:22', '[minnie]:22', BRACKETS],
    ['[2001:db8::1:22', '[2001:db8::1:22', BRACKETS],
    ['[]', '[]', BRACKETS],
    ['[', '[', BRACKETS],
    ['[2001:db8::/129]:22', '[2001:db8::/129]:22', BRACKETS],
    ['2001:db8::/48:22', '2001:db8::/48:22', SIX],
    ['2001:db8:::', '2001:db8:::', SIX],
    ['fe80::1%eth0', 'fe80::1%eth0', SIX],
    ['::/0:22', '::/0:22', SIX],
    ['10.0.0.300', '10.0.0.300', MACHINE],
    ['10.0.0.300:80', '10.0.0.300', MACHINE],
    ['10.*:80', '10.*', MACHINE],
    ['80:minnie', '80', MACHINE],
    ['minnie:99999', '99999', 'ports from 0 to 65535, the lower first'],
    ['minnie:80:tcp', '80:tcp', PORT],
    ['minnie:80,443', '80,443', PORT],
    ['8889', '8889', 'a machine, or a colon before a service: ":8889"'],
    ['6881-6889', '6881-6889', 'a machine, or a colon before a service: ":6881-6889"'],
    ['53/udp', '53/udp', 'a machine, or a colon before a service: ":53/udp"'],
    ['minnie :80', 'minnie ', SPACES],
    ['minnie: 80', ' 80', PORT],
    ['10.0.0.1 10.0.0.2:80', '10.0.0.1 10.0.0.2', MACHINE],
  ])('when it is %s then it is refused, and the message shows the wrong part', (text, found, expected) => {
    expect(refusal(parseExpectedPattern, text)).toBe(`found "${found}", expected ${expected}`);
  });

  test('when it is empty then the message lists the forms', () => {
    expect(refusal(parseExpectedPattern, '')).toBe(
      'found nothing, expected MACHINE, MACHINE:SERVICE or :SERVICE',
    );
  });

  test('when it is hostile or long then the message is safe to print', () => {
    expect(refusal(parseExpectedPattern, `\u001b]0;x\u0007${'y'.repeat(1e6)}:80`)).toBe(
      `found "\\u{1b}]0;x\\u{7}${'y'.repeat(54)}…", expected a pattern without control characters, and with no space but the plain one`,
    );
  });

  const machine = fc.oneof(
    fc.constant(undefined),
    fc.constantFrom('minnie', 'lap*', 'größe', '10net').map((text) => ({ text, pattern: named(text) })),
    fc
      .tuple(fc.constantFrom(4 as const, 6 as const), fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), fc.nat())
      .map(([family, bits, length]) => {
        const first = family === 4 ? bits >> 96n : bits;
        const top = family === 4 ? 2n ** 32n - 1n : 2n ** 128n - 1n;
        const last = first + BigInt(length) > top ? top : first + BigInt(length);
        const [from, to] = [first, last].map((value) => formatAddress({ family, value }));
        const text = first === last ? `${from}` : `${from}-${to}`;
        return { text, pattern: { kind: 'range' as const, range: { family, first, last } } };
      }),
  );
  const subject = fc.oneof(
    fc.constantFrom('ssh', 'http*', 'up:*', 'up:8889').map((text) => ({ text, pattern: named(text) })),
    fc.tuple(fc.nat(65_535), fc.nat(65_535)).map(([a, b]) => {
      const [first, last] = [Math.min(a, b), Math.max(a, b)];
      const text = first === last ? `${first}` : `${first}-${last}`;
      return { text, pattern: { kind: 'ports' as const, first, last } };
    }),
  );
  const protocol = fc.constantFrom(undefined, ...PROTOCOLS);
  const service = fc.option(fc.tuple(subject, protocol), { nil: undefined });

  test('when a pattern is written as text then it is read back unchanged', () => {
    fc.assert(
      fc.property(machine, service, fc.boolean(), (machine, service, isBracketed) => {
        const isSix = machine?.pattern.kind === 'range' && machine.pattern.range.family === 6;
        const isRange = machine?.pattern.kind === 'range';
        const needsBrackets = (isSix && service !== undefined) || (isRange && isBracketed);
        const head = machine === undefined ? (service === undefined ? '*' : '') : machine.text;
        const tail = service && `:${service[0].text}${service[1] === undefined ? '' : `/${service[1]}`}`;
        expect(parseExpectedPattern(`${needsBrackets ? `[${head}]` : head}${tail ?? ''}`)).toEqual({
          machine: machine?.pattern,
          service: service && { ...service[0].pattern, protocol: service[1] },
        });
      }),
    );
  });

  test('when the text is anything at all then it is read, or refused with a message that is safe to print', () => {
    const piece = fc.constantFrom(
      ...[':', '[', ']', '/', '-', '*', '?', '_', ',', '%', '.', ' ', '::', 'tcp', 'udp', '/udp', 'up'],
      ...[
        '80',
        '65536',
        '10.0.0.1',
        '10.0.0.0/8',
        '2001:db8::1',
        'fe80::/10',
        'minnie',
        'cafe',
        '😀',
        '\u001b',
      ],
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
      fc.string({ unit: 'binary' }),
    );
    const parsers = [parseMachinePattern, parseServicePattern, parseTcpServicePattern, parseExpectedPattern];
    fc.assert(
      fc.property(text, fc.constantFrom<(text: string) => unknown>(...parsers), (text, parse) => {
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(PatternError);
          expect((error as PatternError).message).toMatch(/^found .+, expected .+$/);
          expect((error as PatternError).message).not.toMatch(/\p{C}/u);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('when an IPv6 range without brackets comes before a service then it is never taken for a name', () => {
    fc.assert(
      fc.property(machine, subject, (machine, subject) => {
        fc.pre(machine?.pattern.kind === 'range' && machine.pattern.range.family === 6);
        const text = `${machine?.text}:${subject.text}`;
        try {
          expect(parseExpectedPattern(text).machine?.kind).toBe('range');
        } catch (error) {
          expect(error).toBeInstanceOf(PatternError);
        }
      }),
    );
  });
});
