// The code cache is made at the first start, and only ever makes later ones faster.

import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Result } from '../helpers/program.js';
import { ARGS, EXPECTED, type Installation, makeInstallation, type RunOptions, run } from './installation.js';

let installed: Installation;
let plain: Result;

beforeEach(async () => {
  installed = makeInstallation();
  plain = await run(installed, { env: { HOME: '/nonexistent' } });
  expect(plain.stdout).toContain(EXPECTED);
  expect(plain.status).toBe(0);
});
afterEach(() => {
  chmodSync(installed.bin, 0o755);
  rmSync(installed.root, { recursive: true });
});

const isRoot = process.getuid?.() === 0;
const ROOT_NOTE = isRoot ? '' : ' (skipped: not root)';
const USER = 65534;

function cacheFile(): string {
  const [name = ''] = installed.caches();
  return path.join(installed.bin, name);
}

async function expectSame(options: RunOptions = {}): Promise<void> {
  expect(await run(installed, options)).toEqual(plain);
}

/** Whether the run used the cache, as V8 sees it. */
async function usesCache(options: RunOptions = {}): Promise<boolean> {
  const spy = path.join(installed.root, 'spy.cjs');
  writeFileSync(
    spy,
    `const vm = require('node:vm');
     const { Script } = vm;
     vm.Script = class extends Script {
       constructor(text, options) {
         super(text, options);
         process.on('exit', () => console.error('CACHE ' + (options.cachedData !== undefined)));
       }
     };`,
  );
  const nodeOptions = ['-r', spy];
  // These options have a cache of their own, which the first of two runs makes.
  const { stderr } = await run(installed, { ...options, nodeOptions });
  return stderr.includes('CACHE true');
}

