// The hot path against the decoders: a capture in a tally's own window is counted by src/hot as far as it goes,
// one in any other window by the decoders alone. Both must say the same of it.

import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { parsePcapHeader } from '../../src/capture/pcap/header.js';
import { type Consumer, consumeInput, type Window } from '../../src/capture/window.js';
import { TUNNELS as TUNNEL_DECODERS } from '../../src/decode/ip/udp.js';
import {
  MALFORMED,
  NOT_TCP,
  OTHER_TCP,
  SYN_ACK,
  TRUNCATED,
  UNKNOWN_LINK_TYPE,
} from '../../src/decode/packet-class.js';
import { Tally } from '../../src/tally/tally.js';
import { CaptureWalker } from '../../src/walk/capture-walker.js';
import { HotPath } from '../../src/walk/hot-path.js';
import { PacketCounter } from '../../src/walk/packet-counter.js';
import { PcapWalker } from '../../src/walk/pcap-walker.js';
import { PcapngWalker } from '../../src/walk/pcapng-walker.js';
import type { Walker } from '../../src/walk/walker.js';
import { anyFrame, mostly } from '../decode/any-frame.js';
import { TUNNELS } from '../decode/tunnel/tunnels.js';
import { memoryInput, NEVER } from '../helpers/memory-input.js';
import {
  concat,
  ETHER_TYPE,
  ethernet,
  FLAG,
  IP_PROTOCOL,
  ipv4,
  ipv6,
  LINK_TYPE,
  PCAP_MAGIC,
  pcap,
  SYN_ACK_FLAGS,
  tcp,
  u16,
  udp,
  vlan,
} from '../helpers/packets.js';
import {
  BLOCK_TYPE,
  block,
  describedInterface,
  OPTION,
  offsetOption,
  oldPacket,
  packet,
  section,
  simplePacket,
} from '../helpers/pcapng.js';
import { EVERYTHING } from '../helpers/scope.js';
import { makeWindow, placedIn } from '../helpers/window.js';
import { timedRowsOf } from '../tally/rows-of.js';

const FILE_HEADER = 24;

/** A tally, and the window in which it is shown captures. */
interface Way {
  readonly tally: Tally;
  readonly hotPath: HotPath;
  readonly window: Window;
  /** What lies around the capture there. */
  readonly filler: number;
}

interface Ways {
  readonly hot: Way;
  readonly decoders: Way;
}

/** They are used again and again: to make a tally takes longer than to count a capture. */
function makeWays(outerOnly: boolean): Ways {
  const makeWay = (filler: number): Way => {
    const tally = new Tally({ scope: EVERYTHING, outerOnly });
    const hotPath = new HotPath(tally);
    return { tally, hotPath, window: hotPath.window, filler };
  };
  return { hot: makeWay(0x12), decoders: { ...makeWay(0xd4), window: makeWindow() } };
}

const WAYS = makeWays(false);
const OUTER_ONLY = makeWays(true);

function isPcapng(capture: Uint8Array): boolean {
  return capture[0] === 0x0a;
}

interface Opened {
  readonly walker: Walker;
  /** Of the capture; of its first record or block; and behind the last one. */
  readonly start: number;
  readonly first: number;
  readonly end: number;
}

/** Puts a capture into the window of this way, and something behind its end. */
function open({ tally, hotPath, window, filler }: Way, capture: Uint8Array, behind?: Uint8Array): Opened {
  tally.takePart();
  const { view, start, end } = placedIn(window, capture, filler);
  if (behind !== undefined) window.bytes.set(behind, end);
  const counterOf = (linkType: number): PacketCounter => new PacketCounter(tally, linkType);
  if (isPcapng(capture)) return { walker: new PcapngWalker(hotPath, counterOf), start, first: start, end };
  const header = parsePcapHeader(view, start, end);
  return {
    walker: new PcapWalker(header, counterOf(header.linkType), hotPath),
    start,
    first: start + FILE_HEADER,
    end,
  };
}

/** A capture that was counted in part or whole; places are from its first byte. */
interface Walked {
  readonly packetsByClass: number[];
  readonly rows: string[];
  readonly stop: number;
  readonly damage: string | undefined;
  readonly doubtfulEnd: number | undefined;
  readonly lastSeconds: number | undefined;
  /** After what is in doubt was accepted. */
  readonly accepted?: unknown;
}

interface Options {
  readonly stop?: number | undefined;
  readonly isLast?: boolean;
  readonly ways?: Ways;
  /** What the hot path has behind the end of the capture, where it must not look. */
  readonly behind?: Uint8Array;
}

