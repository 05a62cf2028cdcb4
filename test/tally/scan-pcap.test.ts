import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePcapHeader } from '../../src/capture/pcap.js';
import { MALFORMED, OTHER_TCP, SYN_ACK, TRUNCATED } from '../../src/decode/verdict.js';
import { PcapScanner } from '../../src/tally/scan-pcap.js';
import { Scope } from '../../src/tally/scope.js';
import { Tally } from '../../src/tally/tally.js';
import {
  concat,
  ETHER_TYPE,
  EXTENSION,
  ethernet,
  FLAG,
  ipv4,
  ipv6,
  LINK_TYPE,
  PCAP_MAGIC,
  pcap,
  SYN_ACK_FLAGS,
  tcp,
  vlan,
} from '../helpers/packets.js';
import { timedRowsOf } from './rows-of.js';

const HEADER_LENGTH = 24;

interface Scanned {
  readonly verdicts: number[];
  readonly rows: string[];
}

function scan(capture: Uint8Array, options: { fused: boolean }): Scanned {
  const tally = new Tally({ scope: Scope.everything() });
  const scanner = new PcapScanner(parsePcapHeader(capture.subarray(0, HEADER_LENGTH)), tally, options);
  const window = { bytes: capture, view: new DataView(capture.buffer) };
  expect(scanner.parse(window, HEADER_LENGTH, capture.length, 0)).toBe(capture.length);
  return { verdicts: [...tally.verdicts], rows: timedRowsOf(tally) };
}

/** Scans both ways, expects one result, and gives it. */
function scanBothWays(capture: Uint8Array): Scanned {
  const fused = scan(capture, { fused: true });
  expect(fused).toEqual(scan(capture, { fused: false }));
  return fused;
}

function verdictOf(data: Uint8Array): number {
  return scanBothWays(pcap({ records: [{ data }] })).verdicts.indexOf(1);
}

/** Mostly the first value, which is the honest one. */
function mostly<T>(honest: T, ...others: (T | fc.Arbitrary<T>)[]): fc.Arbitrary<T> {
  const arbitraries = others.map((other) => (other instanceof fc.Arbitrary ? other : fc.constant(other)));
  return fc.oneof({ weight: 12 * others.length, arbitrary: fc.constant(honest) }, ...arbitraries);
}

const anyByte = fc.nat(0xff);

const anyTcp = fc
  .record({
    sourcePort: fc.constantFrom(0, 22, 443, 0xffff),
    flags: fc.oneof(fc.constant(SYN_ACK_FLAGS), fc.constantFrom(FLAG.syn, FLAG.ack, FLAG.rst), anyByte),
    dataOffset: mostly(5, 0, 4, 6, 15),
    reserved: mostly(0, 1, 15),
    payload: mostly(new Uint8Array(0), Uint8Array.of(1), fc.uint8Array({ maxLength: 20 })),
  })
  .map(tcp);

const anyIpv4 = fc
  .record({
    payload: anyTcp,
    source: fc.constantFrom('0.0.0.0', '10.0.0.1', '255.255.255.255'),
    destination: fc.constantFrom('10.0.0.2', '192.0.2.1'),
    protocol: mostly(6, 5, 7, 17, 0),
    version: mostly(4, 3, 5, 6),
    headerLength: mostly(5, 0, 4, 6, 7, 15),
    // -1 is the length that is right.
    totalLength: mostly(-1, 0, 1, 19, 20, 33, 34, 39, 40, 41, 60, 0xffff),
    fragmentOffset: mostly(0, 1, 0x1000, 0x1fff),
    flags: mostly(0b010, 0b000, 0b001, 0b100, 0b111),
    options: mostly<number[]>([], [1, 1, 1, 1], new Array<number>(40).fill(1)),
  })
  .map(({ totalLength, ...parts }) => ipv4({ ...parts, ...(totalLength < 0 ? {} : { totalLength }) }));