describe('the code cache', () => {
  test('when the program has run once then a cache is next to it, and later runs use it', async () => {
    expect(installed.caches()).toHaveLength(1);
    expect(statSync(cacheFile()).mode & 0o777).toBe(0o644);
    expect(await usesCache()).toBe(false);
    expect(await usesCache()).toBe(true);
    await expectSame();
    expect(existsSync(path.join(installed.home, '.cache'))).toBe(false);
  });

  test('when another command runs then its code is added, and once is enough', async () => {
    const before = readFileSync(cacheFile());
    await run(installed, { args: ['services', ...ARGS] });
    const added = readFileSync(cacheFile());
    expect(added.length).toBeGreaterThan(before.length);
    await run(installed, { args: ['services', ...ARGS] });
    await expectSame();
    expect(readFileSync(cacheFile())).toEqual(added);
    expect(installed.caches()).toHaveLength(1);
  });

  test('when the cache is old then it is written again', async () => {
    const file = cacheFile();
    utimesSync(file, 1000, 1000);
    await expectSame();
    expect(statSync(file).mtimeMs).toBeGreaterThan(1_000_000);
  });

  test('when a command line is wrong then no cache is written', async () => {
    rmSync(cacheFile());
    expect((await run(installed, { args: ['--no-such-option'] })).status).toBe(2);
    expect(installed.caches()).toEqual([]);
  });

  test('when the cache is damaged then it is ignored and replaced', async () => {
    const file = cacheFile();
    const good = readFileSync(file);
    const damages: Record<string, () => void> = {
      'eight bytes at the beginning': () => damage(40),
      'eight bytes in the header': () => damage(300),
      'eight bytes in the middle': () => damage(good.length >> 1),
      'eight bytes at the end': () => damage(good.length - 8),
      'its key': () => damage(0),
      empty: () => truncateSync(file, 0),
      short: () => truncateSync(file, 100),
      'a byte short': () => truncateSync(file, good.length - 1),
      'half of it': () => truncateSync(file, good.length >> 1),
      'a byte more': () => writeFileSync(file, Buffer.concat([good, Buffer.alloc(1)])),
      huge: () => truncateSync(file, 2 ** 33),
      text: () => writeFileSync(file, 'no cache\n'.repeat(1000)),
    };
    function damage(at: number): void {
      const bytes = Buffer.from(good);
      for (let i = 0; i < 8; i++) bytes[at + i] = (bytes[at + i] ?? 0) ^ 0x5a;
      writeFileSync(file, bytes);
    }
    for (const [name, make] of Object.entries(damages)) {
      make();
      expect(await run(installed), name).toEqual(plain);
      // It is as long only if it was written again.
      expect(statSync(file).size, name).toBeGreaterThan(good.length / 2);
      await expectSame();
      writeFileSync(file, good);
    }
  });

  test('when the text of the program changes, though not its length, then its cache is not used', async () => {
    const program = path.join(installed.bin, 'program.cjs');
    const text = readFileSync(program, 'latin1');
    const changed = text.replaceAll('SYN-ACKs', 'SYN-ICKs');
    expect(changed.length).toBe(text.length);
    expect(changed).not.toBe(text);
    writeFileSync(program, changed, 'latin1');
    const { stderr } = await run(installed);
    expect(stderr).toContain('SYN-ICKs: ');
  });

  test('when flags of V8 differ then each set of flags has a cache of its own', async () => {
    for (const nodeOptions of [['--no-lazy'], ['--max-lazy'], ['--no-opt'], ['--stack-size=900']]) {
      await expectSame({ nodeOptions });
      await expectSame({ nodeOptions });
    }
    await expectSame({ env: { NODE_OPTIONS: '--stack-trace-limit=3' } });
    await expectSame({ env: { NODE_OPTIONS: '--stack-trace-limit=3' } });
    expect(installed.caches().length).toBe(6);
    const setter = path.join(installed.root, 'flags.cjs');
    writeFileSync(setter, "require('node:v8').setFlagsFromString(process.env.FLAG);");
    for (const FLAG of ['--no-lazy', '--no-opt', '--no-lazy']) {
      await expectSame({ nodeOptions: ['-r', setter], env: { FLAG } });
    }
  });

  test('when many releases and flags have run then only the newest caches are kept', async () => {
    const name = path.basename(cacheFile());
    for (let i = 0; i < 12; i++) {
      const other = path.join(
        installed.bin,
        name.replace(/-[0-9a-f]{16}/, `-${String(i).padStart(16, '0')}`),
      );
      writeFileSync(other, '');
      utimesSync(other, i, i);
    }
    const left = path.join(installed.bin, `.${name}.1234.tmp`);
    const current = path.join(installed.bin, `.${name}.1235.tmp`);
    writeFileSync(left, '');
    utimesSync(left, 1, 1);
    writeFileSync(current, '');
    rmSync(cacheFile().replace(path.basename(cacheFile()), name));
    await expectSame();
    expect(installed.caches()).toHaveLength(8);
    expect(installed.caches()).toContain(name);
    expect(existsSync(left)).toBe(false);
    expect(existsSync(current)).toBe(true);
  });

  test('when many processes start for the first time then all work, and nothing but one cache is left', async () => {
    rmSync(cacheFile());
    const results = await Promise.all(Array.from({ length: 12 }, () => run(installed)));
    for (const result of results) expect(result).toEqual(plain);
    expect(installed.caches()).toHaveLength(1);
    expect(readdirSync(installed.bin).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await expectSame();
  });

  test('when the cache is a link or something else that is not a file then it is ignored', async () => {
    const file = cacheFile();
    const real = path.join(installed.root, 'elsewhere');
    renameSync(file, real);
    const before = readFileSync(real);
    symlinkSync(real, file);
    await expectSame();
    // The link was replaced, not followed.
    expect(readFileSync(real)).toEqual(before);
    expect(statSync(file).ino).not.toBe(statSync(real).ino);
    rmSync(file);
    mkdirSync(file);
    await expectSame();
    await expectSame();
    expect(readdirSync(installed.bin).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('when others may write the cache then it is ignored', async () => {
    chmodSync(cacheFile(), 0o666);
    const before = statSync(cacheFile()).ino;
    await expectSame();
    expect(statSync(cacheFile()).mode & 0o777).toBe(0o644);
    expect(statSync(cacheFile()).ino).not.toBe(before);
  });

  test('when others may write to the folder of the program then the cache is in the home directory', async () => {
    rmSync(cacheFile());
    chmodSync(installed.bin, 0o777);
    await expectSame();
    expect(installed.caches()).toEqual([]);
    const own = path.join(installed.home, '.cache/synsum');
    expect(readdirSync(own)).toHaveLength(1);
    expect(statSync(own).mode & 0o777).toBe(0o700);
    await expectSame();
    const xdg = path.join(installed.root, 'caches');
    mkdirSync(xdg);
    await expectSame({ env: { XDG_CACHE_HOME: xdg } });
    expect(readdirSync(path.join(xdg, 'synsum'))).toHaveLength(1);
    for (const env of [
      { HOME: '/nonexistent' },
      { HOME: '' },
      { HOME: 'home' },
      { XDG_CACHE_HOME: '/dev/null' },
    ]) {
      await expectSame({ env });
    }
    expect(installed.caches()).toEqual([]);
  });

  test.skipIf(!isRoot)(
    `when the program belongs to root then users use its cache and write their own${ROOT_NOTE}`,
    async () => {
      chmodSync(installed.root, 0o755);
      chownSync(installed.home, USER, USER);
      const before = readFileSync(cacheFile());
      await expectSame({ uid: USER });
      expect(existsSync(path.join(installed.home, '.cache'))).toBe(false);
      await run(installed, { uid: USER, args: ['services', ...ARGS] });
      expect(readdirSync(path.join(installed.home, '.cache/synsum'))).toHaveLength(1);
      expect(readFileSync(cacheFile())).toEqual(before);
      // Without a home there is nowhere to write.
      expect(
        (await run(installed, { uid: USER, args: ['hosts', ...ARGS], env: { HOME: '/nonexistent' } })).stderr,
      ).toBe((await run(installed, { args: ['hosts', ...ARGS] })).stderr);
    },
  );

  test.skipIf(!isRoot)(`when the cache belongs to another user then it is ignored${ROOT_NOTE}`, async () => {
    const file = cacheFile();
    chownSync(file, USER, USER);
    await expectSame();
    expect(statSync(file).uid).toBe(0);
    // A home directory that sudo kept is not written to.
    chmodSync(installed.bin, 0o777);
    rmSync(file);
    chownSync(installed.home, USER, USER);
    await expectSame();
    expect(readdirSync(installed.home)).toEqual([]);
  });

  test('when there are no permissions to read or write files then the program still starts', async () => {
    const [major = 0] = process.versions.node.split('.').map(Number);
    const permission = major < 24 ? '--experimental-permission' : '--permission';
    const nodeOptions = [permission, '--allow-fs-read=*', '--no-warnings'];
    const { status, stdout } = await run(installed, { nodeOptions });
    expect({ status, stdout }).toEqual({ status: 0, stdout: plain.stdout });
  });
});
