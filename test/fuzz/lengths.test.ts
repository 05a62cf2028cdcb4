// False lengths in pcap and pcapng: whatever a length says, the result does not depend on how the bytes arrive.
// `npm run fuzz` tries more of them than `npm test`.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { SEGMENT_LENGTH } from '../../src/walk/segment.js';
import { concat, LINK_TYPE, pcap } from '../helpers/packets.js';
import { block, describedInterface, packet, pcapng, section } from '../helpers/pcapng.js';
import { type Answer, canPackageRead, readBothWays, readWhole } from '../sources/answers.js';
import { frameFrom } from '../walk/pcapng-walking.js';
import { walkWhole } from '../walk/walking.js';

const RUNS = Math.ceil(Math.min(10_000, Number(process.env['SYNSUM_FUZZ_RUNS'] ?? 1000)) / 4);
const FOLDER = mkdtempSync(path.join(tmpdir(), 'synsum-lengths-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const frames = [1, 2, 3, 4, 5, 6, 7, 8].map((port) => ({ data: frameFrom(port) }));
const options = [{ code: 1, value: [1, 2, 3, 4, 5] }, { code: 0 }];
const nanoseconds = { code: 9, value: [9] };
const name = { code: 2, value: [101, 116, 104, 48] };
/** Sections and interfaces with options; packets of both interfaces. */
const described = [true, false].map((littleEndian) =>
  concat(
    section({ littleEndian, options: [{ code: 4, value: [115, 121, 110] }, { code: 0 }] }),
    describedInterface({ littleEndian, options: [name, nanoseconds, { code: 0 }] }),
    describedInterface({ littleEndian, linkType: LINK_TYPE.raw, options: [nanoseconds, name] }),
    ...[1, 2, 3, 4, 5, 6].map((port) =>
      packet({ littleEndian, interface: port % 3, data: frameFrom(port), options: port % 2 ? options : [] }),
    ),
  ),
);
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
  ...described,
];

/**
 * A capture with some of the words and half words at its beginning overwritten: lengths of blocks and packets and numbers of
 * interfaces are words, lengths of options half words.
 */
const anyMutant = fc
  .record({
    capture: fc.constantFrom(...CAPTURES),
    edits: fc.array(
      fc.record({
        at: fc.integer({ min: 6, max: 180 }),
        half: fc.option(fc.constantFrom(0, 2), { nil: undefined }),
        value: fc.oneof(
          fc.nat(200),
          fc.nat(3),
          fc.constantFrom(70, 124, 194, 264, 0xffff),
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
    for (const { at, half, value, littleEndian } of edits) {
      if (at * 4 + 4 > bytes.length) continue;
      if (half === undefined) view.setUint32(at * 4, value, littleEndian);
      else view.setUint16(at * 4 + half, value & 0xffff, littleEndian);
    }
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

test('when such a capture comes from a file or compressed, then rows, totals, problems and offsets are the same', async () => {
  const file = path.join(FOLDER, 'mutant');
  const zipped = path.join(FOLDER, 'mutant.gz');
  await fc.assert(
    fc.asyncProperty(anyMutant, async (bytes) => {
      writeFileSync(file, bytes);
      writeFileSync(zipped, gzipSync(bytes, { level: 1 }));
      const { gapCount, gaps, bytesSkipped, timedRows } = await walkWhole(bytes);
      const read = await readWhole(file);
      expect(read.timedRows).toEqual(timedRows);
      expect(read.totals).toMatchObject({ gaps: gapCount, bytesSkipped });
      expect(placesOf(read)).toEqual(gaps.map(({ offset, length }) => [offset, length]));
      expect(comparable(await readWhole(zipped))).toEqual(comparable(read));
    }),
    { numRuns: Math.ceil(RUNS / 5) },
  );
});

test('when the package pcap-parser reads such a pcap without damage, then the result is the same', async () => {
  const file = path.join(FOLDER, 'mutant.pcap');
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(anyMutant, async (bytes) => {
      writeFileSync(file, bytes);
      if (!canPackageRead(file)) return;
      const [fast, other] = await readBothWays(file);
      if (fast.totals.gaps > 0) return;
      expect(other).toEqual(fast);
      compared += 1;
    }),
    { numRuns: RUNS },
  );
  expect(compared).toBeGreaterThan(0);
});

/** Only larger captures are read with threads. */
const LARGE = 130 << 20;

test('when a large capture with false lengths is read with threads, then rows, totals, problems and offsets are the same', async () => {
  const file = path.join(FOLDER, 'large.pcap');
  const record = Buffer.from(pcap({ records: [{ data: frameFrom(1) }] }).subarray(24));
  const header = pcap({ records: [] });
  const part = Buffer.concat(new Array<Buffer>(10_000).fill(record));
  const parts = new Array<Buffer>(Math.ceil(LARGE / part.length)).fill(part);
  const large = Buffer.concat([header, ...parts]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          // Around the ends of segments, where threads meet.
          segment: fc.integer({ min: 1, max: 7 }),
          near: fc.integer({ min: -5000, max: 5000 }),
          field: fc.constantFrom(8, 12),
          value: fc.oneof(
            fc.nat(300),
            fc.constantFrom(124, 194, 70_054, 262_144, 0xffff_ffff),
            fc.nat(262_144),
          ),
        }),
        { minLength: 1, maxLength: 30 },
      ),
      async (edits) => {
        const undo: [number, number][] = [];
        for (const { segment, near, field, value } of edits) {
          const number = Math.floor((segment * SEGMENT_LENGTH) / record.length) + near;
          const at = 24 + number * record.length + field;
          undo.push([at, large.readUInt32LE(at)]);
          large.writeUInt32LE(value, at);
        }
        writeFileSync(file, large);
        for (const [at, value] of undo.toReversed()) large.writeUInt32LE(value, at);
        const alone = comparable(await readWhole(file, 'fast', 1));
        for (const threads of [2, 3])
          expect(comparable(await readWhole(file, 'fast', threads))).toEqual(alone);
      },
    ),
    { numRuns: Math.ceil(RUNS / 125) },
  );
}, 0);

/** The places of gaps, each an offset and a length. */
function placesOf({ report }: Answer): [number | undefined, number | undefined][] {
  return report.problems
    .filter(({ length }) => length !== undefined)
    .map(({ offset, length }) => [offset, length]);
}

/** An answer without the name of the file and its compression. */
function comparable({ rows, timedRows, totals, report }: Answer): object {
  const problems = report.problems.map(({ message, ...problem }) => ({
    ...problem,
    message: message.replace(' (in the decompressed data)', ''),
  }));
  const { undecoded, notes, linkTypes, packetsRead } = report;
  return { rows, timedRows, totals, problems, undecoded, notes, linkTypes, packetsRead };
}
