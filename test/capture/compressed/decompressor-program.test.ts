// Programs that fail, hang or disappear replace xz here; decompress.test.ts uses real ones.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decompress } from '../../../src/capture/compressed/decompress.js';
import type { Input } from '../../../src/capture/input.js';
import { memoryInput, NEVER } from '../../helpers/memory-input.js';
import { type Inflated, readAll } from './compressors.js';

const IS_LINUX = process.platform === 'linux';
const LINUX_NOTE = IS_LINUX ? '' : ' (skipped: needs Linux)';
const XZ_DATA = Buffer.concat([Buffer.from('fd377a585a00', 'hex'), Buffer.alloc(2_000_000, 'data')]);

let folder = '';
let path_ = '';
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'synsum-program-'));
  path_ = process.env['PATH'] ?? '';
});
afterAll(() => {
  process.env['PATH'] = path_;
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Replaces xz by a shell script. */
function installXz(script: string): void {
  const bin = fs.mkdtempSync(path.join(folder, 'bin-'));
  fs.writeFileSync(path.join(bin, 'xz'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  process.env['PATH'] = `${bin}:${path_}`;
}

function inflateWith(script: string, bytes: Uint8Array = XZ_DATA): Promise<Inflated> {
  installXz(script);
  return readAll(decompress(memoryInput(bytes), NEVER));
}

/** The processes that this one has started and that are still running. */
function children(): string[] {
  return fs.readdirSync('/proc').filter((id) => {
    if (!/^\d+$/.test(id)) return false;
    try {
      const [, parent] = /\) . (\d+)/.exec(fs.readFileSync(`/proc/${id}/stat`, 'utf8')) ?? [];
      return Number(parent) === process.pid;
    } catch {
      return false;
    }
  });
}

/** Waits until there are not more children and open descriptors than this. */
async function expectLeftovers(expected: { children: string[]; descriptors: number }): Promise<void> {
  const leftovers = (): typeof expected => ({ children: children(), descriptors: descriptors() });
  while (leftovers().descriptors > expected.descriptors) await sleep(20);
  while (leftovers().children.length > expected.children.length) await sleep(20);
  expect(leftovers()).toEqual(expected);
}

function descriptors(): number {
  return fs.readdirSync('/proc/self/fd').length;
}

describe('a program that decompresses', () => {
  test('when it succeeds, then its output is read, and its option was to decompress', async () => {
    const { data, error } = await inflateWith('echo "$@"; exec cat');
    expect([error, data.equals(Buffer.concat([Buffer.from('-dc\n'), XZ_DATA]))]).toEqual([undefined, true]);
  });

  test.each([
    [
      'complains',
      'cat; echo "xz: (stdin): it is broken" >&2; echo more >&2; exit 1',
      'xz says: (stdin): it is broken',
    ],
    ['complains, but says that all is well', 'cat; echo "  no: it is not  " >&2', 'xz says: no: it is not'],
    ['fails without a word', 'cat; exit 3', 'xz ended with status 3'],
    ['is killed', 'cat; kill -9 $$', 'xz was ended by SIGKILL'],
    ['complains at length', 'cat; head -c 1000000 /dev/zero | tr "\\0" x >&2', `xz says: ${'x'.repeat(200)}`],
  ])(
    'when it %s, then its output is read first, and then there is an error that says so',
    async (_what, script, words) => {
      const { data, error } = await inflateWith(script);
      expect(data.equals(XZ_DATA)).toBe(true);
      expect(error?.code).toBe('DAMAGED_COMPRESSION');
      expect(error?.message).toBe(
        `found a fault in the first ${XZ_DATA.length} bytes of the xz-compressed data; ${words}`,
      );
    },
  );

  test('when it ends early, then the error says how far it can have read', async () => {
    const { data, error } = await inflateWith('head -c 1000; exit 1');
    expect(data.equals(XZ_DATA.subarray(0, 1000))).toBe(true);
    const [, length] =
      /in the first (\d+) bytes of the .* xz ended with status 1$/.exec(error?.message ?? '') ?? [];
    expect(Number(length)).toBeGreaterThanOrEqual(1000);
    expect(Number(length)).toBeLessThan(XZ_DATA.length);
  });

  test('when it ends early with status 0, then there is an error anyway', async () => {
    const { data, error } = await inflateWith('head -c 1000');
    expect([data.length, error?.message.replace(/\d+/, 'N')]).toEqual([
      1000,
      'found a fault in the first N bytes of the xz-compressed data; xz ended with status 0',
    ]);
  });

  test('when it is not executable, then it counts as missing', async () => {
    const bin = fs.mkdtempSync(path.join(folder, 'bin-'));
    fs.writeFileSync(path.join(bin, 'xz'), '#!/bin/sh\n', { mode: 0o644 });
    process.env['PATH'] = bin;
    const { error } = await readAll(decompress(memoryInput(XZ_DATA), NEVER));
    expect(error?.message).toContain('install the package xz-utils');
  });

  test('when the input fails, then that error is thrown, not the one of the program', async () => {
    installXz('cat; echo "it ends too early" >&2; exit 1');
    const source = memoryInput(XZ_DATA, [20_000]);
    const failing = {
      read(target: Uint8Array, at: number): number | Promise<number> {
        if (source.reads === 2) throw new Error('the disk is broken');
        return source.read(target, at);
      },
      close() {},
    };
    const input = await decompress(failing, NEVER);
    let length = 0;
    await expect(async () => {
      for (;;) length += await input.read(new Uint8Array(100_000), 0);
    }).rejects.toThrow('the disk is broken');
    expect(length).toBe(40_000);
  });
});

describe.skipIf(!IS_LINUX)(`what is left of a program that decompresses${LINUX_NOTE}`, () => {
  /** An input that has no more bytes after the data, and no end, until it is closed. */
  function silentInput(): Input & { readonly isClosed: boolean } {
    const source = memoryInput(XZ_DATA);
    let wake: ((count: number) => void) | undefined;
    let isClosed = false;
    return {
      get isClosed() {
        return isClosed;
      },
      read(target, at) {
        expect(isClosed).toBe(false);
        const count = source.read(target, at);
        return count === 0 ? new Promise((resolve) => (wake = resolve)) : count;
      },
      close() {
        isClosed = true;
        wake?.(0);
      },
    };
  }

  test.each([
    ['would give more', 'cat; cat /dev/zero'],
    ['gives all there is and waits', 'exec cat'],
    ['takes nothing more', 'head -c 100; sleep 1000'],
    ['cannot be asked to end', 'trap "" TERM INT HUP PIPE; head -c 100; while :; do sleep 1; done'],
  ])('when the input is closed while the program %s, then nothing is left', async (_what, script) => {
    const before = { children: children(), descriptors: descriptors() };
    installXz(script);
    const silent = silentInput();
    const input = await decompress(silent, NEVER);
    expect(await input.read(new Uint8Array(10), 0)).toBe(10);
    input.close();
    expect(silent.isClosed).toBe(true);
    await expectLeftovers(before);
  });

  test('when the input was read to its end, then nothing is left', async () => {
    const before = { children: children(), descriptors: descriptors() };
    await inflateWith('exec cat');
    await inflateWith('exit 1');
    await expectLeftovers(before);
  });

  test.each([
    ['waits', 'exec cat'],
    ['takes nothing more', 'head -c 100; exec sleep 1000'],
    ['gives without end', 'exec cat /dev/zero'],
  ])(
    'when the signal comes while the program %s, then the input ends, and nothing is left',
    async (_what, script) => {
      const before = { children: children(), descriptors: descriptors() };
      installXz(script);
      const controller = new AbortController();
      const input = await decompress(silentInput(), controller.signal);
      setTimeout(() => controller.abort(), 100);
      const target = new Uint8Array(1000);
      while ((await input.read(target, 0)) > 0);
      expect(controller.signal.aborted).toBe(true);
      expect(await input.read(target, 0)).toBe(0);
      await expectLeftovers({ ...before, children: [] });
      input.close();
      await expectLeftovers(before);
    },
  );

  test('when the signal was aborted before, then no program is started', async () => {
    const before = { children: children(), descriptors: descriptors() };
    installXz('exec cat');
    const input = await decompress(memoryInput(XZ_DATA), AbortSignal.abort());
    expect(await input.read(new Uint8Array(100), 0)).toBe(0);
    input.close();
    await expectLeftovers(before);
  });

  test('when the terminal ends the group of processes, then the program keeps running', async () => {
    installXz('echo $$ >&2; exec cat');
    const { error } = await readAll(decompress(memoryInput(XZ_DATA), NEVER));
    expect(error?.message).toMatch(/xz says: \d+$/);
    installXz('ps -o pgid= -p $$ | tr -d " "; echo $$; cat >/dev/null');
    const { data } = await readAll(decompress(memoryInput(XZ_DATA), NEVER));
    const [group, id] = data.toString().split('\n');
    expect(group).toBe(id);
  });
});
