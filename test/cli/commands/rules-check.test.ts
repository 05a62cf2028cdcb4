// `synsum rules --check` as users run it: a firewall's rules against what captures show in use.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { recorded } from '../../firewall/rulesets/rulesets.js';
import { casePath } from '../../helpers/cases.js';
import { ROOT, synsum } from '../../helpers/program.js';
import { makeFolder } from '../office.js';

const { folder, write } = makeFolder();
/** A network in which one client and remote ones use a web server, and a scan found it open, with others. */
const SCANNED = casePath('04-synscan', 'full');
const LAN = path.join(ROOT, 'test/firewall/rulesets/lan.json');
const REFUSING = write('refusing.json', recorded('lan').replaceAll('"right": 80', '"right": 81'));

interface Item {
  readonly rule?: { readonly expr: unknown[] };
}

/** The rules with a statement before those of each rule. */
function withStatement(statement: object): string {
  const { nftables } = JSON.parse(recorded('lan')) as { readonly nftables: Item[] };
  for (const { rule } of nftables) rule?.expr.unshift(statement);
  return JSON.stringify({ nftables });
}
const MARKED = write(
  'marked.json',
  withStatement({ match: { op: '==', left: { meta: { key: 'mark' } }, right: 5 } }),
);

const check = (ruleset: string, ...args: string[]): ReturnType<typeof synsum> =>
  synsum(['rules', '--check', ruleset, SCANNED, ...args]);

