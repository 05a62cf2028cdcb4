// The first bytes of an input are known when it is opened, and come again when it is read.

import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decompress } from '../../src/capture/compressed/decompress.js';
import { HEAD_LENGTH, withBytesBack } from '../../src/capture/head.js';
import type { Input } from '../../src/capture/input.js';
import { readPieces } from '../../src/capture/pieces.js';
import { memoryInput, NEVER } from '../helpers/memory-input.js';

async function bytesOf(input: Input): Promise<Buffer> {
  const pieces: Buffer[] = [];
  await readPieces(input, (piece) => pieces.push(Buffer.from(piece)));
  return Buffer.concat(pieces);
}

/** Bytes that do not begin like compressed data. */
const plainBytes = fc
  .uint8Array({ maxLength: 300 })
  .map((bytes) => Uint8Array.from(bytes, (byte, at) => (at === 0 ? byte | 0x80 : byte & 0x7f)));

describe('the head of an input', () => {
  test.each([
    ['plain', (bytes: Uint8Array): Uint8Array => bytes],
    ['compressed', gzipSync],
  ])(
    'when %s bytes come in any pieces, then the head has the first ones, and all are read afterwards',
    async (_, pack) => {
      const sizes = fc.array(fc.integer({ min: -90, max: 90 }), { minLength: 1, maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(plainBytes, sizes, async (bytes, ofPieces) => {
          fc.pre(bytes.length > 0);
          const input = await decompress(memoryInput(pack(bytes), ofPieces), NEVER);
          expect(Buffer.from(input.head).equals(bytes.subarray(0, HEAD_LENGTH))).toBe(true);
          expect((await bytesOf(input)).equals(bytes)).toBe(true);
        }),
      );
    },
  );

  test('when compressed data come in small parts, then the head consists of several', async () => {
    const parts = ['ab', 'c', '', 'd'.repeat(100), 'e'].map((text) => Buffer.from(text));
    const packed = Buffer.concat(parts.map((part) => gzipSync(part)));
    const input = await decompress(memoryInput(packed, [10]), NEVER);
    expect(Buffer.from(input.head).toString()).toBe(`abc${'d'.repeat(61)}`);
    expect((await bytesOf(input)).equals(Buffer.concat(parts))).toBe(true);
  });

  test('when compressed data have a fault within the head, then the head has the bytes before it, and these are read first', async () => {
    const input = await decompress(
      memoryInput(Buffer.concat([gzipSync('abc'), Buffer.from('garbage')])),
      NEVER,
    );
    expect(Buffer.from(input.head).toString()).toBe('abc');
    const target = new Uint8Array(10);
    expect(await input.read(target, 0)).toBe(3);
    const again = async (): Promise<number> => input.read(target, 0);
    await expect(again()).rejects.toMatchObject({ code: 'DAMAGED_COMPRESSION' });
    await expect(again()).rejects.toMatchObject({ code: 'DAMAGED_COMPRESSION' });
  });

  test('when there are no bytes, then the head is empty', async () => {
    const input = await decompress(memoryInput(new Uint8Array(0)), NEVER);
    expect([input.head.length, (await bytesOf(input)).length]).toEqual([0, 0]);
  });

  test('when the buffer is small, then the first bytes are read in several steps', async () => {
    const input = await decompress(memoryInput(Buffer.from('0123456789')), NEVER);
    const target = new Uint8Array(3);
    const parts: string[] = [];
    for (let count = await input.read(target, 0); count > 0; count = await input.read(target, 0)) {
      parts.push(Buffer.from(target.subarray(0, count)).toString());
    }
    expect(parts.join('|')).toBe('012|345|678|9');
  });

  test('when the input is read, then the head stays the same', async () => {
    const input = await decompress(memoryInput(Buffer.from('abcdefgh')), NEVER);
    await bytesOf(input);
    expect(Buffer.from(input.head).toString()).toBe('abcdefgh');
  });

  test('when the reading was aborted, then there are no more bytes', async () => {
    const controller = new AbortController();
    const inner: Input = { read: () => 0, close() {} };
    const input = withBytesBack(inner, Buffer.from('left'), controller.signal);
    controller.abort();
    expect(await input.read(new Uint8Array(10), 0)).toBe(0);
  });
});

describe('withBytesBack', () => {
  test('when there are bytes in front, then nothing is skipped before they are read', async () => {
    let skipped = 0;
    const inner: Input = {
      read: () => 0,
      skip(count) {
        skipped += count;
        return count;
      },
      close() {},
    };
    const input = withBytesBack(inner, Buffer.from('ab'), NEVER);
    expect(input.skip?.(5)).toBe(0);
    expect(await input.read(new Uint8Array(2), 0)).toBe(2);
    expect(input.skip?.(5)).toBe(5);
    expect(skipped).toBe(5);
    // An input that cannot skip skips nothing.
    expect(withBytesBack({ read: () => 0, close() {} }, Buffer.from(''), NEVER).skip?.(5)).toBe(0);
  });

  test('when the input has a descriptor or a compression, then it keeps them, and it can be closed', () => {
    let isClosed = false;
    const inner: Input = {
      file: { fd: 7, begin: 0 },
      compression: 'xz',
      read: () => 0,
      close: () => (isClosed = true),
    };
    const input = withBytesBack(inner, Buffer.from('a'), NEVER);
    expect(input).toMatchObject({ file: { fd: 7, begin: 0 }, compression: 'xz' });
    input.close();
    expect(isClosed).toBe(true);
  });
});
