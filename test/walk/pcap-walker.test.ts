import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePcapHeader } from '../../src/capture/pcap/header.js';
import { NOT_IP, SYN_ACK } from '../../src/decode/packet-class.js';
import { Tally } from '../../src/tally/tally.js';
import { HotPath } from '../../src/walk/hot-path.js';
import { PacketCounter } from '../../src/walk/packet-counter.js';
import { PcapWalker } from '../../src/walk/pcap-walker.js';
import { anyFrame, mostly } from '../decode/any-frame.js';
import {
  ethernet,
  LINK_TYPE,
  PCAP_MAGIC,
  type PcapParts,
  pcap,
  type RecordParts,
} from '../helpers/packets.js';
import { EVERYTHING } from '../helpers/scope.js';
import { placed } from '../helpers/window.js';
import { timedRowsOf } from '../tally/rows-of.js';

const HEADER_LENGTH = 24;

interface Walked {
  readonly packetsByClass: number[];
  readonly rows: string[];
  /** Offset in the capture at which it stopped. */
  readonly stop: number;
  readonly damage: string | undefined;
  /** An offset in the capture, too. */
  readonly doubtfulEnd: number | undefined;
  /** The damage after the doubtful item, if that item is right. */
  readonly damageBehind: string | undefined;
  readonly needed: number;
}

/** Walks a capture from the middle of a window. */
function walk(capture: Uint8Array, isLast = true): Walked {
  const tally = new Tally({ scope: EVERYTHING });
  const { window, view, start, end } = placed(capture);
  const header = parsePcapHeader(view, start, end);
  const walker = new PcapWalker(header, new PacketCounter(tally, header.linkType), new HotPath(tally));
  const stop = walker.walk(window, start + HEADER_LENGTH, end, isLast);
  const { damage, doubtfulEnd } = walker;
  const walked = {
    packetsByClass: [...tally.readPacketsByClass()],
    rows: timedRowsOf(tally),
    stop: stop - start,
    damage,
    doubtfulEnd: doubtfulEnd === undefined ? undefined : doubtfulEnd - start,
    needed: walker.needed(window, stop, end),
  };
  if (doubtfulEnd === undefined) return { ...walked, damageBehind: undefined };
  walker.acceptDoubtful(window, stop, end);
  return { ...walked, damageBehind: walker.damage };
}

function walkWhole(capture: Uint8Array): Walked {
  const walked = walk(capture);
  expect([walked.stop, walked.damage]).toEqual([capture.length, undefined]);
  return walked;
}

const anyRecord = fc.record({
  seconds: fc.nat(3).map((seconds) => 1_700_000_000 + seconds),
  fraction: fc.nat(999_999),
  data: anyFrame.filter(({ length }) => length > 0),
});

const anyCapture = fc.record({
  littleEndian: fc.boolean(),
  magic: fc.constantFrom(...Object.values(PCAP_MAGIC)),
  version: mostly<readonly [number, number]>([2, 4], [2, 3]),
  // Ethernet with and without the bits for a frame check sequence, and link types that look like it.
  linkType: mostly<number>(LINK_TYPE.ethernet, 0x2400_0001, LINK_TYPE.raw, LINK_TYPE.sll, 189),
  records: fc.array(anyRecord, { minLength: 1, maxLength: 12 }),
});

/** Counts the packets of a capture separately, each with its own time. */
function countOneByOne({
  magic,
  linkType = 1,
  records = [],
}: PcapParts): Pick<Walked, 'packetsByClass' | 'rows'> {
  const tally = new Tally({ scope: EVERYTHING });
  const counter = new PacketCounter(tally, linkType & 0xffff);
  const units = magic === PCAP_MAGIC.nanoseconds ? 1000 : 1;
  for (const { seconds = 0, fraction = 0, data = ethernet() } of records) {
    const { view, start, end } = placed(data);
    if (!counter.countUntimed(view, start, end))
      counter.countTimed(seconds * 1e6 + Math.floor(fraction / units));
  }
  return { packetsByClass: [...tally.readPacketsByClass()], rows: timedRowsOf(tally) };
}