const anyIpv6 = fc
  .record({
    payload: anyTcp,
    source: fc.constantFrom('::', '2001:db8::1', 'fe80::1'),
    destination: fc.constantFrom('2001:db8::2', 'ff02::1'),
    version: mostly(6, 4, 5, 7),
    nextHeader: mostly(
      6,
      5,
      7,
      EXTENSION.hopByHop,
      EXTENSION.fragment,
      EXTENSION.authentication,
      EXTENSION.noNextHeader,
    ),
    payloadLength: mostly(-1, 0, 1, 8, 13, 14, 19, 20, 21, 0xffff),
  })
  .map(({ payloadLength, ...parts }) => ipv6({ ...parts, ...(payloadLength < 0 ? {} : { payloadLength }) }));

/** An IP packet under the EtherType of its own or, seldom, of another kind. */
const anyTyped = fc.oneof(
  fc.record({
    type: mostly<number>(ETHER_TYPE.ipv4, ETHER_TYPE.ipv6, ETHER_TYPE.arp, 46, 1500),
    payload: anyIpv4,
  }),
  fc.record({
    type: mostly<number>(ETHER_TYPE.ipv6, ETHER_TYPE.ipv4, ETHER_TYPE.arp, 66, 1501),
    payload: anyIpv6,
  }),
);

const anyShapedFrame = anyTyped.chain((typed) =>
  mostly(ethernet(typed), ethernet({ type: ETHER_TYPE.vlan, payload: vlan(typed) })),
);

/** Some bytes of the headers set to anything, often to what is one off. */
function mutate(
  frame: Uint8Array,
  mutations: readonly [place: number, value: number, isStep: boolean][],
): Uint8Array {
  const mutated = frame.slice();
  for (const [place, value, isStep] of mutations) {
    // Not the addresses of Ethernet, which nobody looks at.
    const at = 12 + (place % Math.max(1, Math.min(frame.length, 80) - 12));
    mutated[at] = isStep ? (frame[at] ?? 0) + (value & 1 ? 1 : -1) : value;
  }
  return mutated;
}

const anyMutations = mostly<[number, number, boolean][]>(
  [],
  fc.array(fc.tuple(fc.nat(80), anyByte, fc.boolean()), { minLength: 1, maxLength: 3 }),
);

/** As it is, padded, or cut; most often where the flags are or could be. */
const anyEnd = mostly<number | undefined>(
  undefined,
  fc.integer({ min: 40, max: 80 }),
  fc.integer({ min: 46, max: 50 }),
  fc.integer({ min: 66, max: 70 }),
  fc.nat(150),
);

const anyFrame = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.tuple(anyShapedFrame, anyMutations, anyEnd).map(([frame, mutations, end]) => {
      const mutated = mutate(frame, mutations);
      if (end === undefined) return mutated;
      return end <= mutated.length
        ? mutated.slice(0, end)
        : concat(mutated, new Uint8Array(end - mutated.length).fill(0x12));
    }),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(ETHER_TYPE.ipv4, ETHER_TYPE.ipv6), fc.uint8Array({ maxLength: 90 }))
      .map(([type, payload]) => ethernet({ type, payload })),
  },
);

const anyRecord = fc.record({ seconds: fc.nat(3), fraction: fc.nat(999_999_999), data: anyFrame });

const anyCapture = fc.record({
  littleEndian: fc.boolean(),
  magic: fc.constantFrom(...Object.values(PCAP_MAGIC)),
  version: mostly<readonly [number, number]>([2, 4], [2, 3]),
  // Ethernet with and without the bits that tell of a frame check sequence, and others that look like it.
  linkType: mostly<number>(LINK_TYPE.ethernet, 0x2400_0001, LINK_TYPE.raw, LINK_TYPE.sll, 127),
  records: fc.array(anyRecord, { minLength: 1, maxLength: 12 }),
});

