// Variants of pcap with longer record headers, as Wireshark's editcap writes them; and captures that must not be taken for
// one.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePcapHeader } from '../../src/capture/pcap/header.js';
import { Tally } from '../../src/tally/tally.js';
import { HotPath } from '../../src/walk/hot-path.js';
import { PacketCounter } from '../../src/walk/packet-counter.js';
import { PcapWalker } from '../../src/walk/pcap-walker.js';
import { editcap } from '../helpers/editcap.js';
import { concat, ethernet, ipv4, LINK_TYPE, PCAP_MAGIC, pcap, type RecordParts } from '../helpers/packets.js';
import { EVERYTHING } from '../helpers/scope.js';
import { placed } from '../helpers/window.js';
import { type Walked, walkWhole } from './walking.js';

const CAPTURES = new URL('../captures/', import.meta.url);

function capture(name: string): Uint8Array {
  return readFileSync(new URL(name, CAPTURES));
}

type Findings = Pick<Walked, 'timedRows' | 'packetsByClass' | 'linkTypes' | 'gaps' | 'error'>;

function findings({ timedRows, packetsByClass, linkTypes, gaps, error }: Walked): Findings {
  return { timedRows, packetsByClass, linkTypes, gaps, error };
}

/** The length of record headers that a walker finds in a capture. */
function foundLength(bytes: Uint8Array): number {
  const { window, view, start, end } = placed(bytes);
  const header = parsePcapHeader(view, start, end);
  const tally = new Tally({ scope: EVERYTHING });
  const walker = new PcapWalker(header, new PacketCounter(tally, header.linkType), new HotPath(tally));
  walker.walk(window, start + header.length, end, true);
  return walker.header.recordHeaderLength;
}

const FORMATS = [
  ['nokiapcap', 20],
  ['rh6_1pcap', 24],
  ['modpcap', 24],
  ['suse6_3pcap', 28],
  ['nsecpcap', 16],
] as const;

describe.each(FORMATS)('pcap as %s', (format, recordHeaderLength) => {
  test.each([
    'zeek__snap-tcp.pcap',
    'tcpdump__resp_3_malicious.pcap',
    'tcpdump__accecn_handshake.pcap',
    'suricata-verify__hdlc-http_1tx.pcap',
  ])('when %s has this format, then the same is found, however it arrives', async (name) => {
    const bytes = capture(name);
    const variant = editcap(bytes, format);
    expect(foundLength(variant)).toBe(recordHeaderLength);
    const expected = findings(await walkWhole(bytes));
    expect(expected.gaps).toEqual([]);
    for (const sizes of [undefined, [1], [7, 100]])
      expect(findings(await walkWhole(variant, sizes))).toEqual(expected);
    const joined = await walkWhole(concat(variant, bytes, variant));
    expect(joined.gaps).toEqual([]);
    expect(joined.packets).toBe(3 * expected.packetsByClass.reduce((sum, count) => sum + count, 0));
  });

  test('when text precedes it, then it is found after the text', async () => {
    const variant = editcap(pcap({ records: [{}, {}, {}] }), format);
    for (const sizes of [undefined, [1]]) {
      const { packets, gaps } = await walkWhole(concat(Buffer.from('banner\n'), variant), sizes);
      expect([packets, gaps.map(({ offset, length }) => [offset, length])]).toEqual([3, [[0, 7]]]);
    }
  });

  test('when a capture has one record, or two, then that is enough', async () => {
    for (const records of [[{}], [{}, { seconds: 1_700_000_001 }]]) {
      const variant = editcap(pcap({ records }), format);
      const { packetsByClass, gaps } = await walkWhole(variant);
      expect([packetsByClass[0], gaps]).toEqual([records.length, []]);
    }
  });

  test('when it is cut at any byte, then each whole record is found, and the rest is reported', async () => {
    const frames = [0, 1, 2, 3].map((at) => ({ seconds: 1_700_000_000 + at }));
    const variant = editcap(pcap({ records: frames }), format);
    const length = recordHeaderLength + ethernet().length;
    for (let cut = 25; cut < variant.length; cut++) {
      const { packetsByClass, gaps, bytesSkipped } = await walkWhole(variant.subarray(0, cut));
      const whole = Math.floor((cut - 24) / length);
      // Nothing shows the variant if the only record is not whole.
      if (whole > 0) expect([cut, packetsByClass[0]]).toEqual([cut, whole]);
      if (whole > 0) expect(bytesSkipped).toBe((cut - 24) % length);
      expect(gaps.length).toBeLessThanOrEqual(1);
    }
  });
});

