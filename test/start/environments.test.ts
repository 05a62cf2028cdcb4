// The program in environments that others forget: installed where it cannot write, without a home, a path, a current
// folder or open descriptors. It prints the same there, or one line says why it cannot.

import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXPECTED, type Installation, makeInstallation } from './installation.js';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;

let installed: Installation;
let normal: Result;

interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script in which `$S` is the program, and `$A` a source with its names. The environment is empty but for `env`. */
function sh(script: string, env: Record<string, string> = {}, uid?: number): Result {
  const { root, bin } = installed;
  const words = {
    S: `${process.execPath} ${bin}/synsum.cjs`,
    A: `${root}/samples/office.pcap --names ${root}/samples/hosts.yaml`,
  };
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script], {
    cwd: root,
    encoding: 'utf8',
    env: { ...words, ...env },
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  return { status, stdout, stderr };
}

/** All files of the installation but those of a user, with their times. */
function stateOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('node_modules/'))
    .map((name) => `${name} ${statSync(path.join(folder, name)).mtimeMs}`)
    .sort();
}

beforeAll(() => {
  installed = makeInstallation();
  chmodSync(installed.root, 0o755);
  // Node itself may be where only root can look.
  normal = sh('$S $A');
  expect(normal).toMatchObject({ status: 0, stdout: expect.stringContaining(EXPECTED) });
  for (const cache of installed.caches()) rmSync(path.join(installed.bin, cache));
});
afterAll(() => rmSync(installed.root, { recursive: true, force: true }));

const canBeNobody = isRoot && spawnSync(process.execPath, ['--version'], { uid: NOBODY }).status === 0;
const NOBODY_NOTE = canBeNobody ? '' : ' (skipped: nobody cannot run Node here)';
const canMount = isRoot && spawnSync('unshare', ['-m', 'sh', '-c', 'mount --bind /tmp /tmp']).status === 0;
const MOUNT_NOTE = canMount ? '' : ' (skipped: mounting is not allowed here)';

describe('where the program cannot write', () => {
  test.skipIf(!canMount)(`when it is on a read-only file system, then it runs${MOUNT_NOTE}`, () => {
    const mount = `mount --bind '${installed.root}' '${installed.root}' && mount -o remount,ro,bind '${installed.root}'`;
    for (const HOME of [path.join(installed.root, 'missing'), installed.home]) {
      const PATH = process.env['PATH'] ?? '';
      expect(sh(`unshare -m sh -c "${mount} && $S $A"`, { HOME, PATH })).toEqual(normal);
      const doctor = sh(`unshare -m sh -c "${mount} && $S doctor"`, { HOME, PATH });
      expect(doctor.stdout).toMatch(
        /^missing +code cache +none yet.*; no folder for a new one can be written to$/m,
      );
    }
    expect(installed.caches()).toEqual([]);
  });

  test.skipIf(!canBeNobody)(
    `when it belongs to somebody else and there is no home, then it runs${NOBODY_NOTE}`,
    () => {
      const before = stateOf(installed.root);
      for (const env of [
        {},
        { HOME: '' },
        { HOME: '/nonexistent' },
        { HOME: '/root' },
        { HOME: installed.home },
      ]) {
        expect({ env, ...sh('$S $A', env, NOBODY) }).toEqual({ env, ...normal });
      }
      expect(stateOf(installed.root)).toEqual(before);
    },
  );

  test.skipIf(!canBeNobody)(
    `when its owner is a third user, as root is on a squashed share, then it runs, and writes only at home${NOBODY_NOTE}`,
    () => {
      for (const name of ['dist', 'dist/bin', 'dist/bin/program.cjs', 'dist/bin/synsum.cjs']) {
        chownSync(path.join(installed.root, name), 4242, 4242);
      }
      const home = path.join(installed.root, 'nobody');
      mkdirSync(home);
      chownSync(home, NOBODY, NOBODY);
      for (const run of ['first', 'second']) {
        expect({ run, ...sh('$S $A', { HOME: home }, NOBODY) }).toEqual({ run, ...normal });
        expect(sh('$S $A', { HOME: home })).toEqual(normal);
      }
      expect(installed.caches()).toEqual([]);
      expect(readdirSync(path.join(home, '.cache/synsum'))).toHaveLength(1);
      expect(sh('$S doctor', { HOME: home }, NOBODY).stdout).toContain(`kB, in ${home}/.cache/synsum`);
    },
  );

  test.skipIf(!canBeNobody)(
    `when the home belongs to root and the cache is next to the program, then it is used${NOBODY_NOTE}`,
    () => {
      for (const name of ['dist', 'dist/bin', 'dist/bin/program.cjs', 'dist/bin/synsum.cjs']) {
        chownSync(path.join(installed.root, name), 0, 0);
      }
      expect(sh('$S $A')).toEqual(normal);
      const [cache = ''] = installed.caches();
      const home = path.join(installed.root, 'private');
      mkdirSync(home, { mode: 0o700 });
      expect(sh('$S doctor', { HOME: home }, NOBODY).stdout).toContain(cache);
      expect(sh('$S $A', { HOME: home }, NOBODY)).toEqual(normal);
    },
  );
});

