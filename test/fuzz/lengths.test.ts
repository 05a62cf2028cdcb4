// False lengths in pcap and pcapng: whatever a length says, the result does not depend on how the bytes arrive.
// `npm run fuzz` tries more of them than `npm test`.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { concat, pcap } from '../helpers/packets.js';
import { block, packet, pcapng } from '../helpers/pcapng.js';
import { readWhole } from '../sources/answers.js';
import { frameFrom } from '../walk/pcapng-walking.js';
import { walkWhole } from '../walk/walking.js';

const RUNS = Math.ceil(Math.min(10_000, Number(process.env['SYNSUM_FUZZ_RUNS'] ?? 1000)) / 4);
const FOLDER = mkdtempSync(path.join(tmpdir(), 'synsum-lengths-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const frames = [1, 2, 3, 4, 5, 6, 7, 8].map((port) => ({ data: frameFrom(port) }));
const options = [{ code: 1, value: [1, 2, 3, 4, 5] }, { code: 0 }];
const CAPTURES: readonly Uint8Array[] = [
  pcapng({ packets: frames }),
  pcapng({ littleEndian: false, packets: frames.map((frame) => ({ ...frame, options })) }),
  concat(
    pcapng({ packets: frames }),
    block({ body: new Uint8Array(600_000) }),
    ...Array.from({ length: 9000 }, (_, port) => packet({ data: frameFrom(port + 10) })),
  ),
  pcap({ records: frames }),
  pcap({ littleEndian: false, records: frames }),
];

/** A capture with some of the words at its beginning overwritten: lengths and interface numbers are words. */
const anyMutant = fc
  .record({
    capture: fc.constantFrom(...CAPTURES),
    edits: fc.array(
      fc.record({
        at: fc.integer({ min: 6, max: 180 }),
        value: fc.oneof(
          fc.nat(200),
          fc.constantFrom(88, 176, 524_288, 524_292, 800_000, 1_310_720, 16 << 20, 0xffff_fffc),
          fc.nat(4 << 20).map((words) => words * 4),
        ),
        littleEndian: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ capture, edits }) => {
    const bytes = capture.slice();
    const view = new DataView(bytes.buffer);
    for (const { at, value, littleEndian } of edits)
      if (at * 4 + 4 <= bytes.length) view.setUint32(at * 4, value, littleEndian);
    return bytes;
  });

test(`when ${RUNS} captures with false lengths come in pieces, then rows, totals, gaps and offsets are the same`, async () => {
  await fc.assert(
    fc.asyncProperty(
      anyMutant,
      fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 4 }),
      async (bytes, sizes) => {
        const whole = await walkWhole(bytes);
        expect(await walkWhole(bytes, sizes)).toEqual(whole);
        if (bytes.length < 2000) expect(await walkWhole(bytes, [1])).toEqual(whole);
      },
    ),
    { numRuns: RUNS },
  );
});

test('when such a capture comes from a file or compressed, then the result is the same', async () => {
  const file = path.join(FOLDER, 'mutant');
  const zipped = path.join(FOLDER, 'mutant.gz');
  await fc.assert(
    fc.asyncProperty(anyMutant, async (bytes) => {
      writeFileSync(file, bytes);
      writeFileSync(zipped, gzipSync(bytes, { level: 1 }));
      const { gapCount, bytesSkipped, rows } = await walkWhole(bytes);
      for (const name of [file, zipped]) {
        const read = await readWhole(name);
        expect(read.rows).toEqual(rows);
        expect(read.totals).toMatchObject({ gaps: gapCount, bytesSkipped });
      }
    }),
    { numRuns: Math.ceil(RUNS / 5) },
  );
});
