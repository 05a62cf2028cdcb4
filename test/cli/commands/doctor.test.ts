// `synsum doctor`: true in every sentence, on one screen, and harmless whatever it finds.

import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Result, ROOT, shell, synsum } from '../../helpers/program.js';
import { makeFolder, OFFICE } from '../office.js';

const { folder, write } = makeFolder();
const BIN = path.join(folder, 'bin');

interface Document {
  readonly checks: readonly { readonly name: string; readonly state: string; readonly text: string }[];
}

/** In a folder without a hosts.yaml, and with the programs of `BIN` alone. */
function doctor(args: readonly string[] = [], env: Record<string, string> = {}): Promise<Result> {
  return synsum(['doctor', ...args], { cwd: folder, env: { PATH: BIN, LC_ALL: 'C.UTF-8', ...env } });
}

async function check(name: string, args: readonly string[] = [], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = await doctor([...args, '-f', 'json'], env);
  expect(stderr).toBe('');
  const { checks } = JSON.parse(stdout) as Document;
  const found = checks.find((one) => one.name === name);
  expect(status).toBe(checks.some(({ state }) => state === 'broken') ? 1 : 0);
  return { status, state: found?.state, text: found?.text };
}

function program(name: string, script: string): void {
  write(`bin/${name}`, `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(BIN, name), 0o755);
}

beforeAll(() => {
  mkdirSync(BIN);
  program('nmap', 'echo "Nmap version 7.93 ( https://nmap.org )"');
});

describe('synsum doctor', () => {
  test('when it is asked, then everything is on one screen of 80 columns and 24 lines', async () => {
    const all = await synsum(['doctor'], { env: { COLUMNS: '80' } });
    const few = await doctor([], { COLUMNS: '80' });
    for (const { status, stdout, stderr } of [all, few]) {
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const lines = stdout.trimEnd().split('\n');
      expect(lines.length).toBeLessThan(24);
      // A path is not broken.
      for (const line of lines) if (line.length > 80) expect(line.trim().split(/ +/).at(-1)).toContain('/');
    }
    expect(few.stdout).toMatch(/^ok +nmap +7\.93; for synsum scan$/m);
    expect(few.stdout).toMatch(/^missing +lz4 +reads lz4; Debian's package lz4 has it$/m);
  });

  test('when programs are missing, then nothing is broken', async () => {
    const { status, stdout } = await doctor([], { PATH: '/nonexistent' });
    expect(status).toBe(0);
    for (const name of ['tcpdump', 'tshark', 'editcap', 'nmap', 'zstd', 'xz', 'bzip2', 'lz4']) {
      expect(stdout).toMatch(new RegExp(`^missing +${name} `, 'm'));
    }
  });

  test('when a program fails, does not end, or prints what a terminal obeys, then a short line says so', async () => {
    program(
      'xz',
      'echo "cannot load library \u001b[31m $(head -c 5000 /dev/zero | tr "\\\\0" x)" >&2; exit 127',
    );
    program('bzip2', 'exec sleep 1000');
    program('lz4', 'yes 1');
    program('zstd', '');
    const PATH = `${BIN}:/usr/bin:/bin`;
    const xz = await check('xz', [], { PATH });
    expect(xz).toMatchObject({ status: 1, state: 'broken' });
    expect(xz.text).toMatch(/^xz --version fails: cannot load library \\u\{1b\}\[31m x+…$/);
    expect(xz.text?.length).toBeLessThan(400);
    expect(await check('bzip2', [], { PATH })).toMatchObject({
      text: expect.stringContaining('does not end'),
    });
    expect(await check('lz4', [], { PATH })).toMatchObject({ state: 'broken' });
    expect(await check('zstd', [], { PATH })).toMatchObject({ state: 'ok' });
  });

  test('when hosts.yaml is looked for, then it says which one applies and why', async () => {
    const shipped = await check('hosts.yaml', [], { HOME: '/home/nobody', XDG_CONFIG_HOME: '' });
    expect(shipped.text).toBe(
      'the file that ships with synsum, without names; not found before it: hosts.yaml, ' +
        '/home/nobody/.config/synsum/hosts.yaml, /etc/synsum/hosts.yaml',
    );
    mkdirSync(path.join(folder, 'settings/synsum'), { recursive: true });
    write('settings/synsum/hosts.yaml', 'hosts: { a: 10.0.0.1, b: 10.0.0.2 }\nservices: { 99: x }\n');
    const XDG_CONFIG_HOME = path.join(folder, 'settings');
    expect((await check('hosts.yaml', [], { XDG_CONFIG_HOME })).text).toBe(
      `${XDG_CONFIG_HOME}/synsum/hosts.yaml names 2 machines and 1 service; not found before it: hosts.yaml`,
    );
    write('mine.yaml', 'hosts: { a: 10.0.0.1 }\n');
    expect((await check('hosts.yaml', [], { SYNSUM_HOSTS: 'mine.yaml' })).text).toBe(
      'mine.yaml names 1 machine and 0 services; $SYNSUM_HOSTS names it',
    );
    expect((await check('hosts.yaml', ['--names', 'mine.yaml'], { SYNSUM_HOSTS: 'x' })).text).toBe(
      'mine.yaml names 1 machine and 0 services; --names names it',
    );
  });

  test('when hosts.yaml is wrong, then it is broken, and the first mistake is shown', async () => {
    await shell('mkfifo hosts.yaml', { cwd: folder });
    expect(await check('hosts.yaml')).toEqual({
      status: 1,
      state: 'broken',
      text: 'hosts.yaml: found a pipe or a device, expected a hosts file',
    });
    await shell('rm hosts.yaml', { cwd: folder });
    write('wrong.yaml', 'hosts:\n  a: 1.2.3\n  b: 1.2.3\n');
    const found = await check('hosts.yaml', ['--names', 'wrong.yaml']);
    expect(found).toMatchObject({ status: 1, state: 'broken' });
    expect(found.text).toMatch(/^wrong\.yaml:2:6: found .*; 1 more mistake$/);
    expect(await check('hosts.yaml', [], { SYNSUM_HOSTS: 'a\u001b[31m' })).toMatchObject({
      state: 'broken',
      text: expect.stringContaining('a\\u{1b}[31m'),
    });
  });

  test('when a store is named, then it is asked', async () => {
    await synsum(['record', '--store', 'history.db', '--sensor', 'here', OFFICE], { cwd: folder });
    expect(await check('store', ['--store', 'history.db'])).toMatchObject({
      state: 'ok',
      text: 'history.db: 1 capture of 1 sensor',
    });
    expect(await check('store', ['--store', 'missing.db'])).toMatchObject({
      status: 1,
      state: 'broken',
      text: 'missing.db: there is no such file; synsum record makes a store',
    });
    await shell('mkfifo pipe', { cwd: folder });
    for (const name of ['pipe', '.', '/dev/zero']) {
      const text = `${name}: found something that is not a file, expected a store that synsum record made`;
      expect(await check('store', ['--store', name])).toEqual({ status: 1, state: 'broken', text });
    }
    // Nothing listens on the discard port.
    const fleet = await check('store', ['--store', 'clickhouse://reader@127.0.0.1:9/synsum']);
    expect(fleet).toMatchObject({ status: 1, state: 'broken' });
    expect(fleet.text).toContain('127.0.0.1:9');
    const secret = await doctor(['--store', 'clickhouse://reader:hunter2@127.0.0.1:9/synsum']);
    expect(secret).toMatchObject({ status: 2, stdout: '', stderr: expect.not.stringContaining('hunter2') });
  });

  test('when there is no cache yet, then it says where the next one goes', async () => {
    const { text } = await check('code cache');
    expect(text).toMatch(
      /^(?:\d+ kB, in|none yet, so synsum starts more slowly; new ones go to) \/.*\/dist\/bin$/,
    );
  });

  test('when a file of the package is gone, then the installation is broken', async () => {
    // The test of start-up in other installations damages copies; here it suffices that the list is of real files.
    const source = readFileSync(path.join(ROOT, 'src/cli/doctor/installation.ts'), 'utf8');
    const [, list = ''] = /const FILES[^=]*= \[([^\]]*)\]/.exec(source) ?? [];
    for (const [, file = ''] of list.matchAll(/'([^']+)'/g)) {
      expect(() => readFileSync(path.join(ROOT, file))).not.toThrow();
    }
  });
});