describe('environments without something', () => {
  test('when there is no environment or no PATH, then it runs', () => {
    expect(sh('env -i $S $A')).toEqual(normal);
    expect(sh('$S $A', { PATH: '' })).toEqual(normal);
    expect(sh('$S doctor', { PATH: '/nonexistent' })).toMatchObject({ status: 0, stderr: '' });
  });

  test('when there is no PATH and a capture needs a program, then one line says which', () => {
    const xz = path.join(installed.root, 'office.pcap.xz');
    const made = spawnSync('sh', ['-c', `xz -c '${installed.root}/samples/office.pcap' > '${xz}'`]);
    expect(made.status).toBe(0);
    const { status, stderr } = sh(`$S '${xz}'`, { PATH: '/nonexistent' });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('install the package xz-utils'),
    });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    const scan = sh('$S scan 127.0.0.1', { PATH: '/nonexistent' });
    expect(scan.status).toBe(2);
    expect(scan.stderr).toMatch(/^synsum: .*nmap/);
  });

  test('when the current folder was removed, then one line says so', () => {
    for (const command of ['$S $A', '$S', '$S --help', '$S -o out.txt $A', '$S doctor', '$S - < /dev/null']) {
      expect({ command, ...sh(`mkdir gone && cd gone && rmdir ../gone && ${command}`) }).toEqual({
        command,
        status: 2,
        stdout: '',
        stderr: 'synsum: the current folder: no such directory; change to another one\n',
      });
    }
  });

  test('when descriptors are closed, then the result is the same, as far as it can be written', () => {
    expect(sh('$S $A <&-')).toEqual(normal);
    expect(sh('$S $A 2>&-')).toEqual({ ...normal, stderr: '' });
    expect(sh('$S $A >&-')).toEqual({ ...normal, stdout: '' });
    expect(sh('$S $A <&- >&- 2>&-')).toEqual({ ...normal, stdout: '', stderr: '' });
    // A file that the program opens must not become its standard output or error.
    expect(sh('$S -o closed.txt $A <&- >&- 2>&-; cat closed.txt')).toEqual({ ...normal, stderr: '' });
    expect(sh('$S save -o closed.json $A <&- >&- 2>&- && $S diff -q closed.json $A')).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('when standard input is closed and should be read, then one line says so', () => {
    expect(sh('$S - <&-')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'synsum: standard input: found nothing (0 bytes), expected a pcap or pcapng capture\n',
    });
  });
});

describe('odd settings', () => {
  test('when the umask keeps others out, then files are written as it says, and nothing else changes', () => {
    const { status } = sh('umask 077; $S save -q -o mine.json $A');
    expect(status).toBe(0);
    expect(statSync(path.join(installed.root, 'mine.json')).mode & 0o777).toBe(0o600);
    for (const cache of installed.caches()) rmSync(path.join(installed.bin, cache));
    for (const run of ['first', 'second'])
      expect({ run, ...sh('umask 077; $S $A') }).toEqual({ run, ...normal });
    expect(sh('umask 777; $S $A')).toEqual(normal);
  });

  test('when TZ is odd, then times in UTC are the same, and local ones need no stack trace', () => {
    for (const TZ of [
      '',
      'Mars/Phobos',
      ':/etc/localtime',
      '../../etc/passwd',
      'EST5EDT',
      'x'.repeat(10_000),
      '\u001b[31m',
    ]) {
      expect({ TZ, ...sh('$S $A', { TZ }) }).toEqual({ TZ, ...normal });
      const { status, stderr } = sh('$S $A --tz local --by day --since 2007-06-21T00:00', { TZ });
      expect({ TZ, status, stderr }).toEqual({
        TZ,
        status: 0,
        stderr: expect.stringMatching(/^synsum: packets: .*\n$/),
      });
    }
    expect(sh('$S $A --tz local', { TZ: '' }).stderr).toBe(sh('$S $A --tz local', { TZ: 'UTC' }).stderr);
  });

  test('when the locale is odd, then results are the same', () => {
    const expected = sh('$S $A -f table; $S services -f csv $A');
    for (const locale of ['C', 'POSIX', 'tr_TR.UTF-8', 'xx_YY.KOI8-R', '', '\u001b[31m']) {
      const env = { LC_ALL: locale, LC_NUMERIC: locale, LANG: locale };
      expect({ locale, ...sh('$S $A -f table; $S services -f csv $A', env) }).toEqual({
        locale,
        ...expected,
      });
    }
  });

  test('when COLUMNS, TERM and NO_COLOR are odd, then the result is the same', () => {
    for (const env of [
      { COLUMNS: '-1' },
      { COLUMNS: '1e9' },
      { TERM: '\u001b[31m' },
      { NO_COLOR: '1' },
      { FORCE_COLOR: '3' },
    ]) {
      expect({ env, ...sh('$S $A', env) }).toEqual({ env, ...normal });
    }
  });

  test('when the folder for temporary files is missing, then it runs', () => {
    expect(sh('$S $A', { TMPDIR: '/nonexistent' })).toEqual(normal);
  });

  test('when the program is started by a link, then it finds its files', () => {
    const { root } = installed;
    copyFileSync(path.join(root, 'samples/office.pcap'), path.join(root, 'office.pcap'));
    expect(sh(`ln -s dist/bin/synsum.cjs link && '${process.execPath}' link $A`)).toEqual(normal);
  });
});
