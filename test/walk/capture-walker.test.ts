// What becomes of a damaged capture: where reading goes on, and that what was passed over is told to the byte.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Tally } from '../../src/tally/tally.js';
import { concat, ethernet, ipv4, PCAP_MAGIC, pcap, type RecordParts, tcp } from '../helpers/packets.js';
import { pcapng, TIME } from '../helpers/pcapng.js';
import { EVERYTHING } from '../helpers/scope.js';
import { timedRowsOf } from '../tally/rows-of.js';
import { portsOf, type Walked, walkWhole } from './walking.js';

const HEADER_LENGTH = 24;
const RECORD_LENGTH = 70;
const NOT_A_RECORD = 'found bytes that cannot be the header of a packet record';

function frameFrom(sourcePort: number): Uint8Array {
  return ethernet({ payload: ipv4({ payload: tcp({ sourcePort }) }) });
}

/** Records of SYN-ACKs from these ports, a second apart. */
function records(...ports: readonly number[]): RecordParts[] {
  return ports.map((port, at) => ({ seconds: 1_700_000_000 + at, data: frameFrom(port) }));
}

/** A capture of five packets, of which some parts of some are other than they should be. */
function damaged(
  changes: Readonly<Record<number, RecordParts>>,
  parts: Parameters<typeof pcap>[0] = {},
): Uint8Array {
  return pcap({
    ...parts,
    records: records(1, 2, 3, 4, 5).map((record, at) => ({ ...record, ...changes[at] })),
  });
}

const PIECES = [[1], [100, -7], [64], [4096]];

/** Parses it whole and in pieces, expects one result, with numbers that add up, and gives it. */
async function walk(bytes: Uint8Array): Promise<Walked> {
  const walked = await walkWhole(bytes);
  for (const sizes of PIECES) expect(await walkWhole(bytes, sizes)).toEqual(walked);
  const { gaps, gapCount, bytesSkipped } = walked;
  if (gapCount <= 100) {
    expect(gaps).toHaveLength(gapCount);
    expect(gaps.reduce((sum, { length }) => sum + length, 0)).toBe(bytesSkipped);
  }
  let end = 0;
  for (const gap of gaps) {
    expect(gap.offset).toBeGreaterThanOrEqual(end);
    end = gap.offset + gap.length;
  }
  expect(end).toBeLessThanOrEqual(bytes.length);
  return walked;
}

function placesOf({ gaps }: Walked): [offset: number, length: number][] {
  return gaps.map(({ offset, length }) => [offset, length]);
}

/** Each of these packets once, and no other. */
function once(...ports: readonly number[]): Record<string, number> {
  return Object.fromEntries(ports.map((port) => [port, 1]));
}

