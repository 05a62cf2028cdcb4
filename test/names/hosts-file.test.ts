import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress } from '../../src/ip/address.js';
import type { Hosts } from '../../src/names/hosts.js';
import { HostsFileError, parseHosts } from '../../src/names/hosts-file.js';
import { parseExpectedPattern } from '../../src/names/patterns.js';

const NOTHING: Hosts = { local: undefined, hosts: [], services: [], expected: [] };

/** Reads a hosts file, and shows its ranges as text. */
async function read(text: string): Promise<unknown> {
  const { local, hosts, services, expected } = await parseHosts(text, 'hosts.yaml');
  const show = (ranges: NonNullable<Hosts['local']>): string[] =>
    ranges.map(({ family, first, last }) =>
      [first, last].map((value) => formatAddress({ family, value })).join('-'),
    );
  return {
    local: local && show(local),
    hosts: hosts.map((host) => ({ ...host, ranges: show(host.ranges) })),
    services,
    expected,
  };
}

/** Reads the value of `www:`, and returns the addresses of this host. */
async function readValue(value: string): Promise<unknown> {
  const { hosts } = (await read(`hosts:\n  www: ${value}\n`)) as { hosts: { ranges: unknown }[] };
  return hosts[0]?.ranges;
}

describe('parseHosts', () => {
  test('when the file has every kind of entry then all of them are read', async () => {
    const text = `
local:
  - 12.13.14.137
  - 12.13.15.160/27
  - 12.13.15.160-12.13.15.199
  - 2001:db8:12::/48
hosts:
  dumbo: 12.13.14.137
  www: [12.13.15.163, 12.13.15.164]
  branch: 10.20.0.0/16
  pluto:
    address: 12.13.15.166
    services: { 8889: gnump3d }
services:
  8889: gnump3d
  6881-6889: bittorrent
expected:
  - pluto:8889
  - "*:http*/tcp"
  - 10.0.0.1
`;
    expect(await read(text)).toEqual({
      local: [
        '12.13.14.137-12.13.14.137',
        '12.13.15.160-12.13.15.191',
        '12.13.15.160-12.13.15.199',
        '2001:db8:12::-2001:db8:12:ffff:ffff:ffff:ffff:ffff',
      ],
      hosts: [
        { name: 'dumbo', ranges: ['12.13.14.137-12.13.14.137'], services: [] },
        { name: 'www', ranges: ['12.13.15.163-12.13.15.163', '12.13.15.164-12.13.15.164'], services: [] },
        { name: 'branch', ranges: ['10.20.0.0-10.20.255.255'], services: [] },
        {
          name: 'pluto',
          ranges: ['12.13.15.166-12.13.15.166'],
          services: [{ first: 8889, last: 8889, name: 'gnump3d' }],
        },
      ],
      services: [
        { first: 8889, last: 8889, name: 'gnump3d' },
        { first: 6881, last: 6889, name: 'bittorrent' },
      ],
      expected: ['pluto:8889', ':http*/tcp', '10.0.0.1'].map(parseExpectedPattern),
    });
  });

  test.each([
    '',
    '\n',
    '# nothing\n',
    '  # indented\r\n\t\r\n#\r\n',
    '\ufeff# marked',
    '---\n',
    '---\n...\n',
    '{}',
  ])('when the text is %j then nothing has a name and the scope is the default', async (text) => {
    expect(await parseHosts(text, 'hosts.yaml')).toEqual(NOTHING);
  });

  test.each([
    'local:\nhosts:\nservices:\nexpected:\n',
    'local: ~\nhosts: null\nservices: # later\nexpected: []\n',
  ])('when sections are empty, as in %j, then they count as absent', async (text) => {
    expect(await parseHosts(text, 'hosts.yaml')).toEqual(NOTHING);
  });

  test('when local is an empty list then nothing is local, unlike the default', async () => {
    expect(await parseHosts('local: []', 'hosts.yaml')).toEqual({ ...NOTHING, local: [] });
  });

  test('when local is a single range then it need not be a list', async () => {
    expect(await read('local: 10.0.0.0/8')).toEqual({ ...NOTHING, local: ['10.0.0.0-10.255.255.255'] });
  });

  test('when patterns of expected changes are single, in a list or aliases then they are read alike', async () => {
    const one = { ...NOTHING, expected: [parseExpectedPattern(':8889')] };
    for (const value of [':8889', '[:8889]', '":8889"', '\n  - :8889', '[":8889"]'])
      expect(await read(`expected: ${value}\n`)).toEqual(one);
    const twice = { ...NOTHING, expected: [...one.expected, ...one.expected] };
    expect(await read('expected: [&a :8889, *a ]\n')).toEqual(twice);
  });

  test('when the file has a byte order mark and CRLF line ends then they change nothing', async () => {
    const text = 'local: [10.0.0.1]\nhosts:\n  www: # one\n    - 10.0.0.2\nservices: {80: web}\n';
    expect(await read(`\ufeff${text.replaceAll('\n', '\r\n')}`)).toEqual(await read(text));
  });

  test('when addresses are quoted, folded or in block lists then they are read alike', async () => {
    const one = ['10.0.0.1-10.0.0.1'];
    expect(await readValue('"10.0.0.1"')).toEqual(one);
    expect(await readValue("'10.0.0.1'")).toEqual(one);
    expect(await readValue('["10.0.0.1"]')).toEqual(one);
    expect(await readValue('\n    - 10.0.0.1')).toEqual(one);
    expect(await readValue('!!str 10.0.0.1')).toEqual(one);
    expect(await readValue('>-\n    10.0.0.1')).toEqual(one);
    expect(await readValue('{ address: [10.0.0.1] }')).toEqual(one);
    expect(await readValue('[::1, fe80::/10]')).toEqual([
      '::1-::1',
      'fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ]);
  });

  test('when the same range comes twice under the same name then it is not a mistake', async () => {
    expect(await readValue('[10.0.0.0/31, 10.0.0.0-10.0.0.1]')).toHaveLength(2);
    expect(await read('services: { 80: web, 80-80: web }')).toHaveProperty('services.length', 2);
  });

  test('when names look like numbers, booleans or null to YAML then they stay as written', async () => {
    const text =
      'hosts: { 0x1F: 10.0.0.1, true: 10.0.0.2, null: 10.0.0.3, 1e3: 10.0.0.4, .5: 10.0.0.5, ~: 10.0.0.6 }';
    const { hosts } = await parseHosts(text, 'hosts.yaml');
    expect(hosts.map(({ name }) => name)).toEqual(['0x1F', 'true', 'null', '1e3', '.5', '~']);
    const { services } = await parseHosts('services: { 1: 0o17, 2: off, 3: 1_000 }', 'hosts.yaml');
    expect(services.map(({ name }) => name)).toEqual(['0o17', 'off', '1_000']);
  });

  test('when a name has 255 characters, or is in any script, then it is accepted', async () => {
    const names = [
      'x'.repeat(255),
      '😀'.repeat(255),
      'größe',
      'рабочий',
      '打印机',
      '-',
      '=1+1',
      'a"b',
      'up:80',
    ];
    const text = `hosts:\n${names.map((name, index) => `  ${JSON.stringify(name)}: 10.0.0.${index}\n`).join('')}`;
    const { hosts } = await parseHosts(text, 'hosts.yaml');
    expect(hosts.map(({ name }) => name)).toEqual(names);
  });

  test('when an alias stands for an address then it is read as that address', async () => {
    const text = 'hosts:\n  a: &one 10.0.0.1\n  b: &two {address: &one 10.0.0.2}\nlocal: [*one]\n';
    expect(await read(text)).toHaveProperty('local', ['10.0.0.2-10.0.0.2']);
  });

  test('when there are 50,000 hosts then all are read', async () => {
    const line = (index: number): string =>
      `  h${index}: 10.${index >> 16}.${(index >> 8) & 255}.${index & 255}\n`;
    const text = `hosts:\n${Array.from({ length: 50_000 }, (_, index) => line(index)).join('')}`;
    const { hosts } = await parseHosts(text, 'hosts.yaml');
    expect(hosts).toHaveLength(50_000);
    expect(hosts.at(-1)).toEqual({
      name: 'h49999',
      ranges: [{ family: 4, first: 0x0a00c34fn, last: 0x0a00c34fn }],
      services: [],
    });
  });

  test('when the text is anything at all then it is read, or refused with the places of its mistakes', async () => {
    const piece = fc.constantFrom(
      ...[
        'local:',
        'hosts:',
        'services:',
        'expected:',
        'address:',
        ' ',
        '\n',
        '\n  ',
        '\t',
        '- ',
        '[',
        ']',
        '{',
        '}',
        ',',
        ': ',
      ],
      ...[
        '"',
        "'",
        '&a ',
        '*a',
        '!t ',
        '|',
        '>',
        '#',
        '%',
        '@',
        '?',
        '---',
        '\u001b',
        '\u0000',
        '\r',
        'www',
        '80',
      ],
      ...[
        '10.0.0.1',
        '10.0.0.0/8',
        '::1',
        '6881-6889',
        '~',
        '\u2028',
        '\ud800',
        '😀',
        '*:',
        '[::1]:22',
        '/udp',
      ],
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
      fc.string({ unit: 'binary' }),
    );
    await fc.assert(
      fc.asyncProperty(text, async (text) => {
        const error = await parseHosts(text, 'hosts.yaml').then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (error === undefined) return;
        expect(error).toBeInstanceOf(HostsFileError);
        const { mistakes, message } = error as HostsFileError;
        expect(mistakes.length).toBeGreaterThan(0);
        expect(message).not.toMatch(/[^\P{C}\n]/u);
        const lines = text.replace(/^\ufeff/, '').split('\n');
        for (const { line, column, sourceLine } of mistakes) {
          expect(lines[line - 1]?.replace(/\r$/, '')).toBe(sourceLine);
          expect(column).toBeGreaterThan(0);
          expect(column).toBeLessThanOrEqual(sourceLine.length + 1);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
