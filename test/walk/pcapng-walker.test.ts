import { describe, expect, test } from 'vitest';
import type { Input } from '../../src/capture/input.js';
import { consumeInput } from '../../src/capture/window.js';
import { TRUNCATED } from '../../src/decode/packet-class.js';
import { Tally } from '../../src/tally/tally.js';
import { CaptureWalker } from '../../src/walk/capture-walker.js';
import { NEVER } from '../helpers/memory-input.js';
import { concat, ethernet, ipv4, LINK_TYPE, sll, tcp } from '../helpers/packets.js';
import {
  BLOCK_TYPE,
  block,
  describedInterface,
  OPTION,
  offsetOption,
  oldPacket,
  packet,
  pcapng,
  section,
  simplePacket,
  TIME,
} from '../helpers/pcapng.js';
import { EVERYTHING } from '../helpers/scope.js';
import { portsOf, type Walked, walkWhole } from './walking.js';

const ORDERS = [true, false];
const NO_GAPS = { gaps: [], gapCount: 0, bytesSkipped: 0, error: undefined };
/** An enhanced packet block of a frame with nothing behind its TCP header. */
const PACKET_LENGTH = 88;
const HEAD_LENGTH = 28 + 20;

function frameFrom(sourcePort: number): Uint8Array {
  return ethernet({ payload: ipv4({ payload: tcp({ sourcePort }) }) });
}

/** Parses it whole and in pieces, expects one result, and gives it. */
async function walk(...parts: Uint8Array[]): Promise<Walked> {
  const bytes = concat(...parts);
  const walked = await walkWhole(bytes);
  for (const sizes of [[1], [7, -3], [64]]) {
    if (bytes.length < 10_000) expect(await walkWhole(bytes, sizes)).toEqual(walked);
  }
  return walked;
}

function timesOf({ timedRows }: Walked): string[] {
  return timedRows.map((row) => row.split(' ').slice(2).join(' '));
}