describe('synsum rules --check', () => {
  test('when everything in use passes, the status is 0, and the rest is listed', async () => {
    const { status, stdout, stderr } = await check(LAN, '-f', 'csv');
    expect(status).toBe(0);
    expect(stdout.split('\n').map((line) => line.replace(/,inet lan.*rule (\d).*/, ' rule $1'))).toEqual([
      'finding,client,client_address,server,address,port,service,handshakes,verdict,rule,comment',
      'open,198.51.100.66,198.51.100.66,10.77.2.22,10.77.2.22,22,ssh,1,probed rule 3',
      'open,198.51.100.66,198.51.100.66,10.77.2.80,10.77.2.80,22,ssh,1,probed rule 3',
      'open,198.51.100.66,198.51.100.66,10.77.2.80,10.77.2.80,80,http,1,probed rule 2',
      'unused rule,,,,,,,, rule 3',
      'unused rule,,,,,,,, rule 4',
      '',
    ]);
    expect(stderr).toContain(
      `synsum: ${LAN}: 4 rules; 2 uses checked: 2 let through, 0 refused, 0 undecided\n`,
    );
    expect(stderr).toContain('synsum: let through though nothing shows that they are used: 3 connections\n');
    expect(stderr).toContain('synsum: accepting nothing that is in use: 2 rules\n');
  });

  test('when something in use is refused, the status is 1, and the rule or policy is named', async () => {
    const { status, stdout } = await check(REFUSING, '-q', '-f', 'json');
    expect(status).toBe(1);
    const { findings, ...head } = JSON.parse(stdout) as { findings: object[] };
    expect(head).toMatchObject({ schema: 'synsum.rules-check', version: 1, uses: 2, passed: 0, refused: 2 });
    expect(findings[0]).toEqual({
      finding: 'refused',
      client: '10.77.1.10',
      client_address: '10.77.1.10',
      server: '10.77.2.80',
      address: '10.77.2.80',
      port: 80,
      service: 'http',
      handshakes: 8,
      verdict: 'used',
      level: 'yes',
      rule: {
        family: 'inet',
        table: 'lan',
        chain: 'forward',
        number: null,
        handle: null,
        text: 'policy drop',
        comment: '',
      },
    });
  });

  test('when something is undecided and nothing refused, the status is 3, and the place is said even with -q', async () => {
    const { status, stdout, stderr } = await check(MARKED, '-q');
    expect(status).toBe(3);
    expect(stdout.split('\n').filter((line) => line.startsWith('undecided,'))).toHaveLength(2);
    expect(stderr).toBe(
      'synsum: undecided: 2 uses, because of inet lan forward rule 2 (handle 3): meta mark 5\n',
    );
  });

  test('when only connections with more handshakes count, or others too, these are checked', async () => {
    const uses = async (...args: string[]): Promise<number> =>
      (JSON.parse((await check(LAN, '-f', 'json', ...args)).stdout) as { uses: number }).uses;
    expect(await uses()).toBe(2);
    expect(await uses('--min-handshakes', '100')).toBe(0);
    expect(await uses('--accept', 'all')).toBeGreaterThan(8);
    expect(await uses('--client', '10.77.1.10')).toBe(1);
  });

  test('when connections are filtered, no rule is called unused, as others may use it', async () => {
    const { stdout } = await check(LAN, '-f', 'csv', '-q', '--client', '10.77.1.10');
    expect(stdout).not.toContain('unused rule');
  });

  test('when remote machines connect seldom, their handshakes count together, as they do for the rules', async () => {
    const saved = path.join(folder, 'lan.json');
    const allowed = await synsum(['rules', '-q', '-f', 'json', SCANNED, '-o', saved]);
    expect(allowed.status).toBe(0);
    for (const least of ['1', '2', '4', '5', '9']) {
      const { rules } = JSON.parse(
        (await synsum(['rules', '-q', '-f', 'json', SCANNED, '--min-handshakes', least])).stdout ||
          '{"rules":[]}',
      ) as { rules: unknown[] };
      const { uses } = JSON.parse(
        (await check(saved, '-q', '-f', 'json', '--min-handshakes', least)).stdout,
      ) as { uses: number };
      expect([least, uses]).toEqual([least, rules.length]);
    }
  });

  test('when the file of the result exists, it stays, unless --force is given', async () => {
    const file = write('result.csv', 'mine\n');
    expect(await check(LAN, '-q', '-f', 'csv', '-o', file)).toEqual({
      status: 2,
      stdout: '',
      stderr: `synsum: -o ${file}: exists already; --force overwrites it\n`,
    });
    expect(readFileSync(file, 'utf8')).toBe('mine\n');
    expect((await check(LAN, '-q', '-f', 'csv', '-o', file, '--force')).status).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('unused rule');
  });

  test('when the rules come on standard input, they are the same', async () => {
    const input = readFileSync(LAN);
    const fromFile = await check(LAN, '-q');
    expect(await synsum(['rules', '--check', '-', SCANNED, '-q'], { input })).toEqual(fromFile);
    for (const sources of [[], ['-'], [SCANNED, '-']]) {
      expect(await synsum(['rules', '--check', '-', ...sources], { input })).toEqual({
        status: 2,
        stdout: '',
        stderr: 'synsum: --check -: standard input is the rule set, so the sources must be files\n',
      });
    }
  });

  test('when no chain sees such connections, it says that all pass', async () => {
    const { status, stderr } = await check(LAN, '--input');
    expect(status).toBe(0);
    expect(stderr).toContain(
      `synsum: ${LAN}: no chain looks at connections of --input, so all of them pass\n`,
    );
  });

  test.each<[string, readonly string[], string]>([
    ['a format is one of rules', ['-f', 'nftables'], '--format: found nftables, expected one of table, csv'],
    ['an option is one of rules', ['--mode', 'log'], '--mode: rules are written without --check only'],
    ['remote addresses are to be listed', ['--remote'], '--remote: rules are written without --check only'],
    [
      'two kinds of traffic are given',
      ['--input', '--forward'],
      '--check: a check is of one kind of traffic',
    ],
    [
      'an interface cannot be',
      ['--input', '--oif', 'eth0'],
      '--oif: connections to the firewall leave by no',
    ],
    ['the result would replace the rules', ['-o', LAN, '--force'], 'another file to write to'],
  ])('when %s, it is a mistake', async (_, args, message) => {
    const { status, stdout, stderr } = await check(LAN, ...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  test('when an option belongs to the check, it is a mistake without it', async () => {
    expect(await synsum(['rules', '--iif', 'eth0', SCANNED])).toMatchObject({
      status: 2,
      stderr: 'synsum: --iif: it belongs to --check\n',
    });
    expect(await synsum(['rules', '-f', 'csv', SCANNED])).toMatchObject({ status: 2, stdout: '' });
  });

  test('when the file is missing or not a list of rules, it says so', async () => {
    const missing = path.join(folder, 'none.json');
    expect(await check(missing)).toEqual({
      status: 2,
      stdout: '',
      stderr: `synsum: --check ${missing}: no such file\n`,
    });
    expect((await check(SCANNED)).stderr).toContain(`synsum: --check: ${SCANNED}: found no JSON`);
  });

  test('when the file is anything else, no control character of it reaches the terminal', async () => {
    const file = write('escape.json', '\u001b]0;title\u0007\u202e {');
    const { status, stderr } = await check(file);
    expect(status).toBe(2);
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  test('when names in the rules are hostile, no control character reaches the terminal', async () => {
    const hostile = recorded('lan')
      .replaceAll('"lan"', '"l\\u001b[31man"')
      .replaceAll('"web"', '"\\u202eweb"');
    const file = write('hostile.json', hostile.replaceAll('"right": 80', '"right": 81'));
    for (const format of ['table', 'csv', 'json', 'ndjson', 'markdown']) {
      const { stdout, stderr } = await check(file, '-f', format);
      expect(`${stdout}${stderr}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    }
  });
});