const PLACES = [
  ['first', 0],
  ['middle', 2],
  ['last', 4],
] as const;

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
  ])('when its captured length is %s then all others are read, and none twice', async (_how, change) => {
    for (const littleEndian of [true, false]) {
      const bytes = damaged({ [at]: change }, { littleEndian });
      const walked = await walk(bytes);
      const ports = portsOf(walked);
      for (const port of others) expect([port, ports[port]]).toEqual([port, 1]);
      // A length that is too small still shows the packet, or a part of it, and the gap is what is behind that.
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
    'when all of its bytes are %s then all others are read, and the gap is that record',
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
  test('when garbage is inserted between records then only that is passed over', async () => {
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

  test('when its end is zeros, as of a logger that crashed, then these are passed over', async () => {
    const whole = pcap({ records: records(1, 2, 3) });
    for (const length of [16, 17, 31, 32, 100, 5000, 2_000_000]) {
      const walked = await walkWhole(concat(whole, new Uint8Array(length)), [65_536]);
      expect(portsOf(walked)).toEqual(once(1, 2, 3));
      expect([length, walked.gaps]).toEqual([
        length,
        [{ offset: whole.length, length, problem: NOT_A_RECORD }],
      ]);
    }
  });

  test('when records are lost to zeros in the middle then those behind are read', async () => {
    const bytes = pcap({ records: records(1, 2, 3, 4, 5, 6) });
    bytes.fill(0, HEADER_LENGTH + RECORD_LENGTH, HEADER_LENGTH + 3 * RECORD_LENGTH);
    const walked = await walk(bytes);
    expect(portsOf(walked)).toEqual(once(1, 4, 5, 6));
    expect(placesOf(walked)).toEqual([[HEADER_LENGTH + RECORD_LENGTH, 2 * RECORD_LENGTH]]);
  });

  test('when several records are damaged then each is a gap of its own', async () => {
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

  test('when a single record stands between two damaged ones then it is not believed', async () => {
    const bytes = damaged({ 1: { capturedLength: 0xffff_ffff }, 3: { capturedLength: 0x7fff_ffff } });
    const walked = await walk(bytes);
    expect(portsOf(walked)).toEqual(once(1, 5));
    expect(placesOf(walked)).toEqual([[HEADER_LENGTH + RECORD_LENGTH, 3 * RECORD_LENGTH]]);
  });

  test('when the time of the last record before is damaged too then the others are read all the same', async () => {
    for (const seconds of [0, 5, 0x5a5a_5a5a, 0xffff_ffff]) {
      const bytes = damaged({ 0: { seconds }, 1: { capturedLength: 0xffff_ffff } });
      const walked = await walk(bytes);
      expect(portsOf(walked)).toEqual(once(1, 3, 4, 5));
      expect(placesOf(walked)).toEqual([[HEADER_LENGTH + RECORD_LENGTH, RECORD_LENGTH]]);
    }
  });

  test('when there are more than a hundred gaps then all are counted, and the first hundred are kept', async () => {
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

  test('when it is damaged in a packet only then that is no gap', async () => {
    const bytes = pcap({ records: records(1, 2, 3) });
    bytes.fill(0xff, HEADER_LENGTH + RECORD_LENGTH + 16, HEADER_LENGTH + 2 * RECORD_LENGTH);
    expect(await walk(bytes)).toMatchObject({ packets: 3, gapCount: 0, bytesSkipped: 0 });
  });

  test('when damage is everywhere then the bytes of gaps and records are all there are', async () => {
    const anyChange = fc.tuple(fc.nat(), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyChange, { minLength: 1, maxLength: 20 }),
        fc.nat(2000),
        async (changes, cut) => {
          const ports = Array.from({ length: 20 }, (_, at) => at + 1);
          const bytes = pcap({ records: records(...ports) });
          for (const [place, value] of changes) {
            // Only headers: in packets anything may be.
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

const KINDS: readonly [kind: string, make: (...ports: number[]) => Uint8Array, head: number, item: number][] =
  [
    ...Object.entries(PCAP_MAGIC).flatMap(([name, magic]) =>
      [true, false].map((littleEndian): [string, (...ports: number[]) => Uint8Array, number, number] => [
        `pcap of ${name}, ${littleEndian ? 'little' : 'big'}-endian`,
        (...ports) => pcap({ magic, littleEndian, records: records(...ports) }),
        24,
        magic === PCAP_MAGIC.modified ? 78 : 70,
      ]),
    ),
    ...[true, false].map((littleEndian): [string, (...ports: number[]) => Uint8Array, number, number] => [
      `pcapng, ${littleEndian ? 'little' : 'big'}-endian`,
      (...ports) =>
        pcapng({
          littleEndian,
          packets: ports.map((port, at) => ({ time: TIME + BigInt(at) * 1_000_000n, data: frameFrom(port) })),
        }),
      48,
      88,
    ]),
  ];

const PAIRS = KINDS.flatMap((first) => KINDS.map((second) => [first[0], second[0], first, second] as const));

describe('captures put together by cat', () => {
  test.each(PAIRS)(
    'when a %s is followed by a %s then both are read whole',
    async (_a, _b, [, first], [, second]) => {
      for (const [front, back] of [
        [
          [1, 2],
          [3, 4],
        ],
        [[1], [3]],
        [[], [3]],
        [[1], []],
        [[], []],
      ] as const) {
        const walked = await walk(concat(first(...front), second(...back)));
        expect(portsOf(walked)).toEqual(once(...front, ...back));
        expect(walked).toMatchObject({ gapCount: 0, bytesSkipped: 0, error: undefined });
      }
    },
  );

  test('when more than two are put together then all are read whole', async () => {
    const bytes = concat(...KINDS.map(([, make], at) => make(2 * at + 1, 2 * at + 2)));
    const walked = await walk(bytes);
    expect(portsOf(walked)).toEqual(once(...Array.from({ length: 2 * KINDS.length }, (_, at) => at + 1)));
    expect(walked.gapCount).toBe(0);
  });

  const OF_BLOCKS = PAIRS.filter(([kind]) => kind.startsWith('pcapng'));
  test.each(OF_BLOCKS)(
    'when a %s was cut before a %s was put behind it then only the cut packet is lost',
    async (_a, _b, [, first, head, item], [, second]) => {
      const whole = first(1, 2);
      const last = head + item;
      const back = second(3, 4, 5);
      for (let cut = 1; cut < item; cut++) {
        const front = whole.subarray(0, whole.length - cut);
        // Where a length of the other capture stands right where that of the block should, the block seems whole.
        const trailer = concat(front, back).subarray(last + item - 4, last + item);
        if (Buffer.from(trailer).equals(whole.subarray(whole.length - 4))) continue;
        const walked = await walkWhole(concat(front, back));
        expect([cut, portsOf(walked)]).toEqual([cut, once(1, 3, 4, 5)]);
        expect([cut, placesOf(walked)]).toEqual([cut, [[last, front.length - last]]]);
      }
    },
  );

  const OF_RECORDS = PAIRS.filter(([kind]) => !kind.startsWith('pcapng'));
  test.each(OF_RECORDS)(
    'when a %s was cut in the time of a record before a %s was put behind it then only that record is lost',
    async (_a, _b, [, first, head, item], [, second]) => {
      const whole = first(1, 2);
      const last = head + item;
      for (let found = 1; found < 3; found++) {
        const walked = await walkWhole(concat(whole.subarray(0, last + found), second(3, 4, 5)));
        expect([found, portsOf(walked)]).toEqual([found, once(1, 3, 4, 5)]);
        expect([found, placesOf(walked)]).toEqual([found, [[last, found]]]);
      }
    },
  );

  // The cut record takes what it lacks from the capture behind it. What then stands behind it shows that it did, as
  // long as that is a part of a head; if the whole head was taken, the next record follows as if nothing had been.
  test.each(OF_RECORDS)(
    'when a %s was cut a little before its end and a %s was put behind it then only the cut packet is lost',
    async (_a, _b, [, first, head, item], [, second]) => {
      const whole = first(1, 2);
      const last = head + item;
      const back = second(3, 4, 5);
      for (let cut = 1; cut <= 20; cut++) {
        const front = whole.subarray(0, whole.length - cut);
        const walked = await walkWhole(concat(front, back));
        expect([cut, portsOf(walked)]).toEqual([cut, once(1, 3, 4, 5)]);
        expect([cut, placesOf(walked)]).toEqual([cut, [[last, front.length - last]]]);
      }
    },
  );

  test.each(OF_RECORDS)(
    'when a %s was cut anywhere in a packet before a %s was put behind it then nothing is lost in silence',
    async (_a, _b, [, first, , item], [, second]) => {
      const whole = first(1, 2);
      const back = second(3, 4, 5);
      for (let cut = 1; cut < item; cut++) {
        const walked = await walkWhole(concat(whole.subarray(0, whole.length - cut), back));
        const ports = portsOf(walked);
        expect([cut, ports['1']]).toEqual([cut, 1]);
        const missing = [3, 4, 5].filter((port) => ports[port] === undefined);
        if (missing.length > 0) expect([cut, walked.gapCount]).not.toEqual([cut, 0]);
      }
    },
  );
});

describe('a capture with more rows than are kept', () => {
  const SEGMENT = 16 << 20;
  const LARGE = 250_000;
  const MAX_ROWS = 20;

  /** SYN-ACKs over some more than three segments: from ports of their own, but for every third. */
  const ports = Array.from({ length: 220 }, (_, at) => (at % 3 === 0 ? at % 7 : 1000 + at));
  const packets = ports.map((sourcePort, at) => {
    const data = new Uint8Array(LARGE + at * 3);
    data.set(ethernet({ payload: ipv4({ payload: tcp({ sourcePort }) }) }));
    return { seconds: 1_700_000_000 + at, data };
  });
  const MAKERS: readonly [kind: string, capture: Uint8Array, head: number, around: number][] = [
    ['pcap', pcap({ records: packets }), 24, 16],
    [
      'pcapng',
      pcapng({
        packets: packets.map(({ seconds, data }) => ({ time: BigInt(seconds) * 1_000_000n, data })),
      }),
      48,
      32,
    ],
  ];
  const SIZES = [[65_536], [1 << 20], [-1_000_003, 7], [SEGMENT]];

  test.each(MAKERS)(
    'when a %s is longer than a segment then rows are folded between segments, however it comes',
    async (_kind, capture, head, around) => {
      const expected = new Tally({ scope: EVERYTHING, maxRows: MAX_ROWS });
      let offset = head;
      let segment = 0;
      for (const { seconds, data } of packets) {
        if (Math.floor(offset / SEGMENT) > segment) expected.foldIfFull();
        segment = Math.floor(offset / SEGMENT);
        expected.add4(0xc633_6402, 0xc000_0201, ports[seconds - 1_700_000_000] ?? 0, seconds * 1e6);
        offset += around + Math.ceil(data.length / (around === 32 ? 4 : 1)) * (around === 32 ? 4 : 1);
      }
      expect([offset, segment]).toEqual([capture.length, 3]);
      for (const sizes of [[capture.length], ...SIZES]) {
        const { timedRows, folded, gapCount } = await walkWhole(capture, sizes, { maxRows: MAX_ROWS });
        expect(timedRows).toEqual(timedRowsOf(expected));
        expect([folded, gapCount]).toEqual([expected.folded, 0]);
      }
      expect(expected.folded.rows).toBeGreaterThan(100);
    },
  );

  test.each(MAKERS)(
    'when a %s is damaged where segments meet then the result is the same, however it comes',
    async (_kind, capture, head) => {
      let at = head;
      const view = new DataView(capture.buffer);
      while (at < SEGMENT)
        at += head === 24 ? 16 + view.getUint32(at + 8, true) : view.getUint32(at + 4, true);
      // The header that is the first in a segment.
      for (const place of [at, at + 8]) {
        const damaged = capture.slice();
        damaged.fill(0xff, place, place + 8);
        const whole = await walkWhole(damaged, [damaged.length], { maxRows: MAX_ROWS });
        expect([whole.gapCount, whole.packets, whole.folded.rows > 100]).toEqual([1, 219, true]);
        for (const sizes of SIZES) {
          expect(await walkWhole(damaged, sizes, { maxRows: MAX_ROWS })).toEqual(whole);
        }
      }
    },
  );
});
