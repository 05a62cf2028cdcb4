import { describe, expect, test } from 'vitest';
import { TRUNCATED } from '../../src/decode/packet-class.js';
import { concat, ipv4, LINK_TYPE, sll, tcp } from '../helpers/packets.js';
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
import { frameFrom, NO_GAPS, ORDERS, timesOf, walk } from './pcapng-walking.js';
import { portsOf } from './walking.js';

describe.each(ORDERS)('pcapng (little-endian: %s)', (littleEndian) => {
  test('when packets are in enhanced packet blocks, then they are counted with their times', async () => {
    const packets = [{ time: TIME + 5n }, { time: TIME }, { time: TIME + 7n, data: frameFrom(22) }];
    const walked = await walk(pcapng({ littleEndian, packets }));
    expect(walked).toMatchObject({ format: 'pcapng 1.0', linkTypes: [1], packets: 3, ...NO_GAPS });
    expect(timesOf(walked)).toEqual([
      '22 1 1700000000000007 1700000000000007',
      '443 2 1700000000000000 1700000000000005',
    ]);
  });

  test('when data of every length are padded, then each packet has its captured length', async () => {
    for (let length = 0; length <= 60; length++) {
      const data = concat(frameFrom(22), new Uint8Array(20)).slice(0, length);
      const walked = await walk(pcapng({ littleEndian, packets: [{ data }, {}] }));
      expect(walked).toMatchObject({ packets: 2, ...NO_GAPS });
      expect([length, portsOf(walked)]).toEqual([length, length > 47 ? { 22: 1, 443: 1 } : { 443: 1 }]);
    }
  });

  test('when packets have options, and there are blocks of every other kind between them, then these are skipped', async () => {
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

  test('when packets are in obsolete packet blocks, then they are counted, even if packets were dropped', async () => {
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

  test('when packets are simple, then each has its original length, limited by snaplen and block', async () => {
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

  test('when packets are simple, then they belong to the first interface, with the time of the last SYN-ACK', async () => {
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

  test('when interfaces differ in link type and clock, then each packet has those of its interface', async () => {
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

  test('when sections follow one another in different byte orders, then each has its own interfaces', async () => {
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
});
