// Segments that are counted ahead change nothing. Here they are always counted in time, as with enough threads.

import { expect, test } from 'vitest';
import { buffersOf } from '../../src/sources/threads/thread.js';
import { FOLLOW_LENGTH } from '../../src/tally/layout.js';
import type { TallyOptions } from '../../src/tally/options.js';
import { Tally } from '../../src/tally/tally.js';
import { type Ahead, type CountedSegment, countSegment, SEGMENT_LENGTH } from '../../src/walk/segment.js';
import type { Layout } from '../../src/walk/walker.js';
import { ethernet, FLAG, ipv4, LINK_TYPE, pcap, sll, tcp, udp } from '../helpers/packets.js';
import {
  BLOCK_TYPE,
  block,
  describedInterface,
  OPTION,
  offsetOption,
  oldPacket,
  type PacketParts,
  packet,
  section,
  simplePacket,
  TIME,
} from '../helpers/pcapng.js';
import { EVERYTHING } from '../helpers/scope.js';
import { type Walked, walkWhole } from './walking.js';

/** Counts every segment that is asked for. */
class Counted implements Ahead {
  taken = 0;
  readonly #bytes: Uint8Array;
  readonly #options: Partial<TallyOptions>;
  readonly #most: number;
  #tally: Tally | undefined;
  #layout: Layout | undefined;

  /** @param most counts at most this number of segments together */
  constructor(bytes: Uint8Array, options: Partial<TallyOptions>, most: number) {
    this.#bytes = bytes;
    this.#options = options;
    this.#most = most;
  }

  begin(layout: Layout): void {
    // As another thread gets it.
    this.#layout = layout;
  }