describe.each(ORDERS)('pcapng (little-endian: %s)', (littleEndian) => {
  test('when packets are in enhanced packet blocks then they are counted with their times', async () => {
    const packets = [{ time: TIME + 5n }, { time: TIME }, { time: TIME + 7n, data: frameFrom(22) }];
    const walked = await walk(pcapng({ littleEndian, packets }));
    expect(walked).toMatchObject({ format: 'pcapng 1.0', linkTypes: [1], packets: 3, ...NO_GAPS });
    expect(timesOf(walked)).toEqual([
      '22 1 1700000000000007 1700000000000007',
      '443 2 1700000000000000 1700000000000005',
    ]);
  });

  test('when data of every length are padded then each ends where its captured length says', async () => {
    for (let length = 0; length <= 60; length++) {
      const data = concat(frameFrom(22), new Uint8Array(20)).slice(0, length);
      const walked = await walk(pcapng({ littleEndian, packets: [{ data }, {}] }));
      expect(walked).toMatchObject({ packets: 2, ...NO_GAPS });
      expect([length, portsOf(walked)]).toEqual([length, length > 47 ? { 22: 1, 443: 1 } : { 443: 1 }]);
    }
  });

  test('when packets have options and blocks of every other kind are between then these are passed over', async () => {
    const options = [{ code: 1, value: [1, 2, 3] }, { code: 0 }];
    const others = [
      BLOCK_TYPE.nameResolution,
      BLOCK_TYPE.statistics,
      BLOCK_TYPE.custom,
      BLOCK_TYPE.decryptionSecrets,
      BLOCK_TYPE.unknown,
      0,
      0x8000_0001,
      0xffff_ffff,
    ];
    const walked = await walk(
      section({ littleEndian, options: [{ code: 2, value: [0x61, 0x62] }] }),
      block({ littleEndian, body: new Uint8Array(0) }),
      describedInterface({ littleEndian }),
      ...others.flatMap((type, at) => [
        block({ littleEndian, type, body: new Uint8Array(at * 5) }),
        packet({ littleEndian, options }),
      ]),
    );
    expect(walked).toMatchObject({ packets: others.length, ...NO_GAPS });
  });

  test('when packets are in obsolete packet blocks then they are counted, whatever was dropped', async () => {
    const walked = await walk(
      section({ littleEndian }),
      describedInterface({ littleEndian, linkType: LINK_TYPE.raw }),
      describedInterface({ littleEndian }),
      oldPacket({ littleEndian, interface: 1, drops: 0xffff }),
      oldPacket({ littleEndian, interface: 0, drops: 3, data: ipv4({ payload: tcp({ sourcePort: 22 }) }) }),
    );
    expect(walked).toMatchObject({ packets: 2, linkTypes: [LINK_TYPE.raw, 1], ...NO_GAPS });
    expect(timesOf(walked)).toEqual([
      '22 1 1700000000000000 1700000000000000',
      '443 1 1700000000000000 1700000000000000',
    ]);
  });

  test('when simple packets come then each is as long as it was, or as snaplen and block allow', async () => {
    const frame = frameFrom(22);
    const cases = [
      [0, frame.length, 1],
      [48, frame.length, 1],
      // The flags are in byte 47.
      [47, frame.length, 0],
      [262_144, frame.length, 1],
      [0, 47, 0],
      [0, 48, 1],
      // More was on the wire than the block holds.
      [0, 9000, 1],
      [0, 0xffff_ffff, 1],
    ] as const;
    for (const [snaplen, originalLength, synAcks] of cases) {
      const captured = Math.min(snaplen || frame.length, frame.length);
      const walked = await walk(
        section({ littleEndian }),
        describedInterface({ littleEndian, snaplen }),
        simplePacket({ littleEndian, originalLength, data: frame.slice(0, captured) }),
      );
      expect(walked).toMatchObject({ packets: 1, ...NO_GAPS });
      expect([snaplen, originalLength, walked.packetsByClass[0]]).toEqual([snaplen, originalLength, synAcks]);
      if (synAcks === 0) expect(walked.packetsByClass[TRUNCATED]).toBe(1);
    }
  });

  test('when simple packets come then they are of the first interface, with the time of the SYN-ACK before', async () => {
    const walked = await walk(
      section({ littleEndian }),
      describedInterface({ littleEndian }),
      describedInterface({ littleEndian, linkType: LINK_TYPE.raw }),
      packet({ littleEndian, time: TIME + 9n }),
      simplePacket({ littleEndian, data: frameFrom(22) }),
    );
    expect(timesOf(walked)).toEqual([
      '22 1 1700000000000009 1700000000000009',
      '443 1 1700000000000009 1700000000000009',
    ]);
  });

  test('when interfaces differ in link type and clock then each packet has those of its own', async () => {
    const nanoseconds = { code: OPTION.resolution, value: [9] };
    const parts1024 = { code: OPTION.resolution, value: [0x8a] };
    const walked = await walk(
      section({ littleEndian }),
      describedInterface({ littleEndian, linkType: LINK_TYPE.sll, options: [nanoseconds] }),
      packet({
        littleEndian,
        time: TIME * 1000n + 999n,
        data: sll({ payload: ipv4({ payload: tcp({ sourcePort: 1 }) }) }),
      }),
      describedInterface({ littleEndian, linkType: LINK_TYPE.raw, options: [parts1024] }),
      describedInterface({ littleEndian, options: [offsetOption(1000n, littleEndian)] }),
      packet({
        littleEndian,
        interface: 1,
        time: 1_700_000_000n * 1024n + 256n,
        data: ipv4({ payload: tcp({ sourcePort: 2 }) }),
      }),
      packet({ littleEndian, interface: 2, data: frameFrom(3) }),
      packet({
        littleEndian,
        interface: 0,
        time: TIME * 1000n,
        data: sll({ payload: ipv4({ payload: tcp({ sourcePort: 4 }) }) }),
      }),
    );
    expect(walked).toMatchObject({ packets: 4, linkTypes: [LINK_TYPE.sll, LINK_TYPE.raw, 1], ...NO_GAPS });
    expect(timesOf(walked)).toEqual([
      '1 1 1700000000000000 1700000000000000',
      '2 1 1700000000250000 1700000000250000',
      '3 1 1700001000000000 1700001000000000',
      '4 1 1700000000000000 1700000000000000',
    ]);
  });

  test('when sections follow one another in mixed byte orders then each has its own interfaces', async () => {
    const other = !littleEndian;
    const walked = await walk(
      pcapng({ littleEndian, packets: [{ data: frameFrom(1) }] }),
      section({ littleEndian: other }),
      describedInterface({ littleEndian: other, linkType: LINK_TYPE.raw }),
      packet({ littleEndian: other, data: ipv4({ payload: tcp({ sourcePort: 2 }) }) }),
      pcapng({ littleEndian, packets: [{ data: frameFrom(3) }] }),
      pcapng({ littleEndian: other, packets: [{ data: frameFrom(4) }] }),
    );
    expect(walked).toMatchObject({ packets: 4, linkTypes: [1, LINK_TYPE.raw], ...NO_GAPS });
    expect(portsOf(walked)).toEqual({ 1: 1, 2: 1, 3: 1, 4: 1 });
  });

  test.each([
    ['an enhanced packet', packet],
    ['an obsolete packet', oldPacket],
  ])('when %s is of an interface that is not described then it is a gap', async (_what, make) => {
    for (const index of [1, 2, 0xffff]) {
      const walked = await walk(
        pcapng({ littleEndian, packets: [{}] }),
        make({ littleEndian, interface: index }),
        packet({ littleEndian }),
      );
      expect(walked.packets).toBe(2);
      const offset = HEAD_LENGTH + PACKET_LENGTH;
      const problem = `found a packet from interface ${index}, which has no description`;
      expect(walked.gaps).toEqual([{ offset, length: PACKET_LENGTH, problem }]);
    }
  });

  test('when packets come before any interface then they are gaps, and what is described later is read', async () => {
    const walked = await walk(
      section({ littleEndian }),
      packet({ littleEndian }),
      simplePacket({ littleEndian }),
      describedInterface({ littleEndian }),
      packet({ littleEndian }),
    );
    expect(walked.packets).toBe(1);
    expect(walked.gaps).toEqual([
      { offset: 28, length: 88, problem: 'found a packet from interface 0, which has no description' },
      { offset: 116, length: 72, problem: 'found a simple packet before any interface description' },
    ]);
  });

  test.each([57, 64, 262_145, 0x7fff_ffff, 0xffff_ffff])(
    'when the captured length is %i, more than the block holds, then it is a gap',
    async (capturedLength) => {
      for (const make of [packet, oldPacket]) {
        const walked = await walk(
          pcapng({ littleEndian, packets: [{}] }),
          make({ littleEndian, capturedLength }),
          packet({ littleEndian }),
        );
        expect(walked.packets).toBe(2);
        const offset = HEAD_LENGTH + PACKET_LENGTH;
        const problem = `found a captured length of ${capturedLength} bytes, expected at most 56`;
        expect(walked.gaps).toEqual([{ offset, length: PACKET_LENGTH, problem }]);
      }
    },
  );

  test.each([
    [0, 'found a block length of 0 bytes, expected at least 12'],
    [11, 'found a block length of 11 bytes, expected at least 12'],
    [89, 'found a block length of 89 bytes, expected a multiple of 4'],
    [90, 'found a block length of 90 bytes, expected a multiple of 4'],
    [0xffff_fffc, 'found a block length of 4294967292 bytes, expected at most 16777216'],
    [(16 << 20) + 4, 'found a block length of 16777220 bytes, expected at most 16777216'],
    [84, 'found a block whose two lengths differ, expected equal lengths'],
    [92, 'found a block whose two lengths differ, expected equal lengths'],
  ])('when a block length is %i then it is a gap, and the next block is read', async (length, problem) => {
    const walked = await walk(
      pcapng({ littleEndian, packets: [{}] }),
      packet({ littleEndian, length, trailer: PACKET_LENGTH }),
      packet({ littleEndian }),
      packet({ littleEndian, data: frameFrom(22) }),
    );
    expect(portsOf(walked)).toEqual({ 443: 2, 22: 1 });
    expect(walked.gaps).toEqual([{ offset: HEAD_LENGTH + PACKET_LENGTH, length: PACKET_LENGTH, problem }]);
  });

  test('when the length behind a block is another then it is a gap', async () => {
    for (const trailer of [0, 84, 92, 0xffff_ffff]) {
      const walked = await walk(pcapng({ littleEndian, packets: [{}, { trailer }, {}] }));
      expect(walked.packets).toBe(2);
      expect(walked.gaps).toEqual([
        {
          offset: HEAD_LENGTH + PACKET_LENGTH,
          length: PACKET_LENGTH,
          problem: 'found a block whose two lengths differ, expected equal lengths',
        },
      ]);
    }
  });

  test.each([
    [
      'an enhanced packet',
      BLOCK_TYPE.enhancedPacket,
      28,
      'found a packet block of 28 bytes, too short for its header',
    ],
    [
      'an obsolete packet',
      BLOCK_TYPE.packet,
      12,
      'found a packet block of 12 bytes, too short for its header',
    ],
    [
      'a simple packet',
      BLOCK_TYPE.simplePacket,
      12,
      'found a packet block of 12 bytes, too short for its header',
    ],
    [
      'an interface',
      BLOCK_TYPE.interface,
      16,
      'found an interface description of 16 bytes, expected at least 20',
    ],
  ])(
    'when the block of %s is too short for what it must hold then it is a gap',
    async (_what, type, length, problem) => {
      const walked = await walk(
        pcapng({ littleEndian, packets: [{}] }),
        block({ littleEndian, type, body: new Uint8Array(length - 12) }),
        packet({ littleEndian }),
      );
      expect(walked.packets).toBe(2);
      expect(walked.gaps).toEqual([{ offset: HEAD_LENGTH + PACKET_LENGTH, length, problem }]);
    },
  );

  test('when the last block is cut anywhere then what is before it counts, and place and need are told', async () => {
    const whole = pcapng({ littleEndian, packets: [{}, {}] });
    const start = HEAD_LENGTH + PACKET_LENGTH;
    for (let length = start; length < whole.length; length++) {
      const walked = await walkWhole(whole.subarray(0, length), [length, 1]);
      expect([length, walked.packets]).toEqual([length, 1]);
      const found = length - start;
      const needed = found < 8 ? 12 : PACKET_LENGTH;
      const problem = `cut short in a packet record: expected ${needed} bytes, found ${found}`;
      expect(walked.gaps).toEqual(found === 0 ? [] : [{ offset: start, length: found, problem }]);
    }
  });

  test('when a section of the other byte order is cut in its header then it says how long that is', async () => {
    const front = pcapng({ littleEndian, packets: [{}] });
    for (let found = 8; found < 28; found++) {
      const walked = await walk(front, section({ littleEndian: !littleEndian }).subarray(0, found));
      expect(walked.packets).toBe(1);
      const problem = `cut short in a packet record: expected 28 bytes, found ${found}`;
      expect(walked.gaps).toEqual([{ offset: front.length, length: found, problem }]);
    }
  });

  test('when a section in the middle is of an unknown version then it is passed over to the next', async () => {
    const front = pcapng({ littleEndian, packets: [{ data: frameFrom(1) }] });
    const back = pcapng({ littleEndian, packets: [{ data: frameFrom(3) }] });
    for (const order of ORDERS) {
      const foreign = concat(
        section({ littleEndian: order, version: [2, 0] }),
        describedInterface({ littleEndian: order, linkType: LINK_TYPE.raw }),
        packet({ littleEndian: order, data: frameFrom(2) }),
      );
      const walked = await walk(front, foreign, back);
      expect(portsOf(walked)).toEqual({ 1: 1, 3: 1 });
      const problem = 'found pcapng version 2.0, expected 1.0';
      expect(walked.gaps).toEqual([{ offset: front.length, length: foreign.length, problem }]);
      expect((await walk(front, foreign)).gaps).toEqual(walked.gaps);
    }
  });

  test('when the first section is of an unknown version then nothing is read', async () => {
    const { error, packets } = await walk(
      section({ littleEndian, version: [0, 1] }),
      packet({ littleEndian }),
    );
    expect(packets).toBe(0);
    const message = 'found pcapng version 0.1, expected 1.0';
    expect(error).toEqual({ code: 'UNSUPPORTED_VERSION', message, offset: 12 });
  });

  test('when the section is all there is then that is no fault', async () => {
    expect(await walk(section({ littleEndian }))).toMatchObject({
      format: 'pcapng 1.0',
      packets: 0,
      ...NO_GAPS,
    });
    const described = await walk(section({ littleEndian }), describedInterface({ littleEndian }));
    expect(described).toMatchObject({ linkTypes: [1], packets: 0, ...NO_GAPS });
  });
});

