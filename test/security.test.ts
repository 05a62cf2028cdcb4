// SECURITY.md in practice: the unit for systemd, Node's permissions, and passwords that nothing prints.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeRelease } from './helpers/node-releases.js';
import { ROOT, synsum } from './helpers/program.js';

const isHere = (program: string, option = '--version'): boolean => spawnSync(program, [option]).status === 0;
const hasSystemd = isHere('systemd-analyze');
const SYSTEMD_NOTE = hasSystemd ? '' : ' (skipped: systemd-analyze is not installed)';
const canTrace = hasSystemd && spawnSync('strace', ['true']).status === 0;
const TRACE_NOTE = canTrace ? '' : ' (skipped: strace or systemd-analyze cannot run here)';

const TEXT = readFileSync(path.join(ROOT, 'SECURITY.md'), 'utf8');
const work = mkdtempSync(path.join(tmpdir(), 'synsum-security-'));
const APP = path.join(work, 'app');
const CAPTURES = path.join(work, 'captures');
/** Paths of the page, and where they are here. */
const PLACES = [
  ['$SYNSUM/', `${APP}/`],
  ['/etc/synsum/hosts.yaml', path.join(work, 'hosts.yaml')],
  ['/var/captures/', `${CAPTURES}/`],
] as const;

beforeAll(() => {
  for (const part of ['dist', 'config', 'package.json']) {
    cpSync(path.join(ROOT, part), path.join(APP, part), {
      recursive: true,
      filter: (file) => !file.endsWith('.cache'),
    });
  }
  mkdirSync(CAPTURES);
  cpSync(path.join(ROOT, 'samples/office.pcap'), path.join(CAPTURES, 'office.pcap'));
  cpSync(path.join(ROOT, 'samples/hosts.yaml'), path.join(work, 'hosts.yaml'));
});
afterAll(() => rmSync(work, { recursive: true }));

