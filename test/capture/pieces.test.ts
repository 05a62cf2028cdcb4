// All bytes of an input, in their order.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPieces } from '../../src/capture/pieces.js';
import { memoryInput } from '../helpers/memory-input.js';

describe('readPieces', () => {
  test('when an input comes in any pieces, then all of its bytes are passed on in their order', async () => {
    const sizes = fc.array(fc.integer({ min: -99_999, max: 99_999 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300_000 }), sizes, async (bytes, ofPieces) => {
        const pieces: Buffer[] = [];
        await readPieces(memoryInput(bytes, ofPieces), (piece) => {
          expect(piece.length).toBeGreaterThan(0);
          pieces.push(Buffer.from(piece));
        });
        expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('when the function throws, then nothing more is read', async () => {
    const input = memoryInput(new Uint8Array(10), [1]);
    const enough = new Error('enough');
    const taken = readPieces(input, () => {
      throw enough;
    });
    await expect(taken).rejects.toBe(enough);
    expect(input.reads).toBe(1);
  });
});
