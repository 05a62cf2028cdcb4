// Damaged pcapng captures, and blocks that are larger than the window.

import { describe, expect, test } from 'vitest';
import type { Input } from '../../src/capture/input.js';
import { consumeInput } from '../../src/capture/window.js';
import { Tally } from '../../src/tally/tally.js';
import { CaptureWalker } from '../../src/walk/capture-walker.js';
import { NEVER } from '../helpers/memory-input.js';
import { concat, LINK_TYPE } from '../helpers/packets.js';
import {
  BLOCK_TYPE,
  block,
  describedInterface,
  oldPacket,
  packet,
  pcapng,
  section,
  simplePacket,
} from '../helpers/pcapng.js';
import { EVERYTHING } from '../helpers/scope.js';
import { frameFrom, HEAD_LENGTH, NO_GAPS, ORDERS, PACKET_LENGTH, walk } from './pcapng-walking.js';
import { portsOf, walkWhole } from './walking.js';

describe.each(ORDERS)('pcapng (little-endian: %s)', (littleEndian) => {
  test.each([
    ['an enhanced packet', packet],
    ['an obsolete packet', oldPacket],
  ])('when %s comes from an interface without a description, then it is a gap', async (_what, make) => {
    for (const index of [1, 2, 0xffff]) {
      const walked = await walk(
        pcapng({ littleEndian, packets: [{}] }),
        make({ littleEndian, interface: index }),
        packet({ littleEndian }),
      );
      expect(walked.packets).toBe(2);
      const offset = HEAD_LENGTH + PACKET_LENGTH;
      const problem = `found a packet from interface ${index}, which has no description`;
      expect(walked.gaps).toEqual([{ offset, length: PACKET_LENGTH, kind: 'damaged', message: problem }]);
    }
  });

  test('when packets come before any interface, then they are gaps, and packets after a description are read', async () => {
    const walked = await walk(
      section({ littleEndian }),
      packet({ littleEndian }),
      simplePacket({ littleEndian }),
      describedInterface({ littleEndian }),
      packet({ littleEndian }),
    );
    expect(walked.packets).toBe(1);
    expect(walked.gaps).toEqual([
      {
        offset: 28,
        length: 88,
        kind: 'damaged',
        message: 'found a packet from interface 0, which has no description',
      },
      {
        offset: 116,
        length: 72,
        kind: 'damaged',
        message: 'found a simple packet before any interface description',
      },
    ]);
  });

  test.each([57, 64, 262_145, 0x7fff_ffff, 0xffff_ffff])(
    'when the captured length is %i, more than the block can hold, then it is a gap',
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
        expect(walked.gaps).toEqual([{ offset, length: PACKET_LENGTH, kind: 'damaged', message: problem }]);
      }
    },
  );

  test.each([
    [0, 'found a block length of 0 bytes, expected at least 12'],
    [11, 'found a block length of 11 bytes, expected at least 12'],
    [89, 'found a block whose two lengths differ, expected equal lengths'],
    [90, 'found a block whose two lengths differ, expected equal lengths'],
    [0xffff_fffc, 'found a block length of 4294967292 bytes, expected at most 16777216'],
    [(16 << 20) + 4, 'found a block length of 16777220 bytes, expected at most 16777216'],
    [84, 'found a block whose two lengths differ, expected equal lengths'],
    [92, 'found a block whose two lengths differ, expected equal lengths'],
  ])('when a block length is %i, then it is a gap, and the next block is read', async (length, problem) => {
    const walked = await walk(
      pcapng({ littleEndian, packets: [{}] }),
      packet({ littleEndian, length, trailer: PACKET_LENGTH }),
      packet({ littleEndian }),
      packet({ littleEndian, data: frameFrom(22) }),
    );
    expect(portsOf(walked)).toEqual({ 443: 2, 22: 1 });
    expect(walked.gaps).toEqual([
      { offset: HEAD_LENGTH + PACKET_LENGTH, length: PACKET_LENGTH, kind: 'damaged', message: problem },
    ]);
  });

  test('when the length at the end of a block differs, then it is a gap', async () => {
    for (const trailer of [0, 84, 92, 0xffff_ffff]) {
      const walked = await walk(pcapng({ littleEndian, packets: [{}, { trailer }, {}] }));
      expect(walked.packets).toBe(2);
      expect(walked.gaps).toEqual([
        {
          offset: HEAD_LENGTH + PACKET_LENGTH,
          length: PACKET_LENGTH,
          kind: 'damaged',
          message: 'found a block whose two lengths differ, expected equal lengths',
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
    'when the block of %s is too short for its fields, then it is a gap',
    async (_what, type, length, problem) => {
      const walked = await walk(
        pcapng({ littleEndian, packets: [{}] }),
        block({ littleEndian, type, body: new Uint8Array(length - 12) }),
        packet({ littleEndian }),
      );
      expect(walked.packets).toBe(2);
      expect(walked.gaps).toEqual([
        { offset: HEAD_LENGTH + PACKET_LENGTH, length, kind: 'damaged', message: problem },
      ]);
    },
  );

  test('when the last block is cut anywhere, then the packets before it count, and the gap has its offset and needed length', async () => {
    const whole = pcapng({ littleEndian, packets: [{}, {}] });
    const start = HEAD_LENGTH + PACKET_LENGTH;
    for (let length = start; length < whole.length; length++) {
      const walked = await walkWhole(whole.subarray(0, length), [length, 1]);
      expect([length, walked.packets]).toEqual([length, 1]);
      const found = length - start;
      const needed = found < 8 ? 12 : PACKET_LENGTH;
      const problem = `cut short in a packet record: expected ${needed} bytes, found ${found}`;
      expect(walked.gaps).toEqual(
        found === 0 ? [] : [{ offset: start, length: found, kind: 'cut-short', message: problem }],
      );
    }
  });

  test('when a section of the other byte order is cut in its header, then the gap has the length of a header', async () => {
    const front = pcapng({ littleEndian, packets: [{}] });
    for (let found = 8; found < 28; found++) {
      const walked = await walk(front, section({ littleEndian: !littleEndian }).subarray(0, found));
      expect(walked.packets).toBe(1);
      const problem = `cut short in a packet record: expected 28 bytes, found ${found}`;
      expect(walked.gaps).toEqual([
        { offset: front.length, length: found, kind: 'cut-short', message: problem },
      ]);
    }
  });

  test('when a section in the middle has an unknown version, then reading resumes at the next section', async () => {
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
      expect(walked.gaps).toEqual([
        { offset: front.length, length: foreign.length, kind: 'damaged', message: problem },
      ]);
      expect((await walk(front, foreign)).gaps).toEqual(walked.gaps);
    }
  });

  test('when the first section has an unknown version, then nothing is read', async () => {
    const { error, packets } = await walk(
      section({ littleEndian, version: [0, 1] }),
      packet({ littleEndian }),
    );
    expect(packets).toBe(0);
    const message = 'found pcapng version 0.1, expected 1.0';
    expect(error).toEqual({ code: 'UNSUPPORTED_VERSION', message, offset: 12 });
  });

  test('when there is only a section header, then there is no gap', async () => {
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
    'when a custom block has %d MiB, then it is skipped',
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

  test('when it is skipped, then the walker does not get its bytes', async () => {
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
        // When more is read, the window has only the bytes that are not consumed, and less than a page before them.
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

  test('when a packet has options larger than the window, then it is counted', async () => {
    const options = Array.from({ length: 40 }, () => ({ code: 1, value: new Array<number>(60_000).fill(7) }));
    const bytes = pcapng({ packets: [{ options, data: frameFrom(1) }, { data: frameFrom(2) }] });
    expect(bytes.length).toBeGreaterThan(2 * MEBIBYTE);
    for (const sizes of [[bytes.length], [65_536]]) {
      expect(portsOf(await walkWhole(bytes, sizes))).toEqual({ 1: 1, 2: 1 });
    }
  });

  test('when the capture ends in such a block, then the gap begins with the block', async () => {
    const front = pcapng({ packets: [{}] });
    const whole = concat(front, block({ body: new Uint8Array(2 * MEBIBYTE) }));
    for (const missing of [1, 4, 1000, MEBIBYTE]) {
      const bytes = whole.subarray(0, whole.length - missing);
      for (const sizes of [[bytes.length], [65_536], [100_003]]) {
        const { packets, gapCount, gaps, bytesSkipped } = await walkWhole(bytes, sizes);
        const length = bytes.length - front.length;
        expect([packets, gapCount, bytesSkipped]).toEqual([1, 1, length]);
        const needed = whole.length - front.length;
        const message = `cut short in a packet record: expected ${needed} bytes, found ${length}`;
        expect(gaps).toEqual([{ offset: front.length, length, kind: 'cut-short', message }]);
      }
    }
  });

  test.each([
    ['an enhanced packet', BLOCK_TYPE.enhancedPacket],
    ['an unknown block', BLOCK_TYPE.unknown],
  ])(
    'when %s has a false length, then it costs no packet after it, however the bytes arrive',
    async (_what, type) => {
      const front = pcapng({ packets: [{ data: frameFrom(1) }] });
      const good = packet({ data: frameFrom(2) });
      const back = concat(...new Array<Uint8Array>(20_000).fill(good));
      for (const length of [92, 800_000, 1_600_000, 13_200_000, 16 << 20]) {
        const bytes = concat(
          front,
          block({ type, body: new Uint8Array(76), length, trailer: PACKET_LENGTH }),
          back,
        );
        const whole = await walkWhole(bytes);
        expect([length, portsOf(whole)]).toEqual([length, { 1: 1, 2: 20_000 }]);
        expect(whole.gaps).toMatchObject([{ offset: front.length, length: PACKET_LENGTH, kind: 'damaged' }]);
        for (const sizes of [[65_536], [100_003, -1]]) expect(await walkWhole(bytes, sizes)).toEqual(whole);
      }
    },
  );

  test('when the captured length is smaller than the block allows, then the block is a gap', async () => {
    const front = pcapng({ packets: [{ data: frameFrom(1) }] });
    const walked = await walk(front, packet({ capturedLength: 20 }), packet({ data: frameFrom(2) }));
    expect(portsOf(walked)).toEqual({ 1: 1, 2: 1 });
    const message = 'found a packet block of 88 bytes, which its packet and options do not fill';
    expect(walked.gaps).toEqual([{ offset: front.length, length: PACKET_LENGTH, kind: 'damaged', message }]);
  });

  test('when the option of a packet is longer than the block, then the block is a gap', async () => {
    const options = [{ code: 1, value: [1, 2, 3, 4], length: 9 }];
    const walked = await walk(pcapng({ packets: [{}, { options }, { data: frameFrom(2) }] }));
    expect(portsOf(walked)).toEqual({ 443: 1, 2: 1 });
    expect(walked.gapCount).toBe(1);
  });
});

describe.each(ORDERS)('pcapng with damaged descriptions (little-endian: %s)', (littleEndian) => {
  const raw = { littleEndian, linkType: LINK_TYPE.raw };
  const nanoseconds = { code: 9, value: [9] };
  const name = { code: 2, value: [101, 116, 104, 48] };
  const head = section({ littleEndian });
  const from = (index: number, port: number): Uint8Array =>
    packet({ littleEndian, interface: index, data: frameFrom(port) });

  test('when an option of an interface is too long, then that is a gap, and the clock is still known', async () => {
    const good = describedInterface({ littleEndian, options: [name, nanoseconds, { code: 0 }] });
    const bad = describedInterface({
      littleEndian,
      options: [{ ...name, length: 60_000 }, nanoseconds, { code: 0 }],
    });
    const whole = await walk(head, good, from(0, 1));
    const walked = await walk(head, bad, from(0, 1));
    expect(walked.timedRows).toEqual(whole.timedRows);
    const message = 'interface description: found an option of 60000 bytes, expected at most 16';
    expect(walked.gaps).toEqual([{ offset: head.length, length: bad.length, kind: 'damaged', message }]);
  });

  test('when the clock may be lost, then the packets of the interface are gaps', async () => {
    const value = [255, 255, 255, 255, 255, 255, 255, 255];
    const bad = describedInterface({ littleEndian, options: [{ code: 2, value, length: 60_000 }] });
    const walked = await walk(
      head,
      bad,
      describedInterface({ littleEndian }),
      from(0, 1),
      from(1, 2),
      from(0, 3),
    );
    expect(portsOf(walked)).toEqual({ 2: 1 });
    expect(walked.gaps.map(({ message }) => message)).toEqual([
      'interface description: found an option of 60000 bytes, expected at most 8',
      'found a packet from interface 0, whose description is damaged',
      'found a packet from interface 0, whose description is damaged',
    ]);
  });

  test.each([
    [
      'has two lengths that differ',
      { trailer: 24 },
      'found a block whose two lengths differ, expected equal lengths',
    ],
    ['has a false length', { length: 4 }, 'found a block length of 4 bytes, expected at least 12'],
  ])('when the first interface %s, then the numbers of the others stay', async (_what, parts, message) => {
    const bad = describedInterface({ ...raw, ...parts });
    const walked = await walk(head, bad, describedInterface({ littleEndian }), from(0, 1), from(1, 2));
    expect(portsOf(walked)).toEqual({ 2: 1 });
    expect(walked.gaps.map((gap) => gap.message)).toEqual([
      message,
      'found a packet from interface 0, whose description is damaged',
    ]);
  });

  test('when an option of a section is too long, then that is a gap, and its packets are read', async () => {
    const odd = section({ littleEndian, options: [{ code: 4, value: [1, 2, 3, 4], length: 5000 }] });
    for (const front of [[], [head, describedInterface(raw)]]) {
      const walked = await walk(...front, odd, describedInterface({ littleEndian }), from(0, 1));
      expect(portsOf(walked)).toEqual({ 1: 1 });
      const offset = concat(...front).length;
      const message = 'section header: found an option of 5000 bytes, expected at most 4';
      expect(walked.gaps).toEqual([{ offset, length: odd.length, kind: 'damaged', message }]);
    }
  });

  test('when the block type of a section is damaged, then its packets do not get interfaces of the section before', async () => {
    const odd = section({ littleEndian });
    odd.set([1, 2, 3, 4], 0);
    const front = concat(head, describedInterface(raw));
    const walked = await walk(front, odd, describedInterface({ littleEndian }), from(0, 1));
    expect(portsOf(walked)).toEqual({ 1: 1 });
    const message = 'found a section header with another block type';
    expect(walked.gaps).toEqual([{ offset: front.length, length: odd.length, kind: 'damaged', message }]);
  });
});
