// The two ways to inflate are the same: in this thread, and in Node's pool of threads.

import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byteSource } from '../../../src/capture/byte-source.js';
import { gunzip } from '../../../src/capture/compressed/gunzip.js';
import {
  inflaterOfThread,
  type OpenInflater,
  openPooledInflater,
} from '../../../src/capture/compressed/inflater.js';
import { memoryInput } from '../../helpers/memory-input.js';
import { concat } from '../../helpers/packets.js';
import { mixedBytes } from './compressors.js';

const openThreadInflater = inflaterOfThread() as OpenInflater;

/** The chunks, and the message of the error. */
async function inflated(
  gz: Uint8Array,
  open: OpenInflater,
  sizes?: readonly number[],
): Promise<{ chunks: string[]; error: string | undefined }> {
  const chunks: string[] = [];
  try {
    for await (const chunk of gunzip(byteSource(memoryInput(gz, sizes)), open))
      chunks.push(Buffer.from(chunk).toString('latin1'));
  } catch (error) {
    return { chunks, error: (error as Error).message };
  }
  return { chunks, error: undefined };
}

test('when Node has the call, then this thread inflates', () => {
  expect(openThreadInflater).toBeDefined();
});

test('when any members come in any pieces, whole, cut or damaged, then both ways return the same chunks', async () => {
  const contents = fc.oneof(
    fc.uint8Array({ maxLength: 3000 }),
    fc.integer({ min: 0, max: 300_000 }).map(mixedBytes),
    fc.integer({ min: 0, max: 300_000 }).map((length) => new Uint8Array(length)),
  );
  const members = fc.array(contents, { minLength: 1, maxLength: 3 });
  const sizes = fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 4 });
  const faults = fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 255 })),
    {
      maxLength: 2,
    },
  );
  const ends = fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true }));
  await fc.assert(
    fc.asyncProperty(members, sizes, faults, ends, async (parts, pieces, changes, end) => {
      const whole = concat(...parts.map((part) => gzipSync(part)));
      for (const [place, change] of changes) {
        const at = Math.min(Math.floor(place * whole.length), whole.length - 1);
        whole[at] = (whole[at] as number) ^ change;
      }
      const gz = whole.subarray(0, Math.ceil(end * whole.length));
      expect(await inflated(gz, openThreadInflater, pieces)).toEqual(
        await inflated(gz, openPooledInflater, pieces),
      );
    }),
    { numRuns: 300 },
  );
});