describe('the unit that records', () => {
  const UNITS = ['synsum-record.service', 'synsum-record.timer'];
  let copies: string[];
  beforeAll(() => {
    copies = UNITS.map((unit) => {
      const copy = path.join(work, unit);
      const text = readFileSync(path.join(ROOT, 'docs/examples', unit), 'utf8');
      // systemd looks whether the program is there.
      writeFileSync(copy, text.replaceAll('/usr/local/bin/synsum', '/usr/bin/env'));
      return copy;
    });
  });

  test.skipIf(!hasSystemd)(`when systemd reads it, then it understands everything${SYSTEMD_NOTE}`, () => {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', ...copies], {
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test.skipIf(!hasSystemd)(
    `when its exposure is rated, then it is as low as the page says${SYSTEMD_NOTE}`,
    () => {
      const rate = (text: string): number => {
        const unit = path.join(work, 'rated.service');
        writeFileSync(unit, text);
        const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', '--no-pager', unit], {
          encoding: 'utf8',
        });
        return Number(/exposure level for \S+: (\d+\.\d)/.exec(stdout)?.[1]);
      };
      const unit = readFileSync(copies[0] as string, 'utf8');
      const [, promised] = /exposure (\d\.\d) of 10/.exec(TEXT) ?? [];
      // Releases of systemd weigh differently.
      expect(rate(unit)).toBeLessThanOrEqual(Number(promised) + 0.5);
      expect(rate('[Service]\nExecStart=/usr/bin/env\n')).toBeGreaterThan(8);
    },
  );

  test.skipIf(!canTrace)(`when it records, then all its system calls pass the filter${TRACE_NOTE}`, () => {
    const unit = readFileSync(path.join(ROOT, 'docs/examples/synsum-record.service'), 'utf8');
    const allowed = new Set<string>();
    for (const [, words = ''] of unit.matchAll(/^SystemCallFilter=(.*)$/gm)) {
      const isDenying = words.startsWith('~');
      for (const call of words.replace('~', '').split(' ').flatMap(expand)) {
        if (isDenying) allowed.delete(call);
        else allowed.add(call);
      }
    }
    expect(allowed.has('read') && !allowed.has('chown') && !allowed.has('reboot')).toBe(true);
    const [, command = ''] = /^ExecStart=\S+ (.*)$/m.exec(unit) ?? [];
    const args = command
      .replace('/var/lib/synsum-record', work)
      .replace('/var/captures', CAPTURES)
      .replace('--settle 3600', '--settle 0')
      .split(' ');
    const trace = path.join(work, 'trace');
    const program = path.join(APP, 'dist/bin/synsum.cjs');
    const { status, stderr } = spawnSync(
      'strace',
      ['-f', '-qq', '-o', trace, process.execPath, program, ...args],
      {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: work, NODE_PATH: path.join(ROOT, 'node_modules') },
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const calls = new Set(
      [...readFileSync(trace, 'utf8').matchAll(/^\d+ +(\w+)\(/gm)].map(([, call]) => call ?? ''),
    );
    expect(calls.size).toBeGreaterThan(20);
    // Only as root SQLite gives its log to the owner of the store.
    if (process.getuid?.() === 0) calls.delete('fchown');
    expect([...calls].filter((call) => !allowed.has(call))).toEqual([]);
  });
});

/** The system calls of a set of systemd, such as `@pkey`; sets contain others. */
function expand(word: string): string[] {
  if (!word.startsWith('@')) return [word];
  const { stdout } = spawnSync('systemd-analyze', ['syscall-filter', '--no-pager', word], {
    encoding: 'utf8',
  });
  const names = stdout.split('\n').flatMap((line) => /^ {4}(@?[\w-]+)$/.exec(line)?.[1] ?? []);
  return names.flatMap(expand);
}

const RELEASES = ['20.16.0', '20.20.2', '22.23.3', '24.21.0'].map(
  (release) => [release, nodeRelease(release)] as const,
);
const areHere = RELEASES.every(([, node]) => node !== undefined);
const NOTE = areHere ? '' : ' (skipped: other releases of Node cannot be downloaded)';

describe.skipIf(!areHere).each(RELEASES)(`Node %s with permissions${NOTE}`, (release, node = '') => {
  /** Runs the example of the page, on this capture. */
  function run(capture: string): { status: number | null; stdout: string; stderr: string } {
    const example = /^node (--permission [\s\S]*?)\n```/m.exec(TEXT)?.[1] ?? '';
    const placed = PLACES.reduce((text, [there, here]) => text.replaceAll(there, here), example);
    const args = placed
      .replaceAll('"', '')
      .replaceAll('\\\n', ' ')
      .trim()
      .split(/ +/)
      .map((word) => word.replace(`${CAPTURES}/office.pcap`, capture));
    if (release.startsWith('20.')) args[0] = '--experimental-permission';
    const flags = args.map((arg) =>
      arg.replace(`${APP}/dist/bin/synsum.cjs`, path.join(APP, 'dist/bin/synsum.cjs')),
    );
    return spawnSync(node, flags, { cwd: work, encoding: 'utf8', env: { HOME: work, TZ: 'UTC' } });
  }

  test('when the example of the page is run, then it works', () => {
    const { status, stdout } = run(path.join(CAPTURES, 'office.pcap'));
    expect(status).toBe(0);
    expect(stdout).toContain('   2496 _               pluto                  ssh\n');
  });

  test('when a file elsewhere is named, then Node refuses to read it', () => {
    const { status, stdout, stderr } = run(path.join(ROOT, 'samples/office.pcap'));
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/ERR_ACCESS_DENIED|permission/i);
  });
});

describe('passwords', () => {
  const SECRET = 'zX7-s3cret-q';

  test('when an address contains one, then it is refused, and no message repeats it', async () => {
    for (const scheme of ['clickhouse', 'clickhouses']) {
      const address = `${scheme}://user:${SECRET}@127.0.0.1:1/synsum`;
      for (const args of [
        ['services', address],
        ['-v', address],
        ['save', address, '-o', path.join(work, 'out.json')],
        ['record', '--store', address, 'samples/office.pcap'],
        ['history', 'seen', address],
        ['push', '--store', 'missing.db', '--to', address],
        ['diff', address, 'samples/office.pcap'],
      ]) {
        const { status, stdout, stderr } = await synsum(args);
        expect([args[0], status]).toEqual([args[0], 2]);
        expect(stderr).not.toBe('');
        expect(stdout + stderr).not.toContain(SECRET);
      }
      expect(existsSync(path.join(work, 'out.json'))).toBe(false);
    }
  });

  test('when a server refuses one, then no message repeats it, even if the server does', async () => {
    const server = createServer((request, response) => {
      response.writeHead(401, { 'content-type': 'text/plain' });
      response.end(`Code: 516. ${JSON.stringify(request.headers)} ${SECRET}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const address = `clickhouse://user@127.0.0.1:${port}/synsum`;
    try {
      for (const args of [
        ['services', '-v', address],
        ['record', '--store', address, 'samples/office.pcap'],
        ['history', 'sensors', address],
        ['doctor', '--store', address],
      ]) {
        const { status, stdout, stderr } = await synsum(args, {
          env: { SYNSUM_CLICKHOUSE_PASSWORD: SECRET },
        });
        expect(status).not.toBe(0);
        expect(stdout + stderr).not.toBe('');
        expect(stdout + stderr).not.toContain(SECRET);
        expect(stdout + stderr).not.toContain(Buffer.from(`user:${SECRET}`).toString('base64'));
      }
    } finally {
      server.close();
    }
  });
});