function walk(way: Way, capture: Uint8Array, options: Options): Walked {
  const { stop = capture.length, isLast = true, behind } = options;
  const { tally, window } = way;
  const { walker, start, first, end } = open(way, capture, behind);
  const at = walker.walk(window, first, end, isLast, start + stop);
  const { damage, doubtfulEnd } = walker;
  const secondsOf = (): number | undefined => (walker instanceof PcapWalker ? walker.lastSeconds : undefined);
  const walked = {
    packetsByClass: [...tally.readPacketsByClass()],
    rows: timedRowsOf(tally),
    stop: at - start,
    damage,
    doubtfulEnd: doubtfulEnd === undefined ? undefined : doubtfulEnd - start,
    lastSeconds: secondsOf(),
  };
  if (doubtfulEnd === undefined) return walked;
  walker.acceptDoubtful(window, at, end);
  const accepted = [[...tally.readPacketsByClass()], timedRowsOf(tally), walker.damage, secondsOf()];
  return { ...walked, accepted };
}

/** Walks it both ways, expects one result, and gives it. */
function walkBothWays(capture: Uint8Array, options: Options = {}): Walked {
  const { hot, decoders } = options.ways ?? WAYS;
  const walked = walk(hot, capture, options);
  const { behind: _, ...others } = options;
  expect(walked).toEqual(walk(decoders, capture, others));
  return walked;
}

/** The class of each packet of a sound capture, one after another. */
function walkEach(way: Way, capture: Uint8Array): number[] {
  const { tally, window } = way;
  const { walker, first, end } = open(way, capture);
  const seen: number[] = [];
  const before = new Float64Array(tally.readPacketsByClass().length);
  for (let at = first; at < end; ) {
    before.set(tally.readPacketsByClass());
    at = walker.walk(window, at, end, true, at + 1);
    const packetClass = tally.readPacketsByClass().findIndex((count, index) => count !== before[index]);
    // A block may be other than a packet.
    if (packetClass >= 0) seen.push(packetClass);
  }
  return seen;
}

/** Counts a sound capture both ways, at once and packet by packet, and returns the class of each. */
function classesBothWays(capture: Uint8Array, ways: Ways = WAYS): number[] {
  const { packetsByClass, stop } = walkBothWays(capture, { ways });
  expect(stop).toBe(capture.length);
  const seen = walkEach(ways.hot, capture);
  expect(seen).toEqual(walkEach(ways.decoders, capture));
  expect(packetsByClass).toEqual(
    packetsByClass.map((_, packetClass) => seen.filter((other) => other === packetClass).length),
  );
  return seen;
}

/** Where the records of a sound pcap begin, or the blocks of a pcapng. */
function placesOf(capture: Uint8Array): number[] {
  const view = new DataView(capture.buffer, capture.byteOffset, capture.length);
  const places: number[] = [];
  if (isPcapng(capture)) {
    const littleEndian = view.getUint32(8, true) === 0x1a2b3c4d;
    for (let at = 0; at < capture.length; at += view.getUint32(at + 4, littleEndian)) places.push(at);
  } else {
    const { littleEndian, recordHeaderLength } = parsePcapHeader(view, 0, capture.length);
    for (let at = FILE_HEADER; at < capture.length; ) {
      places.push(at);
      at += recordHeaderLength + view.getUint32(at + 8, littleEndian);
    }
  }
  return places;
}

/** Which of the packets of a sound capture, by number, the hot path counts itself. */
function countedHot(capture: Uint8Array): number[] {
  const { hotPath, window } = WAYS.hot;
  const { walker, start, first, end } = open(WAYS.hot, capture);
  const spies = [vi.spyOn(hotPath, 'walkRecords'), vi.spyOn(hotPath, 'walkBlocks')];
  walker.walk(window, first, end, true);
  const runs = spies.flatMap(({ mock }) =>
    mock.calls.map(([from], call) => [from - start, (mock.results[call]?.value as number) - start] as const),
  );
  for (const spy of spies) spy.mockRestore();
  // Section and interface come before the packets.
  const packets = placesOf(capture).slice(isPcapng(capture) ? 2 : 0);
  return [...packets.keys()].filter((number) => {
    const place = packets[number] as number;
    return runs.some(([from, reached]) => place >= from && place < reached);
  });
}

/** All that is found in a capture that comes in pieces of these sizes, by way of this window. */
async function readIn(
  { tally, window }: Way,
  capture: Uint8Array,
  sizes: readonly number[],
): Promise<unknown> {
  tally.takePart();
  const walker = new CaptureWalker(tally);
  const shown: Consumer = {
    window,
    consume: (...bytes) => walker.consume(...bytes),
    finish: (...bytes) => walker.finish(...bytes),
  };
  let error: unknown;
  await consumeInput(memoryInput(capture, sizes), shown, NEVER, { bytesRead: 0 }).catch((thrown) => {
    error = thrown;
  });
  const { gaps, gapCount, bytesSkipped } = walker;
  const found = { gaps, gapCount, bytesSkipped, error: String(error) };
  return { rows: timedRowsOf(tally), packetsByClass: [...tally.readPacketsByClass()], ...found };
}

