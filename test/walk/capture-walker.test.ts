// Damaged captures: where reading resumes, and that every skipped byte is reported.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, PCAP_MAGIC, pcap, type RecordParts } from '../helpers/packets.js';
import {
  damaged,
  HEADER_LENGTH,
  NOT_A_RECORD,
  once,
  PLACES,
  placesOf,
  RECORD_LENGTH,
  records,
  walk,
} from './damaged-captures.js';
import { portsOf, walkWhole } from './walking.js';

describe.each(PLACES)('a record whose header is damaged, the %s', (_what, at) => {
  const others = [1, 2, 3, 4, 5].filter((port) => port !== at + 1);
  const offset = HEADER_LENGTH + at * RECORD_LENGTH;

  test.each([
    ['one byte too long', { capturedLength: 55 }],
    ['one byte too short', { capturedLength: 53, originalLength: 53 }],
    ['small', { capturedLength: 3 }],
    ['large', { capturedLength: 60_000, originalLength: 60_000 }],
    ['as large as may be', { capturedLength: 262_144, originalLength: 262_144 }],
    ['beyond the limit', { capturedLength: 262_145, originalLength: 262_145 }],
    ['negative', { capturedLength: 0x8000_0036 }],
    ['huge', { capturedLength: 0xffff_ffff, originalLength: 0xffff_ffff }],
  ])('when its captured length is %s, then all others are read, and none twice', async (_how, change) => {
    for (const littleEndian of [true, false]) {
      const bytes = damaged({ [at]: change }, { littleEndian });
      const walked = await walk(bytes);
      const ports = portsOf(walked);
      for (const port of others) expect([port, ports[port]]).toEqual([port, 1]);
      // With a length that is too small, the packet or a part of it is still found, and the gap is the rest.
      expect(walked.packets).toBeLessThanOrEqual(5);
      expect(walked.gapCount).toBe(1);
      const [[from, length] = [0, 0]] = placesOf(walked);
      expect(from).toBeGreaterThanOrEqual(offset);
      expect(from + length).toBe(offset + RECORD_LENGTH);
      expect(walked.packets).toBe(from === offset ? 4 : 5);
    }
  });

  test.each([
    ['ones', 0xff],
    ['a pattern', 0x5a],
  ])(
    'when all of its bytes are %s, then all others are read, and the gap is that record',
    async (_how, value) => {
      for (const littleEndian of [true, false]) {
        for (const magic of Object.values(PCAP_MAGIC)) {
          const bytes = damaged({}, { littleEndian, magic });
          const more = magic === PCAP_MAGIC.modified ? 8 : 0;
          const start = HEADER_LENGTH + at * (RECORD_LENGTH + more);
          bytes.fill(value, start, start + 16);
          const walked = await walk(bytes);
          expect(portsOf(walked)).toEqual(once(...others));
          expect(placesOf(walked)).toEqual([[start, RECORD_LENGTH + more]]);
        }
      }
    },
  );
});

