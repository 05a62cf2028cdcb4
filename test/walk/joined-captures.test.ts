// Captures that `cat` has joined, and captures that are longer than a segment.

import { describe, expect, test } from 'vitest';
import { Tally } from '../../src/tally/tally.js';
import { concat, ethernet, ipv4, PCAP_MAGIC, pcap, tcp } from '../helpers/packets.js';
import { pcapng, TIME } from '../helpers/pcapng.js';
import { EVERYTHING } from '../helpers/scope.js';
import { timedRowsOf } from '../tally/rows-of.js';
import { frameFrom, once, placesOf, records, walk } from './damaged-captures.js';
import { portsOf, walkWhole } from './walking.js';

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
    'when a %s is followed by a %s, then both are read to their end',
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

  test('when there are more than two, then all are read to their end', async () => {
    const bytes = concat(...KINDS.map(([, make], at) => make(2 * at + 1, 2 * at + 2)));
    const walked = await walk(bytes);
    expect(portsOf(walked)).toEqual(once(...Array.from({ length: 2 * KINDS.length }, (_, at) => at + 1)));
    expect(walked.gapCount).toBe(0);
  });

  const OF_BLOCKS = PAIRS.filter(([kind]) => kind.startsWith('pcapng'));
  test.each(OF_BLOCKS)(
    'when a %s was cut before a %s was appended to it, then only the cut packet is lost',
    async (_a, _b, [, first, head, item], [, second]) => {
      const whole = first(1, 2);
      const last = head + item;
      const back = second(3, 4, 5);
      for (let cut = 1; cut < item; cut++) {
        const front = whole.subarray(0, whole.length - cut);
        // The block seems whole if a length in the other capture happens to be where its own should be.
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
    'when a %s was cut in the time of a record before a %s was appended to it, then only that record is lost',
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

  // The cut record takes its missing bytes from the appended capture. The bytes after it reveal that if they are a part
  // of a head; if the whole head was taken, the next record follows as if nothing had happened.
  test.each(OF_RECORDS)(
    'when a %s was cut a little before its end and a %s was appended to it, then only the cut packet is lost',
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
    'when a %s was cut anywhere in a packet before a %s was appended to it, then nothing is lost silently',
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

  /** SYN-ACKs in a little more than three segments, two of three from a port of their own. */
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
    'when a %s is longer than a segment, then rows are folded between segments, in whatever pieces it comes',
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
    'when a %s is damaged where segments meet, then the result is the same, in whatever pieces it comes',
    async (_kind, capture, head) => {
      let at = head;
      const view = new DataView(capture.buffer);
      while (at < SEGMENT)
        at += head === 24 ? 16 + view.getUint32(at + 8, true) : view.getUint32(at + 4, true);
      // The first header in a segment.
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