interface Captured {
  readonly seconds: number;
  readonly data: Uint8Array;
  readonly originalLength?: number;
}

type Writer = (packets: readonly Captured[]) => Uint8Array;

/** Captures of one format and link type. */
interface Kind {
  readonly linkType: number;
  readonly linkHeaderLength: number;
  /** The frame of this link type in the place of one of Ethernet. */
  readonly of: (frame: Uint8Array) => Uint8Array;
  /** All of which the hot path can read. */
  readonly writers: readonly [Writer, ...Writer[]];
  /** Bytes from the beginning of a record or block to its packet, by the first of the writers. */
  readonly dataAt: number;
  /** Mostly such as an honest writer makes, of so many packets at the most. */
  readonly any: (maxLength: number) => fc.Arbitrary<Uint8Array>;
  /** Packets at the end that the hot path leaves to the decoders, for want of one behind. */
  readonly leftAtEnd: number;
}

/** Ethernet frames as they are, or with another link header in the place of theirs. */
const LINKS: readonly [name: string, linkType: number, headerLength: number, of: Kind['of']][] = [
  ['Ethernet', LINK_TYPE.ethernet, 14, (frame) => frame],
  ['Linux cooked', LINK_TYPE.sll, 16, (frame) => concat(frame.subarray(0, 12), [0, 1], frame.subarray(12))],
  [
    'Linux cooked of version 2',
    LINK_TYPE.sll2,
    20,
    (frame) => concat(frame.subarray(12, 14), new Uint8Array(6), frame.subarray(0, 12), frame.subarray(14)),
  ],
];

const ORDERS = [true, false];

/** With the head of another capture in it, as where `cat` put that behind a packet that was cut short. */
const anyFrameWithHead = anyFrame.map((frame) => concat(frame, pcap()));
const anyContent = fc.oneof({ weight: 30, arbitrary: anyFrame }, { weight: 1, arbitrary: anyFrameWithHead });
/** -1 is as much as was captured. More is usual, less is odd. */
const anyOriginalLength = mostly(-1, 1500, 1500, 1500, 60, 0);
const DAY = 86_400;
const NOW = 1_700_000_000;

function pcapKind(linkType: number, linkHeaderLength: number, of: Kind['of']): Kind {
  const files = Object.values(PCAP_MAGIC).flatMap((magic) =>
    ORDERS.map((littleEndian) => ({ magic, littleEndian, linkType })),
  );
  const writers = files.map(
    (file): Writer =>
      (packets) =>
        pcap({ ...file, records: withFractions(packets) }),
  );
  const any: Kind['any'] = (maxLength) =>
    fc.constantFrom(...files).chain((file) => {
      const fractions = file.magic === PCAP_MAGIC.nanoseconds ? 1_000_000_000 : 1_000_000;
      const anyRecord = fc
        .record({
          seconds: mostly(NOW, NOW + 1, NOW - 1, NOW + 400 * DAY, NOW - 401 * DAY, 0, 0xffff_ffff),
          fraction: mostly(123_456, 0, fractions - 1, fractions, fc.nat(fractions)),
          frame: anyContent,
          originalLength: anyOriginalLength,
        })
        .map(({ frame, originalLength, ...times }) => {
          const data = of(frame);
          return { ...times, data, originalLength: originalLength < 0 ? data.length : originalLength };
        });
      return fc
        .array(anyRecord, { minLength: 1, maxLength, size: 'max' })
        .map((records) => pcap({ ...file, records }));
    });
  return { linkType, linkHeaderLength, of, writers: writers as [Writer], dataAt: 16, any, leftAtEnd: 1 };
}

function withFractions(packets: readonly Captured[]): (Captured & { fraction: number })[] {
  return packets.map((each, at) => ({ ...each, fraction: at * 7 }));
}

const NANOSECONDS = [{ code: OPTION.resolution, value: [9] }];
const MILLISECONDS = [{ code: OPTION.resolution, value: [3] }];