describe('PcapWalker', () => {
  test('when there is any capture, then each of its packets is counted once, with its time', () => {
    fc.assert(
      fc.property(anyCapture, (parts) => {
        const { packetsByClass, rows } = walkWhole(pcap(parts));
        expect({ packetsByClass, rows }).toEqual(countOneByOne(parts));
        expect(packetsByClass.reduce((sum, count) => sum + count)).toBe(parts.records.length);
      }),
      { numRuns: 2000 },
    );
  });

  test('when the capture ends anywhere, then the walk stops before the record that is not whole, and its length is known', () => {
    for (const magic of Object.values(PCAP_MAGIC)) {
      const capture = pcap({ magic, records: [{}, {}, {}] });
      const headerLength = magic === PCAP_MAGIC.modified ? 24 : 16;
      const record = headerLength + 54;
      for (let length = HEADER_LENGTH; length < capture.length; length++) {
        for (const isLast of [true, false]) {
          // Before the end is known, a record counts only when the header after it confirms it.
          const available = length - HEADER_LENGTH - (isLast ? 0 : headerLength);
          const whole = Math.max(0, Math.floor(available / record));
          const stop = HEADER_LENGTH + whole * record;
          const needed = length - stop < headerLength ? headerLength : record;
          const walked = walk(capture.subarray(0, length), isLast);
          expect(walked).toMatchObject({ stop, needed, damage: undefined });
          expect(walked.packetsByClass[SYN_ACK]).toBe(whole);
        }
      }
    }
  });

  test('when the link type is not Ethernet, then bytes like a frame are not decoded as one', () => {
    const { packetsByClass, rows } = walkWhole(pcap({ linkType: LINK_TYPE.raw, records: [{}] }));
    expect(rows).toEqual([]);
    expect(packetsByClass.indexOf(1)).toBe(NOT_IP);
  });

  test('when a capture is in nanoseconds, or has the other byte order, then times are in microseconds', () => {
    for (const littleEndian of [true, false]) {
      for (const [magic, fraction] of [
        [PCAP_MAGIC.microseconds, 999_999],
        [PCAP_MAGIC.nanoseconds, 999_999_999],
        [PCAP_MAGIC.modified, 999_999],
      ] as const) {
        const { rows } = walkWhole(
          pcap({ littleEndian, magic, records: [{ seconds: 4_294_967_295, fraction }] }),
        );
        expect(rows).toEqual(['c6336402 c0000201 443 1 4294967295999999 4294967295999999']);
      }
    }
  });

  const ODD: readonly [what: string, record: RecordParts][] = [
    ['captured more than there was on the wire', { originalLength: 40 }],
    ['an original length of nothing', { originalLength: 0 }],
    ['a fraction of a second and more', { fraction: 1_000_000 }],
  ];

  test.each(ODD)(
    'when an odd writer wrote %s, but the next record follows, then the packet counts',
    (_what, odd) => {
      for (const littleEndian of [true, false]) {
        for (const records of [[odd, {}], [{}, odd, {}], [{}, odd], [odd], [odd, odd, odd]]) {
          const { packetsByClass } = walkWhole(pcap({ littleEndian, records }));
          expect(packetsByClass[SYN_ACK]).toBe(records.length);
        }
      }
    },
  );

  test.each(ODD)('when a record has %s, and no other follows, then it is damage', (_what, odd) => {
    const capture = pcap({ records: [{}, { ...odd, capturedLength: 60 }, {}, {}] });
    expect(walk(capture)).toMatchObject({
      stop: HEADER_LENGTH,
      damage: 'found a record of 70 bytes with no plausible record after it',
      doubtfulEnd: HEADER_LENGTH + 70,
    });
  });

  test('when it is not known yet whether another record follows, then the walk waits', () => {
    const capture = pcap({ records: [{}, { originalLength: 40 }, {}] });
    const second = HEADER_LENGTH + 70;
    for (let length = second + 16; length < second + 70 + 16; length++) {
      const walked = walk(capture.subarray(0, length), false);
      expect([length, walked.stop, walked.damage]).toEqual([length, HEADER_LENGTH, undefined]);
    }
    expect(walk(capture.subarray(0, second + 70 + 16), false).stop).toBe(second + 70);
  });

  test('when a captured length exceeds the limit, then it is damage in every byte order', () => {
    for (const littleEndian of [true, false]) {
      for (const capturedLength of [262_145, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
        expect(walk(pcap({ littleEndian, records: [{}, { capturedLength }, {}] }))).toMatchObject({
          stop: HEADER_LENGTH,
          damage: 'found a record of 70 bytes with no plausible record after it',
          doubtfulEnd: HEADER_LENGTH + 70,
          damageBehind: `found a captured length of ${capturedLength} bytes, expected at most 262144`,
        });
      }
    }
  });
});