describe('pcapng with blocks larger than the window', () => {
  const MEBIBYTE = 1 << 20;

  test.each([0.4, 0.5, 0.6, 1, 5, 15.9])(
    'when a custom block is of %d MiB then it is passed over',
    async (size) => {
      const body = new Uint8Array(Math.floor((size * MEBIBYTE) / 4) * 4).fill(0xd4);
      const bytes = concat(
        pcapng({ packets: [{ data: frameFrom(1) }] }),
        block({ type: BLOCK_TYPE.custom, body }),
        packet({ data: frameFrom(2) }),
      );
      for (const sizes of [[bytes.length], [65_536], [100_003, -1]]) {
        const walked = await walkWhole(bytes, sizes);
        expect(walked).toMatchObject({ packets: 2, ...NO_GAPS });
        expect(portsOf(walked)).toEqual({ 1: 1, 2: 1 });
      }
    },
  );

  test('when it is passed over then the walker is not shown it', async () => {
    const front = concat(
      pcapng({ packets: [{}] }),
      block({ type: BLOCK_TYPE.custom, body: new Uint8Array(8 * MEBIBYTE) }),
    );
    const bytes = concat(front, packet());
    const walker = new CaptureWalker(new Tally({ scope: EVERYTHING }));
    const shown: number[] = [];
    let from = 0;
    const input: Input = {
      read(target, at) {
        // What is in the window when it asks for more is what it was not done with, and less than a page before it.
        shown.push(at);
        const piece = bytes.subarray(from, from + Math.min(65_536, target.length - at));
        target.set(piece, at);
        from += piece.length;
        return piece.length;
      },
      close() {},
    };
    await consumeInput(input, walker, NEVER, { bytesRead: 0 });
    expect(Math.max(...shown)).toBeLessThanOrEqual((5 * MEBIBYTE) / 8 + 65_536);
    expect(shown.slice(20).every((held) => held < 4096)).toBe(true);
  });

  test('when a packet has options larger than the window then it is counted', async () => {
    const options = Array.from({ length: 40 }, () => ({ code: 1, value: new Array<number>(60_000).fill(7) }));
    const bytes = pcapng({ packets: [{ options, data: frameFrom(1) }, { data: frameFrom(2) }] });
    expect(bytes.length).toBeGreaterThan(2 * MEBIBYTE);
    for (const sizes of [[bytes.length], [65_536]]) {
      expect(portsOf(await walkWhole(bytes, sizes))).toEqual({ 1: 1, 2: 1 });
    }
  });

  test('when the capture ends in such a block then it says how much is missing', async () => {
    const whole = concat(pcapng({ packets: [{}] }), block({ body: new Uint8Array(2 * MEBIBYTE) }));
    for (const missing of [1, 4, 1000, MEBIBYTE]) {
      const bytes = whole.subarray(0, whole.length - missing);
      for (const sizes of [[bytes.length], [65_536], [100_003]]) {
        const { packets, gapCount, gaps, bytesSkipped } = await walkWhole(bytes, sizes);
        expect([packets, gapCount, bytesSkipped]).toEqual([1, 1, 0]);
        const problem = `cut short in a packet record: expected ${missing} bytes, found 0`;
        expect(gaps).toEqual([{ offset: bytes.length, length: 0, problem }]);
      }
    }
  });
});