function pcapngKind(linkType: number, linkHeaderLength: number, of: Kind['of']): Kind {
  const clocks = [
    { options: [], units: 1_000_000n },
    { options: NANOSECONDS, units: 1_000_000_000n },
  ];
  const writers = clocks.flatMap(({ options, units }) =>
    ORDERS.map(
      (littleEndian): Writer =>
        (packets) =>
          concat(
            section({ littleEndian }),
            describedInterface({ littleEndian, linkType, options }),
            ...packets.map(({ seconds, ...parts }, at) =>
              packet({ littleEndian, time: BigInt(seconds) * units + BigInt(at * 7), ...parts }),
            ),
          ),
    ),
  );
  const any: Kind['any'] = (maxLength) =>
    fc.constantFrom(...ORDERS).chain((littleEndian) => {
      const head = concat(
        section({ littleEndian }),
        describedInterface({ littleEndian, linkType }),
        describedInterface({ littleEndian, linkType, options: NANOSECONDS }),
      );
      const others = [
        section({ littleEndian }),
        head,
        concat(section({ littleEndian }), describedInterface({ littleEndian, linkType: LINK_TYPE.raw })),
        section({ littleEndian, version: [2, 0] }),
        describedInterface({ littleEndian, linkType, options: MILLISECONDS }),
        describedInterface({ littleEndian, linkType, options: [offsetOption(-3n, littleEndian)] }),
        describedInterface({ littleEndian, linkType: LINK_TYPE.raw }),
        block({ littleEndian, type: BLOCK_TYPE.statistics, body: new Uint8Array(12) }),
        block({ littleEndian, type: 0x0600_0000 }),
      ];
      const anyTime = fc.bigInt(0n, 2n ** 64n - 1n);
      const anyPacket = fc
        .record({
          interface: mostly(0, 1, 1, 1, 2, 3, 4, 64, 0xffff_ffff),
          time: mostly(BigInt(NOW) * 1_000_000n, 0n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n, anyTime),
          frame: anyContent,
          originalLength: anyOriginalLength,
          options: mostly<readonly { code: number; value: number[] }[]>([], [{ code: 1, value: [1, 2, 3] }]),
          isMore: mostly(false, false, true),
        })
        .map(({ frame, originalLength, isMore, ...parts }) => {
          const data = of(frame);
          return {
            ...parts,
            littleEndian,
            data,
            capturedLength: data.length + (isMore ? 4 : 0),
            originalLength: originalLength < 0 ? data.length : originalLength,
          };
        });
      const anyBlock = fc.oneof(
        { weight: 30, arbitrary: anyPacket.map(packet) },
        { weight: 1, arbitrary: anyPacket.map(oldPacket) },
        { weight: 1, arbitrary: anyPacket.map(simplePacket) },
        { weight: 1, arbitrary: fc.constantFrom(...others) },
      );
      return fc
        .array(anyBlock, { minLength: 1, maxLength, size: 'max' })
        .map((blocks) => concat(head, ...blocks));
    });
  return {
    linkType,
    linkHeaderLength,
    of,
    writers: writers as [Writer, Writer],
    dataAt: 28,
    any,
    leftAtEnd: 0,
  };
}

const KINDS = LINKS.flatMap(([name, ...link]) => [
  [`pcap of ${name}`, pcapKind(...link)] as const,
  [`pcapng of ${name}`, pcapngKind(...link)] as const,
]);

/** Each a second after the one before, so that the rows tell which of them were SYN-ACKs. */
function inSeconds(frames: readonly Uint8Array[]): Captured[] {
  return frames.map((data, at) => ({ seconds: NOW + at, data }));
}

/** So that a datagram is not shorter than the headers of TCP: the hot path looks at no packet that is. */
const EIGHT = new Uint8Array(8);
const PAYLOAD = udp({ payload: new Uint8Array(30) });

function overIpv4(protocol: number, payload: Uint8Array): Uint8Array {
  return ethernet({ payload: ipv4({ protocol, payload }) });
}

function overIpv6(nextHeader: number, payload: Uint8Array): Uint8Array {
  return ethernet({ type: ETHER_TYPE.ipv6, payload: ipv6({ nextHeader, payload }) });
}

const SHAPES: readonly [name: string, frame: Uint8Array, headersEnd: number][] = [
  ['a SYN-ACK over IPv4', overIpv4(IP_PROTOCOL.tcp, tcp({ payload: PAYLOAD })), 48],
  ['an ACK over IPv4', overIpv4(IP_PROTOCOL.tcp, tcp({ flags: FLAG.ack, payload: PAYLOAD })), 48],
  ['UDP over IPv4', overIpv4(IP_PROTOCOL.udp, PAYLOAD), 42],
  ['a SYN-ACK over IPv6', overIpv6(IP_PROTOCOL.tcp, tcp({ payload: PAYLOAD })), 68],
  ['an ACK over IPv6', overIpv6(IP_PROTOCOL.tcp, tcp({ flags: FLAG.ack, payload: PAYLOAD })), 68],
  ['UDP over IPv6', overIpv6(IP_PROTOCOL.udp, PAYLOAD), 62],
];

/** Of little note, to stand behind others: the hot path leaves the last record of a pcap to the decoders. */
const LAST = ethernet({ type: ETHER_TYPE.arp, payload: new Uint8Array(28) });