describe('a damaged pcap', () => {
  test('when garbage is inserted between records, then only the garbage is skipped', async () => {
    const whole = pcap({ records: records(1, 2, 3, 4, 5) });
    for (const at of [0, 2, 4]) {
      for (const length of [1, 15, 16, 17, 70, 3000]) {
        const garbage = Uint8Array.from({ length }, (_, place) => (place * 167 + 0xe1) & 0xff);
        const offset = HEADER_LENGTH + at * RECORD_LENGTH;
        const walked = await walk(concat(whole.subarray(0, offset), garbage, whole.subarray(offset)));
        expect([at, length, portsOf(walked)]).toEqual([at, length, once(1, 2, 3, 4, 5)]);
        expect(placesOf(walked)).toEqual([[offset, length]]);
      }
    }
  });

  test('when it ends with zeros, as if a logger had crashed, then these are skipped', async () => {
    const whole = pcap({ records: records(1, 2, 3) });
    for (const length of [16, 17, 31, 32, 100, 5000, 2_000_000]) {
      const walked = await walkWhole(concat(whole, new Uint8Array(length)), [65_536]);
      expect(portsOf(walked)).toEqual(once(1, 2, 3));
      expect([length, walked.gaps]).toEqual([
        length,
        [{ offset: whole.length, length, kind: 'damaged', message: NOT_A_RECORD }],
      ]);
    }
  });

  test('when records in the middle are replaced by zeros, then those after them are read', async () => {
    const bytes = pcap({ records: records(1, 2, 3, 4, 5, 6) });
    bytes.fill(0, HEADER_LENGTH + RECORD_LENGTH, HEADER_LENGTH + 3 * RECORD_LENGTH);
    const walked = await walk(bytes);
    expect(portsOf(walked)).toEqual(once(1, 4, 5, 6));
    expect(placesOf(walked)).toEqual([[HEADER_LENGTH + RECORD_LENGTH, 2 * RECORD_LENGTH]]);
  });

  test('when several records are damaged, then each is a separate gap', async () => {
    const ports = Array.from({ length: 12 }, (_, at) => at + 1);
    const changes: Record<number, RecordParts> = {
      1: { capturedLength: 0xffff_ffff },
      7: { capturedLength: 0x7fff_ffff },
    };
    const bytes = pcap({ records: records(...ports).map((record, at) => ({ ...record, ...changes[at] })) });
    const walked = await walk(bytes);
    expect(portsOf(walked)).toEqual(once(...ports.filter((port) => port !== 2 && port !== 8)));
    expect(placesOf(walked)).toEqual([
      [HEADER_LENGTH + RECORD_LENGTH, RECORD_LENGTH],
      [HEADER_LENGTH + 7 * RECORD_LENGTH, RECORD_LENGTH],
    ]);
  });

  test('when a single record is between two damaged ones, then it is not believed', async () => {
    const bytes = damaged({ 1: { capturedLength: 0xffff_ffff }, 3: { capturedLength: 0x7fff_ffff } });
    const walked = await walk(bytes);
    expect(portsOf(walked)).toEqual(once(1, 5));
    expect(placesOf(walked)).toEqual([[HEADER_LENGTH + RECORD_LENGTH, 3 * RECORD_LENGTH]]);
  });

  test('when the time of the record before is damaged too, then the others are read anyway', async () => {
    for (const seconds of [0, 5, 0x5a5a_5a5a, 0xffff_ffff]) {
      const bytes = damaged({ 0: { seconds }, 1: { capturedLength: 0xffff_ffff } });
      const walked = await walk(bytes);
      expect(portsOf(walked)).toEqual(once(1, 3, 4, 5));
      expect(placesOf(walked)).toEqual([[HEADER_LENGTH + RECORD_LENGTH, RECORD_LENGTH]]);
    }
  });

  test('when there are more than a hundred gaps, then all are counted, and the first hundred are listed', async () => {
    const all = Array.from({ length: 250 }, (_, at): RecordParts[] => [
      ...records(1, 1, 1),
      { capturedLength: 0xffff_0000 + at },
    ]);
    const bytes = pcap({ records: [...all.flat(), ...records(1)] });
    const walked = await walk(bytes);
    expect(walked).toMatchObject({ packets: 751, gapCount: 250, bytesSkipped: 250 * RECORD_LENGTH });
    expect(walked.gaps).toHaveLength(100);
    const places = Array.from({ length: 100 }, (_, at) => [
      HEADER_LENGTH + (4 * at + 3) * RECORD_LENGTH,
      RECORD_LENGTH,
    ]);
    expect(placesOf(walked)).toEqual(places);
  });

  test('when only a packet is damaged, then there is no gap', async () => {
    const bytes = pcap({ records: records(1, 2, 3) });
    bytes.fill(0xff, HEADER_LENGTH + RECORD_LENGTH + 16, HEADER_LENGTH + 2 * RECORD_LENGTH);
    expect(await walk(bytes)).toMatchObject({ packets: 3, gapCount: 0, bytesSkipped: 0 });
  });

  test('when damage is everywhere, then gaps and records together have all the bytes', async () => {
    const anyChange = fc.tuple(fc.nat(), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyChange, { minLength: 1, maxLength: 20 }),
        fc.nat(2000),
        async (changes, cut) => {
          const ports = Array.from({ length: 20 }, (_, at) => at + 1);
          const bytes = pcap({ records: records(...ports) });
          for (const [place, value] of changes) {
            // Only in headers, as packets may contain anything.
            const record = place % 20;
            bytes[HEADER_LENGTH + record * RECORD_LENGTH + (Math.floor(place / 20) % 16)] = value;
          }
          const walked = await walk(bytes.subarray(0, Math.max(HEADER_LENGTH, bytes.length - cut)));
          expect(walked.error).toBeUndefined();
          for (const [port, count] of Object.entries(portsOf(walked))) {
            expect([port, count]).toEqual([port, 1]);
            expect(ports).toContain(Number(port));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
