// Hostile input: for any bytes, the reader ends, throws nothing, and counts no packet that is not there. `npm run fuzz`
// tries more of them than `npm test`.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureError } from '../../src/capture/errors.js';
import { consumeInput } from '../../src/capture/window.js';
import { Tally } from '../../src/tally/tally.js';
import { totalsOf } from '../../src/tally/totals.js';
import { CaptureWalker } from '../../src/walk/capture-walker.js';
import { memoryInput } from '../helpers/memory-input.js';
import { ROOT } from '../helpers/program.js';
import { EVERYTHING } from '../helpers/scope.js';
import { hasShared, sharedPath } from '../helpers/shared.js';
import { anyMutant } from './mutations.js';

const RUNS = Number(process.env['SYNSUM_FUZZ_RUNS'] ?? 1000);

/** Larger ones would only slow the search down. */
const MAX_LENGTH = 64 << 10;

const folders = [path.join(ROOT, 'test/captures/'), ...(hasShared ? [sharedPath('captures/')] : [])];
const captures = folders
  .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
  .filter((file) => /\.(pcap|pcapng|cap|dmp|pcapng\.1)$/.test(file))
  .map((file) => new Uint8Array(readFileSync(file)))
  .filter(({ length }) => length <= MAX_LENGTH);

interface Result {
  readonly packets: number;
  readonly synAcks: number;
  readonly bytesSkipped: number;
  readonly gaps: number;
  readonly error: unknown;
}

/** One for all captures, read one after another: to make one takes longer than to read most of them. */
const tally = new Tally({ scope: EVERYTHING });

async function read(bytes: Uint8Array, pieces?: readonly number[]): Promise<Result> {
  tally.takePart();
  const walker = new CaptureWalker(tally);
  const byteCounter = { bytesRead: 0 };
  let error: unknown;
  try {
    await consumeInput(memoryInput(bytes, pieces), walker, new AbortController().signal, byteCounter);
  } catch (thrown) {
    error = thrown;
  }
  const totals = totalsOf(tally.readPacketsByClass(), {
    outsideTime: 0,
    bytesRead: 0,
    bytesSkipped: 0,
    gaps: 0,
  });
  let rows = 0;
  for (const table of [tally.readRows(4), tally.readRows(6)]) {
    for (let row = 0; row < table.size; row++) rows += table.countOf(row);
  }
  expect(rows + tally.folded.count).toBe(totals.synAcks);
  return {
    packets: totals.packetsRead,
    synAcks: totals.synAcks,
    bytesSkipped: walker.bytesSkipped,
    gaps: walker.gapCount,
    error,
  };
}

describe('hostile captures', async () => {
  const known: Result[] = [];
  for (const bytes of captures) known.push(await read(bytes));

  test('when there are captures to mutate, then they have packets and SYN-ACKs', () => {
    expect(captures.length).toBeGreaterThan(15);
    expect(known.reduce((sum, { synAcks }) => sum + synAcks, 0)).toBeGreaterThan(30);
  });

  test(`when ${RUNS} mutants are read, then only errors of captures are thrown, and no packet is invented`, async () => {
    await fc.assert(
      fc.asyncProperty(anyMutant(captures), async ({ bytes, parts, edits }) => {
        const result = await read(bytes);
        if (result.error !== undefined) expect(result.error).toBeInstanceOf(CaptureError);
        const sumOf = (key: 'packets' | 'synAcks'): number =>
          parts.reduce((sum, part) => sum + (known[part]?.[key] ?? 0), 0);
        expect(result.packets).toBeLessThanOrEqual(sumOf('packets') + edits);
        expect(result.synAcks).toBeLessThanOrEqual(sumOf('synAcks') + edits);
        expect(result.bytesSkipped).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: RUNS },
    );
  });

  test('when a mutant comes in pieces of any size, then the result is the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyMutant(captures),
        fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 }),
        async ({ bytes }, pieces) => {
          const whole = await read(bytes);
          const inPieces = await read(bytes, pieces);
          expect({ ...inPieces, error: String(inPieces.error) }).toEqual({
            ...whole,
            error: String(whole.error),
          });
        },
      ),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  });

  test('when a capture is cut at any byte, then exactly the packets that are complete before the cut count', async () => {
    for (const bytes of captures.filter(({ length }) => length < 3000)) {
      let before = await read(bytes.subarray(0, 0));
      for (let length = 1; length <= bytes.length; length++) {
        const now = await read(bytes.subarray(0, length));
        // A byte more never costs a packet, and brings one at most.
        expect([0, 1]).toContain(now.packets - before.packets);
        expect([0, 1]).toContain(now.synAcks - before.synAcks);
        before = now;
      }
    }
  });
});