const TUNNEL_PORTS = [...TUNNEL_DECODERS.keys()];

function withPorts(datagram: Uint8Array, sourcePort: number, destinationPort: number): Uint8Array {
  return concat(u16(sourcePort), u16(destinationPort), datagram.subarray(4));
}

describe.each(KINDS)('a %s', (_name, { linkHeaderLength, of, writers, dataAt, any, leftAtEnd }) => {
  test('when frames are any then both ways say the same of each', () => {
    const seen = new Array<number>(UNKNOWN_LINK_TYPE).fill(0);
    const anyFrames = fc.array(anyFrame.map(of), { minLength: 100, maxLength: 100 });
    fc.assert(
      fc.property(anyFrames, fc.constantFrom(...writers), fc.boolean(), (frames, write, outerOnly) => {
        const capture = write(inSeconds([...frames, LAST]));
        for (const packetClass of classesBothWays(capture, outerOnly ? OUTER_ONLY : WAYS)) {
          seen[packetClass] = (seen[packetClass] ?? 0) + 1;
        }
      }),
      { numRuns: 80 },
    );
    // The generator must be worth its name: every class often, the most important ones most often.
    expect(Math.min(...seen)).toBeGreaterThan(40);
    expect(Math.min(seen[SYN_ACK] ?? 0, seen[OTHER_TCP] ?? 0)).toBeGreaterThan(1000);
  });

  test('when captures are any, and stop is anywhere, then both ways say the same', () => {
    const anyStop = mostly<number | undefined>(undefined, fc.nat(6000), fc.nat(300));
    fc.assert(
      fc.property(any(40), anyStop, fc.boolean(), (capture, stop, isLast) => {
        walkBothWays(capture, { stop, isLast });
      }),
      { numRuns: 400 },
    );
  });

  test('when they are damaged anywhere then both ways say the same', () => {
    const anyDamage = fc.record({
      place: fc.nat(),
      // Of a header more often than of a packet.
      byte: fc.oneof(fc.nat(31), fc.nat(90)),
      value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0xff)),
    });
    const anyDamages = fc.array(anyDamage, { minLength: 1, maxLength: 4 });
    const seen = { isSound: 0, isDamaged: 0, packets: 0 };
    fc.assert(
      fc.property(
        any(20),
        anyDamages,
        mostly(0, fc.nat(100)),
        fc.boolean(),
        (sound, damages, cut, isLast) => {
          const places = placesOf(sound);
          const capture = sound.slice(0, Math.max(FILE_HEADER, sound.length - cut));
          for (const { place, byte, value } of damages) {
            const at = (places[place % places.length] ?? 0) + byte;
            // The first of pcapng is its head.
            if (at >= FILE_HEADER && at < capture.length) capture[at] = value;
          }
          const { damage, packetsByClass } = walkBothWays(capture, { isLast });
          seen[damage === undefined ? 'isSound' : 'isDamaged'] += 1;
          seen.packets += packetsByClass.reduce((sum, count) => sum + count);
        },
      ),
      { numRuns: 600 },
    );
    expect(Math.min(seen.isSound, seen.isDamaged)).toBeGreaterThan(50);
    expect(seen.packets).toBeGreaterThan(1000);
  });

  test('when they come one behind the other, in pieces, damaged or not, then both ways find the same', async () => {
    const anyDamages = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 });
    const anySizes = fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 4 });
    const anyCaptures = fc.array(any(20), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(anyCaptures, anyDamages, anySizes, async (captures, damages, sizes) => {
        const capture = concat(...captures);
        for (const [place, value] of damages) {
          capture[FILE_HEADER + (place % (capture.length - FILE_HEADER))] = value;
        }
        const whole = await readIn(WAYS.decoders, capture, [capture.length]);
        expect(await readIn(WAYS.hot, capture, [capture.length])).toEqual(whole);
        expect(await readIn(WAYS.hot, capture, sizes)).toEqual(whole);
      }),
      { numRuns: 150 },
    );
  });

  test.each(SHAPES)('when %s is cut at any length then both ways say the same', (_what, frame) => {
    const whole = of(frame);
    const cuts = Array.from({ length: whole.length + 1 }, (_, length) => whole.subarray(0, length));
    for (const write of writers) {
      const packets = inSeconds([...cuts, LAST]).map((each) => ({ ...each, originalLength: 1500 }));
      const isCut = classesBothWays(write(packets)).map((packetClass) => packetClass === TRUNCATED);
      // First cut too short, and from somewhere on never again.
      expect(isCut.indexOf(false)).toBeGreaterThan(linkHeaderLength + 20);
      expect(isCut.slice(isCut.indexOf(false))).not.toContain(true);
    }
  });

  test.each(SHAPES)(
    'when a byte of the headers of %s has any value then both ways say the same',
    (_what, frame, headersEnd) => {
      const [write] = writers;
      const sound = write(inSeconds([...new Array<Uint8Array>(256).fill(of(frame)), LAST]));
      const places = placesOf(sound).slice(-257, -1);
      for (let at = 0; at < headersEnd - 14 + linkHeaderLength; at++) {
        const capture = sound.slice();
        for (const [value, place] of places.entries()) capture[place + dataAt + at] = value;
        classesBothWays(capture);
      }
    },
  );

  test('when an IP length is any, and more or less was captured, then both ways say the same', () => {
    const [write] = writers;
    for (const [protocol, payload] of [
      [IP_PROTOCOL.tcp, tcp({ payload: new Uint8Array(20) })],
      [IP_PROTOCOL.udp, udp({ payload: new Uint8Array(32) })],
    ] as const) {
      const frames: Uint8Array[] = [];
      for (let said = 0; said <= 64; said++) {
        const ip4 = ipv4({ totalLength: said, protocol, payload });
        const ip6 = ipv6({ payloadLength: said, nextHeader: protocol, payload });
        for (const frame of [ethernet({ payload: ip4 }), ethernet({ type: ETHER_TYPE.ipv6, payload: ip6 })]) {
          for (let length = 46; length <= 76; length++) frames.push(of(frame.subarray(0, length)));
        }
      }
      classesBothWays(write(inSeconds([...frames, LAST])));
    }
  });

  test('when a datagram has the port of a tunnel, or one beside it, then both ways say the same', () => {
    const [write] = writers;
    const ports = TUNNEL_PORTS.flatMap((port) => [port - 1, port, port + 1]);
    const overUdp = TUNNELS.filter(({ wrap }) => wrap(ipv4())[23] === IP_PROTOCOL.udp);
    const datagrams = overUdp.flatMap(({ wrap, family }) => {
      const datagram = wrap(family === 4 ? ipv4() : ipv6()).subarray(14 + 20);
      return ports.flatMap((port) => [
        withPorts(datagram, 50_000, port),
        withPorts(datagram, port, 50_000),
        withPorts(datagram, port, port),
      ]);
    });
    let synAcks = 0;
    for (const over of [overIpv4, overIpv6]) {
      const frames = datagrams.map((datagram) => of(over(IP_PROTOCOL.udp, datagram)));
      const capture = write(inSeconds([...frames, LAST]));
      synAcks += classesBothWays(capture).filter((packetClass) => packetClass === SYN_ACK).length;
      expect(new Set(classesBothWays(capture, OUTER_ONLY).slice(0, -1))).toEqual(new Set([NOT_TCP]));
    }
    // By either port, and by both, in either IP version: each tunnel on its own port at the least.
    expect(synAcks).toBeGreaterThanOrEqual(overUdp.length * 3 * 2);
  });

  test('when the walk is to stop then both ways stop at the first item that begins there or behind', () => {
    const tagged = ethernet({ type: ETHER_TYPE.vlan, payload: vlan({}) });
    const frames = [tagged, ...SHAPES.map(([, frame]) => frame), LAST, ethernet()].map(of);
    for (const write of writers) {
      const capture = write(inSeconds(frames));
      const places = placesOf(capture);
      for (const isLast of [true, false]) {
        // Until the end is known, the last record of a pcap is not borne out by another.
        const end = isLast || leftAtEnd === 0 ? capture.length : places.at(-1);
        for (const place of [...places, capture.length]) {
          for (const stop of [place - 1, place, place + 1, place + 20]) {
            if (stop < FILE_HEADER || stop > capture.length) continue;
            const expected = places.find((each) => each >= stop) ?? end;
            const walked = walkBothWays(capture, { stop, isLast });
            expect([stop, walked.stop, walked.damage]).toEqual([stop, expected, undefined]);
          }
        }
      }
    }
  });

  test('when it is cut anywhere then the hot path does not look behind its end', () => {
    const packets = inSeconds(SHAPES.map(([, frame]) => of(frame)));
    for (const write of writers) {
      const capture = write(packets);
      for (let length = capture.length - 300; length <= capture.length; length++) {
        const behind = capture.subarray(length);
        for (const isLast of [true, false]) walkBothWays(capture.subarray(0, length), { behind, isLast });
      }
    }
  });

  test('when packets are plain then the hot path counts them itself', () => {
    const frames = [...SHAPES, ...SHAPES].map(([, frame]) => of(frame));
    for (const write of writers) {
      const all = [...frames.keys()];
      expect(countedHot(write(inSeconds(frames)))).toEqual(all.slice(0, all.length - leftAtEnd));
    }
  });

  test('when a packet is not plain then the hot path leaves it, and counts the others', () => {
    const [write] = writers;
    const datagrams = TUNNEL_PORTS.flatMap((port) => [{ destinationPort: port }, { sourcePort: port }]);
    const odd: readonly (readonly [string, Uint8Array])[] = [
      ['ARP', LAST],
      ['a tag', ethernet({ type: ETHER_TYPE.vlan, payload: vlan({}) })],
      ['IPv4 with options', ethernet({ payload: ipv4({ options: [1, 1, 1, 1] }) })],
      ['a later fragment', ethernet({ payload: ipv4({ fragmentOffset: 1 }) })],
      ['IPv6 with a hop-by-hop header', overIpv6(0, tcp())],
      ['IPv4 that says it is IPv6', ethernet({ type: ETHER_TYPE.ipv6 })],
      ['TCP with a short header', overIpv4(IP_PROTOCOL.tcp, tcp({ dataOffset: 4 }))],
      ['a packet cut short', ethernet().subarray(0, 47)],
      ...datagrams.map((ports): [string, Uint8Array] => [
        `a datagram of ${JSON.stringify(ports)}`,
        overIpv4(IP_PROTOCOL.udp, udp({ ...ports, payload: EIGHT })),
      ]),
    ];
    for (const [what, frame] of odd) {
      const capture = write(inSeconds([ethernet(), ethernet(), frame, ethernet(), ethernet()].map(of)));
      expect([what, countedHot(capture)]).toEqual([what, leftAtEnd === 1 ? [0, 1, 3] : [0, 1, 3, 4]]);
    }
  });

  test('when a datagram has no port of a tunnel then the hot path counts it, whichever port it has', () => {
    const [write] = writers;
    const ports = TUNNEL_PORTS.flatMap((port) => [port - 1, port + 1, port ^ 0x8000, port ^ 0x100]);
    const free = [...ports, 0, 53, 0xffff].filter((port) => !TUNNEL_PORTS.includes(port));
    const frames = free.flatMap((port) =>
      [{ sourcePort: port }, { destinationPort: port }].map((parts) =>
        overIpv4(IP_PROTOCOL.udp, udp({ ...parts, payload: EIGHT })),
      ),
    );
    const counted = countedHot(write(inSeconds([...frames, ethernet()].map(of))));
    expect(counted.slice(0, frames.length)).toEqual([...frames.keys()]);
  });

  test('when the data offset is too small then it is malformed, with any flags', () => {
    const [write] = writers;
    for (const flags of [SYN_ACK_FLAGS, FLAG.syn, 0]) {
      const frames = [0, 1, 2, 3, 4].flatMap((dataOffset) => {
        const payload = tcp({ flags, dataOffset });
        return [overIpv4(IP_PROTOCOL.tcp, payload), overIpv6(IP_PROTOCOL.tcp, payload)];
      });
      const classes = classesBothWays(write(inSeconds([...frames, LAST].map(of))));
      expect(classes.slice(0, -1)).toEqual(frames.map(() => MALFORMED));
    }
  });
});

