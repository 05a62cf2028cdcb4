// The live view in a pipe and of files. test/cli/live-screen.test.ts drives the one on a terminal.

import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT, resultOf, start, synsum } from '../../helpers/program.js';

const folder = mkdtempSync(path.join(tmpdir(), 'synsum-'));
afterAll(() => rmSync(folder, { recursive: true }));

const NAMES = ['--names', path.join(ROOT, 'samples/hosts.yaml')];
const sample = (name: string): string => path.join(ROOT, 'samples', name);
const LINES = [
  '2007-06-21 08:00:02Z  + pluto                     rsync           client _',
  '2007-06-21 08:00:08Z  + pluto                     ssh             client _',
  '2007-06-21 08:04:02Z  + _                         smtp            client dumbo',
  '2007-06-21 08:05:24Z  + minnie                    http            client _',
  '2007-06-21 09:34:53Z  + _                         http            client minnie',
];

describe('in a pipe', () => {
  test('when a file or a stream ends, then each service has a line, and totals are on standard error', async () => {
    const input = readFileSync(sample('office.pcap'));
    for (const [args, options] of [
      [[sample('office.pcap')], {}],
      [['-'], { input }],
      [[], { input }],
      [['--plain', '-'], { input }],
    ] as const) {
      const { status, stdout, stderr } = await synsum(['live', ...args, ...NAMES], options);
      expect({ status, lines: stdout.split('\n') }).toEqual({ status: 0, lines: [...LINES, ''] });
      expect(stderr).toMatch(/^synsum: packets: 12,092, SYN-ACKs: 12,092, rows: 6, from .*\n$/);
    }
  });

  test('when the stream is still open, then the lines of what has come are there', async () => {
    const child = start(['live', '-', ...NAMES]);
    const result = resultOf(child);
    const seen = new Promise<void>((resolve) => {
      let text = '';
      child.stdout.on('data', (part: string) => {
        text += part;
        if (text.includes(LINES[4] as string)) resolve();
      });
    });
    child.stdin.write(readFileSync(sample('office.pcap')));
    await seen;
    child.kill('SIGINT');
    expect(await result).toMatchObject({ status: 0, stdout: `${LINES.join('\n')}\n` });
  });

  test('when the stream is silent after a packet, then the service of that packet has its line', async () => {
    const child = start(['live', '-', ...NAMES]);
    const result = resultOf(child);
    const input = readFileSync(sample('office.pcap'));
    const seen = new Promise<void>((resolve) => {
      child.stdout.on('data', () => resolve());
    });
    child.stdin.write(input.subarray(0, 24 + 16 + input.readUInt32LE(24 + 8)));
    await seen;
    child.stdin.end();
    const { status, stdout, stderr } = await result;
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${LINES[0]}\n` });
    expect(stderr).toContain('SYN-ACKs: 1,');
  });

  test('when times, numbers and remote machines are asked for, then the lines have them', async () => {
    const args = ['live', '-q', '-n', '--remote', '--tz', 'Europe/Berlin', '--since', '2007-06-21T09:30Z'];
    const { stdout, stderr } = await synsum([...args, sample('office.pcap'), ...NAMES]);
    expect(stdout).toMatch(/^2007-06-21 11:34:53\+02:00 {2}\+ \S+ +80\/tcp +client 12\.13\.15\.163$/m);
    expect(stdout).not.toMatch(/_|ssh/);
    expect(stderr).toBe('');
  });

  test.each([
    ['a store', 'store:day.db'],
    ['a saved inventory', 'day.json'],
    ['a scan', path.join(ROOT, 'test/scans/secureCodeBox__scanme.nmap.org-ipv6.xml')],
  ])('when the source is %s, then it says what can be done with it', async (kind, name) => {
    await synsum(['save', '-q', '--force', '-o', path.join(folder, 'day.json'), sample('office.pcap')]);
    const { status, stdout, stderr } = await synsum(['live', name], { cwd: folder });
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: `synsum: ${name}: found ${kind}, expected a stream or a capture; synsum services lists what it has\n`,
    });
  });

  test('when nothing can be read, or is there, then it says so', async () => {
    expect(await synsum(['live', '/nonexistent'])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'synsum: /nonexistent: no such file\n',
    });
    const { status, stderr } = await synsum(['live', path.join(ROOT, 'samples')]);
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('expected one source'),
    });
    expect((await synsum(['live', '--baseline', '-', '-'])).stderr).toContain(
      'standard input is named twice',
    );
    expect((await synsum(['live', '--baseline', '/nonexistent', '-'])).status).toBe(2);
  });
});

describe('with a baseline', () => {
  test('when services are not in it, then only these have a line', async () => {
    const args = ['live', '--baseline', sample('monday.pcap'), sample('tuesday.pcap'), ...NAMES];
    const { status, stdout } = await synsum(args);
    const added = (
      await synsum(['diff', '-f', 'ndjson', ...NAMES, sample('monday.pcap'), sample('tuesday.pcap')])
    ).stdout
      .split('\n')
      .filter((line) => line.includes('"type":"added"'))
      .map((line) => JSON.parse(line) as { server: string; service: string });
    expect(status).toBe(0);
    expect(added.length).toBeGreaterThan(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split(/ +/).slice(3, 5)).sort()).toEqual(
      added.map(({ server, service }) => [server, service]).sort(),
    );
  });
});

describe('with --save', () => {
  test('when the input ends, then the inventory is what synsum save writes', async () => {
    const [own, saved] = ['live.json', 'save.json'].map((name) => path.join(folder, name)) as [
      string,
      string,
    ];
    const capture = path.join(folder, 'office.pcap');
    copyFileSync(sample('office.pcap'), capture);
    expect((await synsum(['live', '--save', own, capture, ...NAMES])).status).toBe(0);
    expect((await synsum(['save', '-o', saved, capture, ...NAMES])).status).toBe(0);
    expect(readFileSync(own, 'utf8')).toBe(readFileSync(saved, 'utf8'));
    const again = await synsum(['live', '--save', own, capture, ...NAMES]);
    expect(again).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `synsum: --save ${own}: exists already; --force overwrites it\n`,
    });
    expect((await synsum(['live', '--save', own, '--force', capture, ...NAMES])).status).toBe(0);
    const over = await synsum(['live', '--save', capture, '--force', capture, ...NAMES]);
    expect(over).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`--save ${capture}: is one of the sources`),
    });
  });

  test('when a stream is interrupted, then what it had is saved; when it had nothing, then nothing is', async () => {
    const file = path.join(folder, 'stream.json');
    const child = start(['live', '--save', file, '-', ...NAMES]);
    const result = resultOf(child);
    const seen = new Promise((resolve) => child.stdout.once('data', resolve));
    child.stdin.write(readFileSync(sample('office.pcap')));
    await seen;
    child.kill('SIGTERM');
    expect(await result).toMatchObject({ status: 0 });
    expect((await synsum([file, ...NAMES])).stdout).toBe(
      (await synsum([sample('office.pcap'), ...NAMES])).stdout,
    );
    const none = path.join(folder, 'none.json');
    expect((await synsum(['live', '--save', none, '-'])).status).toBe(2);
    expect(existsSync(none)).toBe(false);
  });
});
