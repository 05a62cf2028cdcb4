// Whoever looks at the first bytes leaves them for those who read.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Input } from '../../src/capture/input.js';
import { peekInput, withBytesBack } from '../../src/capture/peek.js';
import { readPieces } from '../../src/capture/pieces.js';
import { memoryInput, NEVER } from '../helpers/memory-input.js';

async function bytesOf(input: Input): Promise<Buffer> {
  const pieces: Buffer[] = [];
  await readPieces(input, (piece) => pieces.push(Buffer.from(piece)));
  return Buffer.concat(pieces);
}

describe('peekInput', () => {
  test('when bytes come in any pieces then the first are shown, and all are read afterwards', async () => {
    const sizes = fc.array(fc.integer({ min: -90, max: 90 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        sizes,
        fc.integer({ min: 1, max: 100 }),
        async (bytes, ofPieces, length) => {
          const { head, input } = await peekInput(memoryInput(bytes, ofPieces), length, NEVER);
          expect(Buffer.from(head).equals(bytes.subarray(0, length))).toBe(true);
          expect((await bytesOf(input)).equals(bytes)).toBe(true);
        },
      ),
    );
  });

  test('when little room is given then the first bytes come bit by bit', async () => {
    const { input } = await peekInput(memoryInput(Buffer.from('0123456789')), 8, NEVER);
    const target = new Uint8Array(3);
    const parts: string[] = [];
    for (let count = await input.read(target, 0); count > 0; count = await input.read(target, 0)) {
      parts.push(Buffer.from(target.subarray(0, count)).toString());
    }
    expect(parts.join('|')).toBe('012|345|678|9');
  });

  test('when the head is kept then it stays as it is, whatever is read later', async () => {
    const { head, input } = await peekInput(memoryInput(Buffer.from('abcdefgh')), 4, NEVER);
    await bytesOf(input);
    expect(Buffer.from(head).toString()).toBe('abcd');
  });

  test('when the reading was aborted then nothing comes any more', async () => {
    const controller = new AbortController();
    const inner: Input = { read: () => 0, close() {} };
    const input = withBytesBack(inner, Buffer.from('left'), controller.signal);
    controller.abort();
    expect(await input.read(new Uint8Array(10), 0)).toBe(0);
  });
});

describe('withBytesBack', () => {
  test('when there are bytes in front then none is skipped before they are read', async () => {
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
    // Where the input cannot, it costs nothing to say so.
    expect(withBytesBack({ read: () => 0, close() {} }, Buffer.from(''), NEVER).skip?.(5)).toBe(0);
  });

  test('when the input has a descriptor or a compression then it is still told, and it is closed', () => {
    let isClosed = false;
    const inner: Input = { fd: 7, compression: 'xz', read: () => 0, close: () => (isClosed = true) };
    const input = withBytesBack(inner, Buffer.from('a'), NEVER);
    expect(input).toMatchObject({ fd: 7, compression: 'xz' });
    input.close();
    expect(isClosed).toBe(true);
  });
});
