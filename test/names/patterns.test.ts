import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AddressRange, formatAddress, parseRange } from '../../src/ip/address.js';
import { PROTOCOLS } from '../../src/ip/port.js';
import {
  PatternError,
  parseExpectedPattern,
  parseMachinePattern,
  parseServicePattern,
  parseTcpServicePattern,
  rangesOf,
} from '../../src/names/patterns.js';
import { parseGlob } from '../../src/text/glob.js';

function range(text: string): { kind: 'range'; range: AddressRange } {
  return { kind: 'range', range: parseRange(text) as AddressRange };
}

function named(text: string): { kind: 'name'; glob: readonly string[] } {
  return { kind: 'name', glob: parseGlob(text) };
}

/** What a refused pattern is told. */
function refusal(parse: (text: string) => unknown, text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
  throw new Error(`${JSON.stringify(text)} was accepted`);
}

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
  ])('when it is %j then it is refused as what can match nothing', (text) => {
    expect(refusal(parseMachinePattern, text)).toBe(
      `found ${text === '' ? 'nothing' : `"${text}"`}, expected a name, an address, a CIDR, a range or _`,
    );
  });

  test.each(['two words', 'no\u00a0break', '\u001b[2J', 'a\n', '\u202e'])(
    'when it is %j then it is refused, no name has such characters',
    (text) => {
      expect(refusal(parseMachinePattern, text)).toMatch(
        /^found "[ -~]+", expected a pattern without spaces and control characters$/,
      );
    },
  );

  test.each(['web1', '1web', '*1', '?', 'face', 'a:b', 'a-1', '3com.example', '(other)', '[a]'])(
    'when it is %s then it is a name',
    (text) => {
      expect(parseMachinePattern(text)).toEqual(named(text));
    },
  );
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
  const ONE = 'one port or range, alone or with /tcp, /udp or /sctp behind it';
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
    ['ssh http', 'a pattern without spaces and control characters'],
  ])('when it is %j then it is refused with what is expected', (text, expected) => {
    expect(refusal(parseServicePattern, text)).toBe(`found "${text}", expected ${expected}`);
  });

  test('when it is nothing then that is said', () => {
    expect(refusal(parseServicePattern, '')).toBe(`found nothing, expected ${NAME}`);
  });
});

describe('parseTcpServicePattern', () => {
  test.each(['22', '22/tcp', 'ssh', 'ssh/tcp'])('when it is %s then it is read as any other', (text) => {
    expect(parseTcpServicePattern(text)).toEqual(parseServicePattern(text));
  });

  test.each(['53/udp', '53/sctp', 'domain/udp'])('when it is %s then it is refused', (text) => {
    expect(refusal(parseTcpServicePattern, text)).toBe(
      `found "${text}", expected a TCP service: only TCP has SYN-ACKs to be counted`,
    );
  });
});

describe('parseExpectedPattern', () => {
  test.each([
    ['minnie', named('minnie'), undefined],
    ['minnie:8889', named('minnie'), '8889'],
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
  ])('when it is %s then machine and service are told apart', (text, machine, service) => {
    expect(parseExpectedPattern(text)).toEqual({
      machine,
      service: service === undefined ? undefined : parseServicePattern(service),
    });
  });

  const MACHINE = 'a name, an address, a CIDR or a range';
  const SERVICE = 'a colon and a service behind the machine: a service name, a port or a port range';
  const SIX = 'an IPv6 address, in brackets if a service follows: "[2001:db8::1]:22"';
  const BRACKETS = 'an address, a CIDR or a range in brackets: "[2001:db8::1]:22"';
  const PORT = 'one port or range, alone or with /tcp, /udp or /sctp behind it';
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
    ['minnie :80', 'minnie ', 'a pattern without spaces and control characters'],
    ['minnie: 80', ' 80', 'a pattern without spaces and control characters'],
  ])('when it is %s then it is refused with the part at fault', (text, found, expected) => {
    expect(refusal(parseExpectedPattern, text)).toBe(`found "${found}", expected ${expected}`);
  });

  test('when it is nothing then the forms are told', () => {
    expect(refusal(parseExpectedPattern, '')).toBe(
      'found nothing, expected MACHINE, MACHINE:SERVICE or :SERVICE',
    );
  });

  test('when it is hostile or long then the message is fit for a terminal', () => {
    expect(refusal(parseExpectedPattern, `\u001b]0;x\u0007${'y'.repeat(1e6)}:80`)).toBe(
      `found "\\u{1b}]0;x\\u{7}${'y'.repeat(54)}…", expected a pattern without spaces and control characters`,
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

  test('when a pattern is written then it is read as what it was', () => {
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

  test('when any text at all is given then it is read, or refused with a message fit for a terminal', () => {
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

  test('when a range is before a service without brackets then an IPv6 one is never taken for a name', () => {
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