describe('PcapScanner', () => {
  test('when frames are any then the fused loop says what the decoders say', () => {
    const seen = new Array<number>(8).fill(0);
    const seenRows = { 4: 0, 6: 0 };
    fc.assert(
      fc.property(anyCapture, (parts) => {
        const { verdicts, rows } = scanBothWays(pcap(parts));
        for (const [verdict, count] of verdicts.entries()) seen[verdict] = (seen[verdict] ?? 0) + count;
        for (const row of rows) seenRows[row.indexOf(' ') === 8 ? 4 : 6] += 1;
        expect(verdicts.reduce((sum, count) => sum + count)).toBe(parts.records.length);
      }),
      { numRuns: 3000 },
    );
    // The generator must be worth its name: every verdict often, SYN-ACKs of both versions most often.
    expect(Math.min(...seen)).toBeGreaterThan(100);
    expect(Math.min(seenRows[4], seenRows[6], seen[OTHER_TCP] ?? 0)).toBeGreaterThan(1000);
  });

  const SHAPES = [
    ['IPv4', ETHER_TYPE.ipv4, ipv4, 14 + 20 + 13],
    ['IPv6', ETHER_TYPE.ipv6, ipv6, 14 + 40 + 13],
  ] as const;

  describe.each(SHAPES)('with %s', (_name, type, ip, flagsAt) => {
    test.each([SYN_ACK_FLAGS, FLAG.syn])(
      'when a frame with flags %i is cut at any length then only its flags matter',
      (flags) => {
        const frame = ethernet({
          type,
          payload: ip({ payload: tcp({ flags, payload: new Uint8Array(30) }) }),
        });
        for (let length = 0; length <= frame.length; length++) {
          const whole = flags === SYN_ACK_FLAGS ? SYN_ACK : OTHER_TCP;
          expect([length, verdictOf(frame.slice(0, length))]).toEqual([
            length,
            length > flagsAt ? whole : TRUNCATED,
          ]);
        }
      },
    );

    test('when one byte of the headers has any value then both ways agree', () => {
      const frame = ethernet({ type, payload: ip({ payload: tcp() }) });
      for (let at = 12; at <= flagsAt; at++) {
        const records = Array.from({ length: 256 }, (_, value) => {
          const data = frame.slice();
          data[at] = value;
          return { data };
        });
        scanBothWays(pcap({ records }));
      }
    });

    test('when the data offset is too small then it is malformed, with any flags', () => {
      for (const flags of [SYN_ACK_FLAGS, FLAG.syn, 0]) {
        for (let dataOffset = 0; dataOffset < 5; dataOffset++) {
          const frame = ethernet({ type, payload: ip({ payload: tcp({ flags, dataOffset }) }) });
          expect(verdictOf(frame)).toBe(MALFORMED);
        }
      }
    });
  });

  test('when a frame has every length from 40 to 80 and every IP length then both ways agree', () => {
    for (const flags of [SYN_ACK_FLAGS, FLAG.ack]) {
      for (let said = 0; said <= 64; said++) {
        const long = tcp({ flags, payload: new Uint8Array(20) });
        const overIpv4 = ethernet({ payload: ipv4({ totalLength: said, payload: long }) });
        const overIpv6 = ethernet({
          type: ETHER_TYPE.ipv6,
          payload: ipv6({ payloadLength: said, payload: long }),
        });
        const lengths = Array.from({ length: 41 }, (_, at) => 40 + at);
        const records = [overIpv4, overIpv6].flatMap((frame) =>
          lengths.map((length) => ({ data: frame.slice(0, length) })),
        );
        scanBothWays(pcap({ records }));
      }
    }
  });

  test('when the link type is not Ethernet then what looks like a frame is none', () => {
    const { verdicts, rows } = scanBothWays(pcap({ linkType: LINK_TYPE.raw, records: [{}] }));
    expect(rows).toEqual([]);
    expect(verdicts[SYN_ACK]).toBe(0);
  });

  test('when a capture is in nanoseconds, or of the other byte order, then times are in microseconds', () => {
    for (const littleEndian of [true, false]) {
      for (const [magic, fraction] of [
        [PCAP_MAGIC.microseconds, 999_999],
        [PCAP_MAGIC.nanoseconds, 999_999_999],
        [PCAP_MAGIC.modified, 999_999],
      ] as const) {
        const { rows } = scanBothWays(
          pcap({ littleEndian, magic, records: [{ seconds: 4_294_967_295, fraction }] }),
        );
        expect(rows).toEqual(['c6336402 c0000201 443 1 4294967295999999 4294967295999999']);
      }
    }
  });
});