  take(offset: number, layout: Layout): CountedSegment | undefined {
    if (layout !== this.#layout) return undefined;
    this.#tally ??= new Tally({ scope: EVERYTHING, ...this.#options });
    const read = (target: Uint8Array, at: number, position: number): number => {
      const piece = this.#bytes.subarray(position, position + target.length - at);
      target.set(piece, at);
      return piece.length;
    };
    const number = Math.floor(offset / SEGMENT_LENGTH);
    const copy = structuredClone(layout);
    const segment =
      countSegment(read, copy, number, this.#tally, this.#most) ??
      countSegment(read, copy, number, this.#tally);
    if (segment?.start !== offset) return undefined;
    this.taken += 1;
    return segment;
  }

  giveBack({ part }: CountedSegment): void {
    this.#tally?.spare.give(buffersOf(part));
  }

  close(): void {
    this.#layout = undefined;
  }
}

/** Walks a capture alone and with segments, whose number is returned with the result. */
async function walkBoth(
  bytes: Uint8Array,
  options: Partial<TallyOptions> = {},
): Promise<Walked & { taken: number }> {
  const ahead = new Counted(bytes, options, 1);
  const sizes = [1 << 20];
  const walked = await walkWhole(bytes, sizes, options, ahead);
  const alone = await walkWhole(bytes, sizes, options);
  expect(walked).toEqual(alone);
  const together = new Counted(bytes, options, 3);
  expect(await walkWhole(bytes, sizes, options, together)).toEqual(alone);
  expect(together.taken).toBeLessThanOrEqual(ahead.taken);
  return { ...walked, taken: ahead.taken };
}

/** A frame that depends on its number: a fifth are SYN-ACKs, and some packets the hot path leaves to the decoders. */
function frameOf(number: number): Uint8Array {
  const place = (number * 7919) % 1_000_003;
  const flags = place % 5 === 0 ? FLAG.syn | FLAG.ack : FLAG.ack;
  const payload = new Uint8Array(place % 1400).fill(place);
  if (place % 13 === 0)
    return ethernet({ payload: ipv4({ protocol: 17, payload: udp({ destinationPort: 4789, payload }) }) });
  const segment = tcp({ flags, sourcePort: place % 7 === 0 ? 22 : 443, payload });
  return ethernet({
    payload: ipv4({ source: `10.0.${place % 3}.${place % 250}`, destination: '192.0.2.1', payload: segment }),
  });
}

const SYN_ACK = frameOf(5);
/** The numbers of an answer to a SYN-ACK. */
const ANSWER = { sequence: 0x05060708, acknowledgment: 0x01020305 };

const PACKETS = 1000;
const NUMBERS = Array.from({ length: PACKETS }, (_, number) => number);

/** Repeats the blocks that `make` makes of each number until they fill this many segments. */
function filled(make: (number: number) => Uint8Array, segments: number): Buffer {
  const piece = Buffer.concat(NUMBERS.map((number) => make(number)));
  const copies = Math.ceil((segments * SEGMENT_LENGTH) / piece.length);
  return Buffer.concat(Array.from({ length: copies }, () => piece));
}

const timeOf = (number: number): bigint => TIME + BigInt(number) * 1000n;
const packetOf =
  (parts: PacketParts = {}) =>
  (number: number): Uint8Array =>
    packet({ time: timeOf(number), data: frameOf(number), ...parts });

const HEAD = Buffer.concat([section(), describedInterface()]);
const BODY = filled(packetOf(), 4.5);
const CAPTURE = Buffer.concat([HEAD, BODY]);

/** The first block at this offset or later. */
function blockAfter(bytes: Buffer, offset: number): number {
  let at = 0;
  while (at < offset) at += bytes.readUInt32LE(at + 4);
  return at;
}

/** The capture with something between two blocks, in the middle of its segment 2. */
function withInserted(...inserted: readonly Uint8Array[]): Buffer {
  const at = blockAfter(CAPTURE, 2.5 * SEGMENT_LENGTH);
  return Buffer.concat([CAPTURE.subarray(0, at), ...inserted, CAPTURE.subarray(at)]);
}

test('when it is a pcapng of one section, then every segment can be counted but the first and the last', async () => {
  const { taken, packets, gapCount } = await walkBoth(CAPTURE);
  expect({ taken, gapCount }).toEqual({ taken: 3, gapCount: 0 });
  expect(packets).toBeGreaterThan(70_000);
});

test.each<[string, Partial<TallyOptions>]>([
  ['evidence is counted', { evidence: true }],
  ['evidence is counted in a part of its time', { evidence: true, since: Number(TIME) + 300_000 }],
  ['rows are divided by time', { slice: 100_000 }],
  ['there are too many rows', { maxRows: 100 }],
])('when %s, then the result is the same', async (_what, options) => {
  expect(await walkBoth(CAPTURE, options)).toMatchObject({ taken: expect.any(Number), gapCount: 0 });
});

test('when handshakes end after their segment, then they are followed as far as without segments', async () => {
  // Two of each segment, of which one ends soon after it, and the other one late.
  const [soon, late] = [500_000, FOLLOW_LENGTH + 500_000];
  const filler = packet({
    data: ethernet({ payload: ipv4({ protocol: 17, payload: new Uint8Array(60_000) }) }),
  });
  const blocks: Uint8Array[] = [HEAD];
  let size = HEAD.length;
  const add = (added: Uint8Array): void => {
    blocks.push(added);
    size += added.length;
  };
  const addTcp = (port: number, flags: number, isAnswer: boolean): void => {
    const [sourcePort, destinationPort] = isAnswer ? [port, 443] : [443, port];
    const [source, destination] = isAnswer ? ['10.0.0.1', '10.0.0.2'] : ['10.0.0.2', '10.0.0.1'];
    const segment = tcp({ sourcePort, destinationPort, flags, ...(isAnswer ? ANSWER : {}) });
    add(
      packet({
        time: timeOf(size),
        data: ethernet({ payload: ipv4({ source, destination, payload: segment }) }),
      }),
    );
  };
  const fillTo = (end: number): void => {
    while (size < end) add(filler);
  };
  for (let number = 1; number < 6; number++) {
    fillTo(number * SEGMENT_LENGTH - 300_000);
    addTcp(1000 + number, FLAG.syn | FLAG.ack, false);
    addTcp(2000 + number, FLAG.syn | FLAG.ack, false);
    fillTo(number * SEGMENT_LENGTH + soon);
    addTcp(1000 + number, FLAG.ack, true);
    fillTo(number * SEGMENT_LENGTH + late);
    addTcp(2000 + number, FLAG.ack, true);
  }
  fillTo(6 * SEGMENT_LENGTH + 100_000);
  const { timedRows, taken } = await walkBoth(Buffer.concat(blocks), { evidence: true });
  expect(taken).toBe(5);
  expect(timedRows).toEqual([expect.stringContaining('"completed":5,')]);
});

test.each<[string, readonly Uint8Array[], (number: number) => Uint8Array, number]>([
  [
    'big-endian',
    [section({ littleEndian: false }), describedInterface({ littleEndian: false })],
    packetOf({ littleEndian: false }),
    3,
  ],
  [
    'of nanoseconds, with options',
    [section(), describedInterface({ options: [{ code: OPTION.resolution, value: [9] }] })],
    (number) =>
      packet({
        time: timeOf(number) * 1000n,
        data: frameOf(number),
        options: [{ code: OPTION.comment, value: [65, 66] }],
      }),
    3,
  ],
  [
    'of a clock that the hot path does not know',
    [
      section(),
      describedInterface({ options: [{ code: OPTION.resolution, value: [0x94] }, offsetOption(1000n)] }),
    ],
    packetOf(),
    3,
  ],
  [
    'of several interfaces, one of which nobody can decode',
    [
      section(),
      describedInterface(),
      describedInterface({ linkType: LINK_TYPE.sll }),
      describedInterface({ linkType: 147 }),
    ],
    (number) => {
      const data = number % 3 === 1 ? sll({ payload: frameOf(number).subarray(14) }) : frameOf(number);
      return packet({ time: timeOf(number), interface: number % 3, data });
    },
    3,
  ],
  [
    'of the obsolete packet block',
    [section(), describedInterface()],
    (number) => oldPacket({ time: timeOf(number), data: frameOf(number) }),
    3,
  ],
  [
    'with blocks of other types',
    [section(), describedInterface()],
    (number) =>
      number % 10 === 0
        ? block({
            type: number % 20 === 0 ? BLOCK_TYPE.statistics : BLOCK_TYPE.unknown,
            body: new Uint8Array(40),
          })
        : packetOf()(number),
    3,
  ],
  // Their time is that of the SYN-ACK before them, which is in the same segment if another kind of packet came first.
  [
    'with some simple packets',
    [section(), describedInterface()],
    (number) => (number % 100 === 99 ? simplePacket({ data: SYN_ACK }) : packetOf()(number)),
    3,
  ],
  [
    'of simple packets only',
    [section(), describedInterface()],
    (number) => simplePacket({ data: frameOf(number) }),
    0,
  ],
])('when it is %s, then the result is the same', async (_what, head, make, taken) => {
  const bytes = Buffer.concat([...head, filled(make, 4.5)]);
  expect(await walkBoth(bytes)).toMatchObject({ taken, gapCount: 0 });
  expect(await walkBoth(bytes, { evidence: true })).toMatchObject({ gapCount: 0 });
});

test('when a simple packet comes after segments of others, then its time is that of the last SYN-ACK in them', async () => {
  const segment = tcp({ flags: FLAG.syn | FLAG.ack, sourcePort: 8443 });
  const data = ethernet({ payload: ipv4({ payload: segment }) });
  const at = blockAfter(CAPTURE, 3 * SEGMENT_LENGTH);
  const bytes = Buffer.concat([CAPTURE.subarray(0, at), simplePacket({ data }), CAPTURE.subarray(at)]);
  const { timedRows, taken } = await walkBoth(bytes);
  const [, first] = timedRows.find((row) => row.includes(' 8443 '))?.split(' 8443 1 ') ?? [];
  expect({ taken, time: Number(first?.split(' ')[0]) }).toEqual({ taken: 2, time: expect.any(Number) });
  expect(Number(first?.split(' ')[0])).toBeGreaterThan(Number(TIME));
});

test.each<[string, readonly Uint8Array[], number]>([
  ['another interface', [describedInterface()], 1],
  ['another section', [HEAD], 1],
  [
    'a big-endian section',
    [section({ littleEndian: false }), describedInterface({ littleEndian: false })],
    1,
  ],
  ['a damaged interface', [block({ type: BLOCK_TYPE.interface, body: [1, 0, 0, 0] })], 1],
  ['a pcap', [pcap({ records: [{ data: frameOf(0) }] })], 1],
  ['a section of an unknown version', [section({ version: [3, 0] })], 1],
  ['zeros', [Buffer.alloc(100_000)], 2],
  ['a block of 600,000 bytes', [block({ body: new Uint8Array(600_000) })], 3],
  ['a block of 16 MB', [block({ body: new Uint8Array(16_000_000) })], 2],
])('when there is %s in the middle, then the result is the same', async (_what, inserted, taken) => {
  expect(await walkBoth(withInserted(...inserted))).toMatchObject({ taken });
  expect(await walkBoth(withInserted(...inserted), { evidence: true })).toMatchObject({ taken });
});

test('when it ends in a block, then the same bytes are missing', async () => {
  for (const length of [3 * SEGMENT_LENGTH, 3.5 * SEGMENT_LENGTH + 1, CAPTURE.length - 2])
    await walkBoth(CAPTURE.subarray(0, length));
});

test('when packets contain blocks, so that segments are guessed to begin in them, then no packet of those is counted', async () => {
  const inner = BODY.subarray(0, blockAfter(BODY, 200_000));
  const data = ethernet({
    payload: ipv4({ payload: tcp({ flags: FLAG.ack, payload: inner }), totalLength: 40 }),
  });
  const bytes = Buffer.concat([HEAD, filled(() => packet({ data }), 4)]);
  const { rows } = await walkBoth(bytes);
  expect(rows).toEqual([]);
});
