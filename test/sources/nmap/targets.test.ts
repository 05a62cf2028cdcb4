// The addresses that a command line of nmap names: by nmap's own rules, and as the nmap of this machine lists them.

import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTargets } from '../../../src/sources/nmap/targets.js';
import { addressesOf, textsOf } from '../../scans/reading.js';

/** Undefined if the command line does not name all targets. */
function targets(args: string): string[] | undefined {
  const { ranges } = readTargets(`nmap ${args}`);
  return ranges === undefined ? undefined : textsOf(ranges);
}

const ALL_OF_OCTET = '10.0.0.0-10.0.0.255';

describe('targets', () => {
  test.each<[string, string[]]>([
    ['10.0.0.1', ['10.0.0.1']],
    ['10.0.0.1 10.0.0.2 10.0.0.2', ['10.0.0.1-10.0.0.2']],
    ['10.0.0.77/24', [ALL_OF_OCTET]],
    ['10.0.0.0/32', ['10.0.0.0']],
    ['10.0.0.0/33', ['10.0.0.0']],
    ['1.2.3.4/0', ['0.0.0.0-255.255.255.255']],
    ['10.0.0.*', [ALL_OF_OCTET]],
    ['10.0.0.-', [ALL_OF_OCTET]],
    ['10.0.0.250-', ['10.0.0.250-10.0.0.255']],
    ['10.0.0.-5', ['10.0.0.0-10.0.0.5']],
    [
      '192.168.1-2.1,5,7-9',
      [
        '192.168.1.1',
        '192.168.1.5',
        '192.168.1.7-192.168.1.9',
        '192.168.2.1',
        '192.168.2.5',
        '192.168.2.7-192.168.2.9',
      ],
    ],
    ['10.0.*.1/31', Array.from({ length: 256 }, (_, at) => `10.0.${at}.0-10.0.${at}.1`)],
    ['10.1-2.*.*', ['10.1.0.0-10.2.255.255']],
    ['10,12.0-255.-.*', ['10.0.0.0-10.255.255.255', '12.0.0.0-12.255.255.255']],
    ['10.0.0-1.4/30', ['10.0.0.4-10.0.0.7', '10.0.1.4-10.0.1.7']],
    ['0-255.*.-.0-', ['0.0.0.0-255.255.255.255']],
    ['-6 2001:db8::/126', ['2001:db8::-2001:db8::3']],
    ['-6 2001:DB8::1 ::ffff:10.0.0.1', ['::ffff:10.0.0.1', '2001:db8::1']],
    ['-6 2001:db8::1/129', ['2001:db8::1']],
  ])('when they are %s then each of their addresses is named', (args, expected) => {
    expect(targets(args)).toEqual(expected);
  });

  test.each([
    ...[
      'scanme.nmap.org',
      'example.com/24',
      '10.0.0',
      '10.0.0.256',
      '10.0.0.1.2',
      '10.0.0.5-3',
      '10.0.0.1,*',
    ],
    ...[
      '10.0.0.1,,2',
      '10.0.0.',
      '10.0.0.1/',
      '10.0.0.1/x',
      '10.0.0.1/30/30',
      '10.0.0.+1',
      '010.0.0.1',
      '10.0.0.1/08',
    ],
    ...['127.0.0.[1-4]', '2001:db8::1', '', '-sn', '-', '10.0.0. 1'],
  ])('when they are %j then that is a name, or nothing that nmap scans', (args) => {
    expect(targets(args)).toEqual([]);
    expect(targets(`${args} 10.0.0.9`)).toEqual(['10.0.0.9']);
  });

  test.each(['10.0.0.1', 'fe80::1%eth0', '2001:db8::1-5', '2001:db8::1,2', '2001:db8::*'])(
    'when IPv6 is scanned and they are %j then that is a name, or nothing that nmap scans',
    (args) => {
      expect(targets(`-6 ${args}`)).toEqual([]);
      expect(targets(`${args} 2001:db8::9 -6`)).toEqual(['2001:db8::9']);
    },
  );

  test.each<[string, string[]]>([
    [
      '10.0.0.0/28 --exclude 10.0.0.3-5,10.0.0.9,10.0.0.14/31',
      ['10.0.0.0-10.0.0.2', '10.0.0.6-10.0.0.8', '10.0.0.10-10.0.0.13'],
    ],
    ['10.0.0.0/30 --exclude=10.0.0.1', ['10.0.0.0', '10.0.0.2-10.0.0.3']],
    ['-exclude 10.0.0.0/8 10.0.0.0/30', []],
    ['10.0.0.0/30 --exclude 10.0.0.1 --exclude 10.0.0.2', ['10.0.0.0', '10.0.0.3']],
  ])('when they are %s then excluded addresses are not named', (args, expected) => {
    expect(targets(args)).toEqual(expected);
  });

  test.each([
    ...['-iL hosts.txt', '-iLhosts.txt', '-iR 100', '--excludefile no.txt', '--exclu x', '--resume a.xml'],
    ...[
      '--exclude printer',
      '--exclude 10.0.0.1,2',
      '--exclude 010.0.0.1',
      '--exclude 2001:db8::1',
      '--exclude ""',
    ],
    ...['0-254.0-254.3.4 10-12.0-254.3.5', '0-254.0-254.0-1.4', '*.*.*.1'],
  ])('when %s names some of them elsewhere, or too many, then not all of them are known', (args) => {
    expect(targets(`10.0.0.1 ${args}`)).toBeUndefined();
  });

  test('when a command line is longer than the system allows then it is ignored', () => {
    expect(targets(`10.0.0.1 ${'x'.repeat(2 << 20)}`)).toBeUndefined();
  });

  test('when there are very many ranges then they are known up to a limit', () => {
    expect(targets('1-255.1-255.3.4')).toHaveLength(65_025);
  });

  test.each([
    ['-S 1.2.3.4 -e eth0 -g 53 -D 9.9.9.9,ME -b 8.8.8.8 -M 4 -T 4 -p 1.1.1.1 -m 7.7.7.7'],
    ['-S1.2.3.4 -p22 -T4 -vv -d2 -O -nA -sV -PS22,80 -Pn -PE -F -r -f -ff'],
    ['--dns-servers 1.1.1.1 --proxies 2.2.2.2 -sI 3.3.3.3 --ip-options 4.4.4.4 --spoof-mac 5.5.5.5'],
    [
      '--dns-servers=1.1.1.1 -dns_servers 2.2.2.2 --max-rate 100 --min_rate=5 -max-retries 6.6.6.6 --dns 7.7.7.7',
    ],
    [
      '-oX 1.1.1.1 -oA 2.2.2.2 -oN - --script-args "a b" --script x --data-string "1.2.3.4 5.6.7.8" --data ff',
    ],
    [
      '--version --version-light --version-all --script-trace --open --reason -open -noninteractive --unprivileged',
    ],
    ['--script-args  --source-port 1.1.1.1 --data-string \\"1.1.1.1'],
  ])('when options take a value, as in %s, then the value is not a target', (options) => {
    expect(targets(`${options} 10.0.0.1`)).toEqual(['10.0.0.1']);
    expect(targets(`10.0.0.1 ${options}`)).toEqual(['10.0.0.1']);
  });

  test('when options end then the rest are targets', () => {
    expect(targets('-e lo -- 10.0.0.1 -sL')).toEqual(['10.0.0.1']);
    expect(readTargets('nmap -- -sL').isListScan).toBe(false);
  });

  test.each(['-sL', '-n -sL', '-nsL', '-s L'])(
    'when %s is among the options then it is a list scan',
    (option) => {
      expect(readTargets(`nmap ${option} 10.0.0.1`).isListScan).toBe(true);
    },
  );

  test.each(['-sn', '-sV', '-PL', '-oL', '--script L', '-e L', ''])(
    'when %s is among the options then it is not a list scan',
    (option) => {
      expect(readTargets(`nmap ${option} 10.0.0.1`).isListScan).toBe(false);
    },
  );

  test('when the command line of nmap 4 contains a Windows path then the target is found', () => {
    expect(
      textsOf(readTargets(String.raw`c:\net\nmap\nmap.exe -sV -v -oX foo.xml 192.168.0.100`).ranges),
    ).toEqual(['192.168.0.100']);
  });

  test('when a command line is any text then it is read, and its ranges are disjoint and ascending', () => {
    const anyWord = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.stringMatching(/^[-0-9.,*/ ]{1,16}$/),
      fc.constantFrom(
        '-6',
        '-sL',
        '--exclude',
        '-iL',
        '10.0.0.0/24',
        '10.0.0-3.*',
        '2001:db8::/64',
        '"',
        '\\',
        '--',
      ),
    );
    fc.assert(
      fc.property(fc.array(anyWord, { maxLength: 8 }), (words) => {
        const { ranges } = readTargets(['nmap', ...words].join(' '));
        for (const [at, { family, first, last }] of (ranges ?? []).entries()) {
          const before = ranges?.[at - 1];
          expect(first <= last && last < 1n << (family === 4 ? 32n : 128n)).toBe(true);
          if (before !== undefined) expect(before.family < family || before.last + 1n < first).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

const hasNmap = spawnSync('nmap', ['--version']).status === 0;

/** The targets that nmap lists, in bounded memory. */
function listTargets(args: readonly string[]): { status: number | null; stdout: string } {
  const script = 'ulimit -v 1000000; exec nmap -sL -n -oX - "$@"';
  return spawnSync('sh', ['-c', script, 'sh', ...args], {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
}

describe(`the nmap of this machine${hasNmap ? '' : ' (skipped: nmap is not installed)'}`, () => {
  const anyValue = fc.integer({ min: 0, max: 257 }).map(String);
  const anyPart = fc.oneof(
    { weight: 4, arbitrary: anyValue },
    fc
      .tuple(fc.integer({ min: 0, max: 250 }), fc.integer({ min: 0, max: 5 }))
      .map(([a, b]) => `${a}-${a + b}`),
    fc.constantFrom('250-', '-3', '7-5', '', '*', '03'),
  );
  const anyOctet = fc.array(anyPart, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(','));
  const anyMask = fc.constantFrom('', '', '/32', '/31', '/29', '/27', '/33', '/', '/x');
  const anyTarget = fc.oneof(
    fc.tuple(anyOctet, anyOctet, anyMask).map(([third, fourth, mask]) => `192.0.${third}.${fourth}${mask}`),
    fc.tuple(anyOctet, anyMask).map(([fourth, mask]) => `198.51.100.${fourth}${mask}`),
  );
  // nmap 7.93 uses up all memory if an address is excluded twice.
  const anyExcluded = fc.uniqueArray(
    fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.constantFrom('', '/28', '/30'))
      .map(([a, b]) => `198.51.100.${a}${b}`),
    { minLength: 1, maxLength: 3 },
  );
  const anyOptions = fc.constantFrom(
    [],
    ['-e', 'lo'],
    ['-S', '192.0.2.1', '-e', 'lo'],
    ['--max-rate=10'],
    ['-vv'],
    ['--dns-servers', '192.0.2.2'],
    ['-PS22'],
    ['--data-string', 'a "b" \\ 192.0.2.3'],
  );

  test.runIf(hasNmap)('when it lists its targets then they are those that its command line names', () => {
    fc.assert(
      fc.property(
        fc.array(anyTarget, { minLength: 1, maxLength: 3 }),
        fc.option(anyExcluded),
        anyOptions,
        (words, excluded, options) => {
          const without = excluded === null ? [] : ['--exclude', excluded.join(',')];
          const { status, stdout } = listTargets([...options, ...without, ...words]);
          fc.pre(status === 0);
          const [, args = ''] = /<nmaprun [^>]*args="([^"]*)"/.exec(stdout) ?? [];
          const listed = new Set(
            [...stdout.matchAll(/<address addr="([^"]*)"/g)].map(([, address]) => address),
          );
          const unquoted = args.replaceAll('&quot;', '"').replaceAll('&#45;', '-').replaceAll('&amp;', '&');
          const { ranges = [], isListScan } = readTargets(unquoted);
          const named = ranges.flatMap(({ first, last }) =>
            Array.from({ length: Number(last - first) + 1 }, (_, at) => first + BigInt(at)),
          );
          const texts = addressesOf(
            named.map((value) => ({ address: { family: 4, value }, from: 0, to: 0, ports: [] })),
          );
          expect(isListScan).toBe(true);
          // A number with a leading zero is ambiguous; nmap reads it in its own way.
          if (words.some((word) => word.includes('03')))
            expect([...listed]).toEqual(expect.arrayContaining(texts));
          else expect(texts.sort()).toEqual([...listed].sort());
        },
      ),
      { numRuns: 40 },
    );
  });
});
