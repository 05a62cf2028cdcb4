// The digest of an input is the digest of its bytes, however they come.

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestInput } from '../../src/capture/digest.js';
import { CaptureError } from '../../src/capture/errors.js';
import type { Input } from '../../src/capture/input.js';
import { readPieces } from '../../src/capture/pieces.js';
import { memoryInput } from '../helpers/memory-input.js';

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function bytesOf(input: Input): Promise<Buffer> {
  const pieces: Buffer[] = [];
  await readPieces(input, (piece) => pieces.push(Buffer.from(piece)));
  return Buffer.concat(pieces);
}

/** Sizes of pieces; negative ones come later. */
const SIZES = fc.array(
  fc.integer({ min: -70_000, max: 70_000 }).filter((size) => size !== 0),
  { minLength: 1, maxLength: 5 },
);

describe('digestInput', () => {
  test('when there are no bytes, then it is the digest of nothing', async () => {
    const { input, digest } = digestInput(memoryInput(new Uint8Array(0)));
    expect(await bytesOf(input)).toHaveLength(0);
    expect(digest()).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  test('when bytes come in any pieces, then they are passed on, and the digest is theirs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200_000 }), SIZES, async (bytes, sizes) => {
        const { input, digest } = digestInput(memoryInput(bytes, sizes));
        expect((await bytesOf(input)).equals(bytes)).toBe(true);
        expect(digest()).toBe(sha256(bytes));
      }),
      { numRuns: 50 },
    );
  });

  test('when the reader asks for bytes in the middle of a buffer, then the bytes before them do not count', async () => {
    const { input, digest } = digestInput(memoryInput(Buffer.from('bytes')));
    const target = Buffer.alloc(20, 'x');
    expect(await input.read(target, 7)).toBe(5);
    expect(target.toString()).toBe('xxxxxxxbytesxxxxxxxx');
    expect(digest()).toBe(sha256(Buffer.from('bytes')));
  });

  test('when the input can skip or has a descriptor, then the digested input has neither', () => {
    const { input } = digestInput({
      ...memoryInput(Buffer.from('x')),
      skip: () => 1,
      file: { fd: 5, begin: 0 },
      compression: 'gzip',
    });
    expect(input).not.toHaveProperty('skip');
    expect(input).not.toHaveProperty('file');
    expect(input.compression).toBe('gzip');
  });

  test('when it is closed, then the input is closed too', () => {
    let isClosed = false;
    const inner = memoryInput(new Uint8Array(0));
    digestInput({ ...inner, close: () => (isClosed = true) }).input.close();
    expect(isClosed).toBe(true);
  });

  test('when the input fails, then its error is thrown', async () => {
    const error = new CaptureError('UNREADABLE', 'it is gone');
    for (const read of [
      () => {
        throw error;
      },
      () => Promise.reject(error),
    ]) {
      const { input } = digestInput({ read, close() {} });
      await expect(bytesOf(input)).rejects.toBe(error);
    }
  });
});