describe('pcap of AIX and Ixia', () => {
  const records = [{ fraction: 5000 }, { seconds: 1_700_000_001, fraction: 7000 }];

  test.each([
    ['hardware', 0x1c0001ac, PCAP_MAGIC.nanoseconds],
    ['software', 0x1c0001ab, PCAP_MAGIC.microseconds],
  ] as const)(
    'when Ixia %s wrote it, then the records after the longer header are read',
    async (_name, magic, usual) => {
      for (const littleEndian of [true, false]) {
        const expected = await walkWhole(pcap({ littleEndian, magic: usual, records }));
        const bytes = pcap({ littleEndian, magic, records });
        const ixia = concat(bytes.subarray(0, 24), [0, 0, 0, 0], bytes.subarray(24));
        for (const sizes of [undefined, [1]])
          expect(findings(await walkWhole(ixia, sizes))).toEqual(findings(expected));
        const joined = await walkWhole(concat(ixia, pcap({ records }), ixia));
        expect([joined.packets, joined.gaps]).toEqual([6, []]);
      }
    },
  );

  test('when AIX wrote it, then its times are in nanoseconds, and three bytes before FDDI frames are skipped', async () => {
    const version = [2, 2] as const;
    const ofEthernet = await walkWhole(pcap({ littleEndian: false, version, linkType: 6, records }));
    expect(ofEthernet.linkTypes).toEqual([LINK_TYPE.ethernet]);
    expect(ofEthernet.timedRows).toEqual(
      (await walkWhole(pcap({ magic: PCAP_MAGIC.nanoseconds, records }))).timedRows,
    );
    const llc = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0];
    const data = concat([0, 0, 0, 0x50], new Uint8Array(12), llc, ipv4());
    const ofFddi = await walkWhole(
      pcap({ littleEndian: false, version, linkType: 15, records: [{ data }, { data }] }),
    );
    expect([ofFddi.packetsByClass[0], ofFddi.linkTypes]).toEqual([2, [10]]);
    const short = { data: new Uint8Array(2) };
    const { gaps, packets } = await walkWhole(pcap({ version, linkType: 15, records: [short, { data }] }));
    expect([packets, gaps]).toEqual([2, []]);
  });

  test('when a capture of a rare format follows damage, then its head is found', async () => {
    const damaged = concat(pcap({ records }), new Uint8Array(500).fill(0x55));
    for (const magic of [0x1c0001ac, 0x1c0001ab]) {
      const bytes = pcap({ magic, records });
      const ixia = concat(bytes.subarray(0, 24), [0, 0, 0, 0], bytes.subarray(24));
      for (const tail of [ixia, editcap(pcap({ records }), 'snoop')]) {
        const { packets, gaps } = await walkWhole(concat(damaged, tail));
        expect([packets, gaps.length]).toEqual([4, 1]);
      }
    }
  });
});

describe('a capture of the usual format', () => {
  const record = fc.record({
    seconds: fc.integer({ min: 1_700_000_000, max: 1_700_000_100 }),
    fraction: fc.integer({ min: 0, max: 999_999 }),
    data: fc.oneof(
      fc.constant(ethernet()),
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 40 }).map((payload) => concat(ethernet(), payload)),
    ),
  });
  const honest = fc
    .record({
      records: fc.array(record, { maxLength: 6 }),
      linkType: fc.constantFrom(LINK_TYPE.ethernet, LINK_TYPE.raw),
      littleEndian: fc.boolean(),
    })
    .map((parts: { records: RecordParts[]; linkType: number; littleEndian: boolean }) => pcap(parts));

  test('when it is honest, then it is never taken for a variant', () => {
    fc.assert(fc.property(honest, (bytes) => foundLength(bytes) === 16));
  });

  test('when it is cut, or a byte of it is damaged, then it is not taken for a variant either', () => {
    fc.assert(
      fc.property(honest, fc.nat(), fc.nat(), fc.nat({ max: 255 }), (bytes, cut, at, value) => {
        const damaged = bytes.slice();
        if (bytes.length > 24) damaged[24 + (at % (bytes.length - 24))] = value;
        return [damaged, bytes.subarray(0, 24 + (cut % (bytes.length - 23)))].every(
          (each) => foundLength(each) === 16,
        );
      }),
      { numRuns: 2000 },
    );
  });

  test('when the length of its only record is too small by the length of a variant, then the packet decides', () => {
    for (const missing of [4, 8]) {
      const capturedLength = ethernet().length - missing;
      expect(foundLength(pcap({ records: [{ capturedLength }] }))).toBe(16);
    }
    expect(foundLength(pcap({ magic: PCAP_MAGIC.modified, records: [{}, {}] }))).toBe(24);
  });
});
