import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openInput } from '../../src/capture/input.js';
import { NEVER } from '../helpers/memory-input.js';

const IS_ROOT = process.getuid?.() === 0;
const ROOT_NOTE = IS_ROOT ? ' (skipped: root may read everything)' : '';
const HAS_FIFOS = process.platform !== 'win32';
const IS_LINUX = process.platform === 'linux';
const LINUX_NOTE = IS_LINUX ? '' : ' (skipped: needs Linux)';

let folder = '';
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'synsum-input-'));
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

function makeFifo(name: string): string {
  const file = path.join(folder, name);
  execFileSync('mkfifo', [file]);
  return file;
}

/** All bytes of an input, read into a buffer of this length from this index on. */
async function readAll(name: string, signal: AbortSignal = NEVER, length = 1000, at = 0): Promise<Buffer> {
  const input = await openInput(name, signal);
  const target = new Uint8Array(length);
  const pieces: Buffer[] = [];
  try {
    for (;;) {
      const count = await input.read(target, at);
      if (count === 0) return Buffer.concat(pieces);
      expect(count).toBeLessThanOrEqual(length - at);
      pieces.push(Buffer.from(target.subarray(at, at + count)));
    }
  } finally {
    input.close();
  }
}

const CONTENT = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, at) => (at * 7 + (at >>> 8)) & 0xff));

describe('openInput with a file', () => {
  test('when it is read, then all its bytes come, from the given index on', async () => {
    const file = path.join(folder, 'file');
    fs.writeFileSync(file, CONTENT);
    expect((await readAll(file, NEVER, 4096, 96)).equals(CONTENT)).toBe(true);
  });

  test('when it is empty, then it ends at once', async () => {
    const file = path.join(folder, 'empty');
    fs.writeFileSync(file, '');
    expect(await readAll(file)).toHaveLength(0);
  });

  test('when it grows after its end was reached, then the new bytes are read too', async () => {
    const file = path.join(folder, 'growing');
    fs.writeFileSync(file, CONTENT);
    const input = await openInput(file, NEVER);
    const target = new Uint8Array(CONTENT.length + 10);
    expect(await input.read(target, 0)).toBe(CONTENT.length);
    expect(await input.read(target, 0)).toBe(0);
    fs.appendFileSync(file, 'more');
    expect(await input.read(target, 0)).toBe(4);
    expect(Buffer.from(target.subarray(0, 4)).toString()).toBe('more');
    input.close();
  });

  test('when the signal is aborted, then the input ends', async () => {
    const file = path.join(folder, 'aborted');
    fs.writeFileSync(file, CONTENT);
    const controller = new AbortController();
    const input = await openInput(file, controller.signal);
    const target = new Uint8Array(10);
    expect(await input.read(target, 0)).toBe(10);
    controller.abort();
    expect(await input.read(target, 0)).toBe(0);
    input.close();
  });

  test('when it is a device, then it is read', async () => {
    expect(await readAll('/dev/null')).toHaveLength(0);
  });
});

describe('openInput with what cannot be read', () => {
  test('when it is a directory, then the error says so', async () => {
    const message = 'found a directory, expected a capture file; name the files in it';
    await expect(openInput(folder, NEVER)).rejects.toMatchObject({ code: 'UNREADABLE', message });
  });

  test.each([
    ['is missing', 'missing', 'no such file'],
    ['has a file for a folder', 'blocked/capture', 'part of the path is not a directory'],
    ['points to itself', 'loop', 'too many symbolic links'],
    ['is too long', 'x'.repeat(300), 'the name is too long'],
    ['is empty', '', undefined],
  ])('when the path %s, then the error says so', async (_what, name, message) => {
    fs.writeFileSync(path.join(folder, 'blocked'), '');
    fs.rmSync(path.join(folder, 'loop'), { force: true });
    fs.symlinkSync('loop', path.join(folder, 'loop'));
    const opening = openInput(name === '' ? '' : path.join(folder, name), NEVER);
    await expect(opening).rejects.toMatchObject({
      name: 'CaptureError',
      code: 'UNREADABLE',
      offset: undefined,
      ...(message === undefined ? {} : { message }),
    });
  });

  test.skipIf(IS_ROOT)(`when it is not readable, then the error says so${ROOT_NOTE}`, async () => {
    const file = path.join(folder, 'closed');
    fs.writeFileSync(file, CONTENT);
    fs.chmodSync(file, 0);
    await expect(openInput(file, NEVER)).rejects.toMatchObject({ message: 'permission denied' });
  });
});

describe.skipIf(!HAS_FIFOS)('openInput with a FIFO', () => {
  test('when more is written than it holds, then all of it is read', async () => {
    const fifo = makeFifo('full');
    const [bytes] = await Promise.all([readAll(fifo, NEVER, 4096, 96), fs.promises.writeFile(fifo, CONTENT)]);
    expect(bytes.equals(CONTENT)).toBe(true);
  });

  test('when its reader pauses, then nothing is lost', async () => {
    const fifo = makeFifo('pausing-reader');
    const writing = fs.promises.writeFile(fifo, CONTENT);
    const input = await openInput(fifo, NEVER);
    const pieces: Uint8Array[] = [];
    for (;;) {
      const piece = new Uint8Array(10_000);
      const count = await input.read(piece, 0);
      if (count === 0) break;
      pieces.push(piece.subarray(0, count));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    input.close();
    await writing;
    expect(Buffer.concat(pieces).equals(CONTENT)).toBe(true);
  });

  test('when its writer pauses, then the bytes after the pause are read too', async () => {
    const fifo = makeFifo('pausing');
    const reading = readAll(fifo);
    const writer = await fs.promises.open(fifo, 'w');
    for (const text of ['one ', 'two ', 'three']) {
      await writer.write(text);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await writer.close();
    expect((await reading).toString()).toBe('one two three');
  });

  test('when its writer writes nothing, then it is empty', async () => {
    const fifo = makeFifo('nothing');
    const [bytes] = await Promise.all([readAll(fifo), fs.promises.writeFile(fifo, '')]);
    expect(bytes).toHaveLength(0);
  });

  test('when it is silent, then the signal ends it', async () => {
    const fifo = makeFifo('silent');
    const controller = new AbortController();
    const reading = readAll(fifo, controller.signal);
    const writer = await fs.promises.open(fifo, 'w');
    await writer.write('said before');
    setTimeout(() => controller.abort(), 50);
    expect((await reading).toString()).toBe('said before');
    await writer.close();
  });

  test.skipIf(!IS_LINUX)(`when it has no writer, then the signal ends it${LINUX_NOTE}`, async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    expect(await readAll(makeFifo('lonely'), controller.signal)).toHaveLength(0);
  });

  test.skipIf(!IS_LINUX)(`when its writer comes late, then the reader waits${LINUX_NOTE}`, async () => {
    const fifo = makeFifo('late');
    const reading = readAll(fifo);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await fs.promises.writeFile(fifo, 'late');
    expect((await reading).toString()).toBe('late');
  });

  test.skipIf(!IS_LINUX)(`when the signal was aborted before, then it is empty${LINUX_NOTE}`, async () => {
    expect(await readAll(makeFifo('aborted-before'), AbortSignal.abort())).toHaveLength(0);
  });
});