describe('a pcap', () => {
  test('when its lengths may be swapped, or its packets are plain nowhere, then both ways say the same', () => {
    const records = inSeconds([...SHAPES.map(([, frame]) => frame), LAST]);
    for (const parts of [{ version: [2, 3] as const }, { linkType: LINK_TYPE.raw }, { linkType: 189 }]) {
      for (const littleEndian of ORDERS) {
        const capture = pcap({ ...parts, littleEndian, records });
        classesBothWays(capture);
        expect(countedHot(capture)).toEqual([]);
      }
    }
  });

  test('when time leaps behind a packet that holds the head of another capture then both ways doubt it', () => {
    const withHead = overIpv4(IP_PROTOCOL.tcp, tcp({ payload: pcap() }));
    for (const [leap, isDoubted] of [
      [400 * DAY, false],
      [400 * DAY + 1, true],
      [500 * DAY, true],
      [-400 * DAY, false],
      [-400 * DAY - 1, true],
    ] as const) {
      for (const littleEndian of ORDERS) {
        const seconds = [NOW, NOW, NOW + leap, NOW + leap];
        const records = seconds.map((each) => ({ seconds: each, data: withHead }));
        const { doubtfulEnd } = walkBothWays(pcap({ littleEndian, records }));
        expect([leap, doubtfulEnd !== undefined]).toEqual([leap, isDoubted]);
      }
    }
  });

  test('when records are as large as they may be then both ways count them, and no larger one', () => {
    for (const length of [262_143, 262_144, 262_145]) {
      const data = new Uint8Array(length);
      data.set(ethernet());
      const { packetsByClass, damage } = walkBothWays(pcap({ records: [{}, { data }, {}, {}] }));
      const isTooLarge = length > 262_144;
      expect([packetsByClass[SYN_ACK], damage === undefined]).toEqual([isTooLarge ? 0 : 4, !isTooLarge]);
    }
  });
});

describe('a pcapng', () => {
  const data = ethernet();
  const head = concat(section({}), describedInterface());

  test('when a block is too short for its header, or of an odd length, then both ways refuse it', () => {
    for (const length of [12, 16, 20, 24, 28]) {
      // What is behind it looks as if it were its own.
      const short = packet({ data });
      const view = new DataView(short.buffer);
      for (const at of [4, length - 4]) view.setUint32(at, length, true);
      const { damage, packetsByClass } = walkBothWays(
        concat(head, short, packet({ data }), packet({ data })),
      );
      expect(damage).toBe(`found a packet block of ${length} bytes, too short for its header`);
      expect(packetsByClass[SYN_ACK]).toBe(0);
    }
    for (const more of [1, 2, 3]) {
      const whole = packet({ data: concat(data, new Uint8Array(2)), length: 88 + more });
      const odd = concat(whole.subarray(0, 84), new Uint8Array(more), whole.subarray(84));
      const { damage } = walkBothWays(concat(head, odd, packet({ data })));
      expect(damage).toBe(`found a block length of ${88 + more} bytes, expected a multiple of 4`);
    }
  });

  test('when packets are as large as they may be then both ways count them, and no larger one', () => {
    for (const length of [262_143, 262_144, 262_145]) {
      const large = new Uint8Array(length);
      large.set(data);
      const { packetsByClass, damage } = walkBothWays(
        concat(head, packet({ data: large }), packet({ data })),
      );
      const isTooLarge = length > 262_144;
      expect([packetsByClass[SYN_ACK], damage === undefined]).toEqual([isTooLarge ? 0 : 2, !isTooLarge]);
    }
  });

  test('when it has more interfaces than the hot path remembers then both ways say the same', () => {
    for (const littleEndian of ORDERS) {
      const numbers = Array.from({ length: 70 }, (_, number) => number);
      const linkTypeOf = (number: number): number => (number % 3 === 0 ? LINK_TYPE.raw : LINK_TYPE.ethernet);
      const capture = concat(
        section({ littleEndian }),
        ...numbers.map((number) => describedInterface({ littleEndian, linkType: linkTypeOf(number) })),
        ...numbers.map((number) => packet({ littleEndian, interface: number, data })),
      );
      const classes = classesBothWays(capture);
      expect(classes.map((packetClass) => packetClass === SYN_ACK)).toEqual(
        numbers.map((number) => number % 3 !== 0),
      );
    }
  });

  test('when a section begins then both ways forget the interfaces of the one before', () => {
    for (const littleEndian of ORDERS) {
      const first = concat(section({}), describedInterface(), packet({ data }), packet({ data }));
      const none = concat(first, section({ littleEndian }), packet({ littleEndian, data }));
      expect(walkBothWays(none)).toMatchObject({
        damage: 'found a packet from interface 0, which has no description',
        packetsByClass: expect.arrayContaining([2]),
      });
      const foreign = concat(
        first,
        section({ littleEndian, version: [3, 0] }),
        packet({ littleEndian, data }),
      );
      expect(walkBothWays(foreign).damage).toContain('version 3.0');
      const other = concat(
        first,
        section({ littleEndian }),
        describedInterface({ littleEndian, linkType: LINK_TYPE.raw }),
        packet({ littleEndian, data }),
        describedInterface({ littleEndian }),
        packet({ littleEndian, interface: 1, data }),
      );
      expect(walkBothWays(other).packetsByClass[SYN_ACK]).toBe(3);
    }
  });

  test('when simple packets follow others then both ways give them the time of the SYN-ACK before', () => {
    const ack = overIpv4(IP_PROTOCOL.tcp, tcp({ flags: FLAG.ack }));
    const tagged = ethernet({ type: ETHER_TYPE.vlan, payload: vlan({}) });
    const timed = [
      [5n, data],
      [6n, ack],
      [7n, tagged],
      [8n, ack],
    ] as const;
    const simple = (sourcePort: number): Uint8Array =>
      simplePacket({ data: overIpv4(IP_PROTOCOL.tcp, tcp({ sourcePort })) });
    const capture = concat(
      section({}),
      describedInterface(),
      ...timed.flatMap(([time, each], at) => [packet({ time, data: each }), simple(at + 1)]),
    );
    const { rows } = walkBothWays(capture);
    expect(rows.map((row) => row.split(' ').slice(2).join(' '))).toEqual([
      '1 1 5 5',
      '2 1 5 5',
      '3 1 7 7',
      '4 1 7 7',
      '443 2 5 7',
    ]);
  });
});
