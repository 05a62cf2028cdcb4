// What the tally counts as evidence: the rules one by one, against a model, and in segments.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { handshakesOf, NO_EVIDENCE, type RowEvidence } from '../../src/tally/row-evidence.js';
import { rowsOf } from '../../src/tally/rows.js';
import { FLAG } from '../helpers/packets.js';
import {
  addPackets,
  countParts,
  countWhole,
  evidenceOf,
  fromClient,
  fromServer,
  makeEvidenceTally,
  SYN_ACK,
  synAck,
  type TcpPacket,
} from './evidence-packets.js';

const tally = makeEvidenceTally();

function countedOf(packets: readonly TcpPacket[]): Record<string, object> {
  tally.takePart();
  addPackets(tally, packets);
  tally.evidence?.finishCapture();
  return evidenceOf(tally);
}

/** The evidence of packets of one row. */
function rowOf(packets: readonly TcpPacket[]): object | undefined {
  return countedOf(packets)['4 1 2 80'];
}

const ANOTHER = { sequenceNumber: 7000, acknowledgement: 7001, destinationPort: 50_000 };
/** A handshake that is completed, so that the capture shows answers. */
const ANSWERED = [
  synAck({ ...ANOTHER, destination: 9 }),
  fromServer({ ...ANOTHER, destination: 9, sequenceNumber: 7001 }),
];

describe('repeated SYN-ACKs', () => {
  test.each([
    [0, { count: 2, copies: 1 }],
    [9, { count: 2, copies: 1 }],
    [10, { count: 2, resent: 1 }],
    [3_499, { count: 2, resent: 1 }],
    [3_500, { count: 2, resent: 1, late: 1 }],
    [7_000, { count: 2, resent: 1, late: 1 }],
    [7_001, { count: 2, resent: 1 }],
    [64_000, { count: 2, resent: 1 }],
    [64_001, { count: 2 }],
    [-5, { count: 2, copies: 1 }],
    [-64_001, { count: 2 }],
  ])('the same after %i ms', (time, expected) => {
    expect(rowOf([synAck({ time: 100_000 }), synAck({ time: 100_000 + time })])).toEqual(expected);
  });

  test('the gap is that to the latest one', () => {
    const packets = [0, 1, 1000, 1001, 3000, 7000, 15_000].map((time) => synAck({ time }));
    expect(rowOf(packets)).toEqual({ count: 7, copies: 2, resent: 4, late: 1 });
  });

  test.each([
    ['sequence number', { sequenceNumber: 1001 }],
    ['acknowledgement', { acknowledgement: 102 }],
    ['port of the client', { destinationPort: 40_001 }],
  ])('another %s makes another handshake', (_, parts) => {
    expect(rowOf([synAck(), synAck(parts)])).toEqual({ count: 2 });
  });

  test('both ends of a simultaneous open', () => {
    const opposite = fromClient({ flags: SYN_ACK, sequenceNumber: 100, acknowledgement: 1001 });
    expect(countedOf([synAck(), opposite])).toEqual({
      '4 1 2 80': { count: 1 },
      '4 2 1 40000': { count: 1, mutual: 1 },
    });
  });

  test('sequence numbers that wrap around', () => {
    const wrapped = { acknowledgement: 0, sequenceNumber: 0xffff_ffff };
    expect(rowOf([synAck(wrapped), synAck({ ...wrapped, time: 1000 })])).toEqual({ count: 2, resent: 1 });
  });

  test('a repeat belongs to the time in which it came', () => {
    const packets = [synAck({ time: 1000 }), synAck({ time: 3000 })];
    const late = makeEvidenceTally({ since: 2_000_000 });
    addPackets(late, packets);
    late.evidence?.finishCapture();
    expect(evidenceOf(late)).toEqual({ '4 1 2 80': { count: 1, resent: 1 } });
  });
});

describe('flags of the first SYN-ACK', () => {
  test.each([
    ['no options', { options: 0 }, { plain: 1 }],
    ['room for the maximum segment size', { options: 1 }, { plain: 1 }],
    ['more options', { options: 2 }, {}],
    ['a window of 0', { window: 0 }, { proxied: 1 }],
    ['client port 20', { destinationPort: 20 }, { port20: 1 }],
    ['client port 1023', { destinationPort: 1023 }, { lowPorts: 1 }],
    ['client port 0', { destinationPort: 0 }, { lowPorts: 1 }],
    ['client port 1024', { destinationPort: 1024 }, {}],
  ])('%s', (_, parts, expected) => {
    expect(rowOf([synAck(parts), synAck({ ...parts, time: 1000 })])).toEqual({
      count: 2,
      resent: 1,
      ...expected,
    });
  });
});

describe('what became of handshakes', () => {
  const { rst, ack, fin, syn } = FLAG;
  test.each<[string, TcpPacket[], object]>([
    ['the ACK of the client', [fromClient()], { judged: 1, completed: 1 }],
    ['an ACK of something else', [fromClient({ acknowledgement: 1000 })], {}],
    ['an ACK that is not in sequence', [fromClient({ sequenceNumber: 100 })], {}],
    ['the SYN again', [fromClient({ flags: syn, sequenceNumber: 100 })], {}],
    ['the next byte of the server', [fromServer()], { judged: 1, completed: 1 }],
    ['the server again at its first byte', [fromServer({ sequenceNumber: 1000 })], {}],
    ['data of the client', [fromClient({ payload: 1 })], { judged: 1, completed: 1, data: 1 }],
    ['data of the server', [fromServer({ payload: 1 })], { judged: 1, completed: 1, data: 1 }],
    [
      'data of the client that the capture does not show',
      [fromServer({ acknowledgement: 103 })],
      { judged: 1, completed: 1, data: 1 },
    ],
    [
      'the FIN of the client',
      [fromClient({ flags: fin | ack }), fromServer({ acknowledgement: 102 })],
      { judged: 1, completed: 1 },
    ],
    ['a reset of the client', [fromClient({ flags: rst })], { judged: 1, reset: 1 }],
    ['a reset of something else', [fromClient({ flags: rst, sequenceNumber: 102 })], {}],
    ['a reset of the server', [fromServer({ flags: rst })], {}],
    [
      'a reset after the handshake',
      [fromClient(), fromClient({ flags: rst | ack })],
      { judged: 1, completed: 1 },
    ],
    ['silence for less than 4 s', [fromServer({ destinationPort: 1, time: 3999 })], {}],
    ['silence for 4 s', [fromServer({ destinationPort: 1, time: 4000 })], { judged: 1 }],
  ])('%s', (_, packets, expected) => {
    expect(rowOf([...ANSWERED, synAck(), ...packets])).toEqual({ count: 1, ...expected });
    const six = [...ANSWERED, synAck(), ...packets].map((packet) => ({ ...packet, family: 6 as const }));
    expect(countedOf(six)['6 1 2 80']).toEqual({ count: 1, ...expected });
  });

  test('nothing is judged if no handshake of the capture has an answer', () => {
    expect(rowOf([synAck(), fromServer({ destinationPort: 1, time: 9000 })])).toEqual({ count: 1 });
  });

  test('a SYN-ACK that is sent again is not judged again', () => {
    const packets = [0, 1000, 3000, 7000, 15_000].map((time) => synAck({ time }));
    expect(rowOf([...ANSWERED, ...packets])).toEqual({ count: 5, resent: 4, late: 1, judged: 1 });
  });

  test('a handshake belongs to the time of its SYN-ACK', () => {
    const early = makeEvidenceTally({ until: 1_500_000 });
    addPackets(early, [synAck({ time: 1000 }), fromClient({ time: 2000, payload: 1 })]);
    early.evidence?.finishCapture();
    expect(evidenceOf(early)).toEqual({ '4 1 2 80': { count: 1, judged: 1, completed: 1, data: 1 } });
    const late = makeEvidenceTally({ since: 1_500_000 });
    addPackets(late, [synAck({ time: 1000 }), fromClient({ time: 2000, payload: 1 })]);
    late.evidence?.finishCapture();
    expect(evidenceOf(late)).toEqual({});
  });
});

// Few ends and numbers, so that packets often belong together, and sets of the tables are never full.
const anyParts: fc.Arbitrary<TcpPacket> = fc.record({
  family: fc.constantFrom(4, 6),
  source: fc.integer({ min: 1, max: 3 }),
  destination: fc.integer({ min: 1, max: 3 }),
  sourcePort: fc.constantFrom(20, 80, 1000, 40_000),
  destinationPort: fc.constantFrom(20, 80, 1000, 40_000),
  sequenceNumber: fc.constantFrom(0, 1, 2, 0xffff_ffff, 100, 101, 102, 103),
  acknowledgement: fc.constantFrom(0, 1, 2, 3, 100, 101, 102, 103),
  flags: fc.constantFrom(SYN_ACK, SYN_ACK, SYN_ACK, FLAG.ack, FLAG.rst, FLAG.syn, FLAG.fin | FLAG.ack),
  payload: fc.constantFrom(0, 0, 5),
  options: fc.constantFrom(0, 5),
  window: fc.constantFrom(0, 1000),
  time: fc.nat(20),
});

/** A connection of an end with itself has no direction. */
const anyPacket = anyParts.filter(
  ({ source, destination, sourcePort, destinationPort }) =>
    source !== destination || sourcePort !== destinationPort,
);

/** Packets in their order of time, with the gaps that the times of `anyPacket` stand for. */
const GAPS = [0, 0, 0, 0, 0, 1, 1, 5, 5, 9, 10, 20, 100, 500, 1000, 3500, 4000, 7000, 8000, 30_000, 64_000];
function inTime(packets: readonly TcpPacket[]): TcpPacket[] {
  let now = 1_000_000;
  return packets.map((packet) => {
    now += GAPS[packet.time] as number;
    return { ...packet, time: now };
  });
}

describe('any packets', () => {
  test('repeats and flags are as in a model without limits', () => {
    fc.assert(
      fc.property(fc.array(anyPacket, { maxLength: 200, size: 'max' }), (parts) => {
        const packets = inTime(parts);
        const expected = modelOf(packets);
        tally.takePart();
        addPackets(tally, packets);
        tally.evidence?.finishCapture();
        for (const { family, client, server, port, count, evidence } of rowsOf(tally)) {
          const known = expected.get(`${family} ${client?.at(-1)} ${server?.at(-1)} ${port}`);
          const { judged, completed, data, reset, ...others } = evidence as RowEvidence;
          expect({ count, ...others }).toEqual(known);
          expect(completed + reset).toBeLessThanOrEqual(judged);
          expect(data).toBeLessThanOrEqual(completed);
          expect(judged).toBeLessThanOrEqual(handshakesOf(count, evidence as RowEvidence));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('segments that are counted separately add up to the whole', () => {
    const [whole, first, second] = [makeEvidenceTally(), makeEvidenceTally(), makeEvidenceTally()] as const;
    fc.assert(
      fc.property(
        fc.array(anyPacket, { maxLength: 400, size: 'max' }),
        fc.array(fc.nat(), { maxLength: 4 }),
        (parts, places) => {
          const packets = inTime(parts.map((part, at) => (at % 3 === 0 ? part : againAt(parts, at))));
          const starts = startsIn(packets.length, places);
          for (const each of [whole, first, second]) each.takePart();
          expect(evidenceOf(countParts([first, second], packets, starts))).toEqual(
            evidenceOf(countWhole(whole, packets, starts)),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  // Here sets of both tables are full, and handshakes are given up.
  test('the same for very many handshakes', () => {
    const [whole, first, second] = [makeEvidenceTally(), makeEvidenceTally(), makeEvidenceTally()] as const;
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), (seed, places) => {
        const packets = manyPackets(seed);
        const starts = startsIn(packets.length, places);
        for (const each of [whole, first, second]) each.takePart();
        expect(evidenceOf(countParts([first, second], packets, starts))).toEqual(
          evidenceOf(countWhole(whole, packets, starts)),
        );
      }),
      { numRuns: 6 },
    );
  });
});

/** The last of the first SYN-ACKs, or what follows it; its time is soon after. */
function againAt(parts: readonly TcpPacket[], at: number): TcpPacket {
  const { flags, payload, time } = parts[at] as TcpPacket;
  return { ...(parts[(at % 5) * 3] ?? (parts[0] as TcpPacket)), flags, payload, time: time % 17 };
}

/** Some places in ascending order, far enough from each other that only one segment is followed at a time. */
function startsIn(length: number, places: readonly number[]): number[] {
  const starts = [...new Set(places.map((place) => place % (length + 1)))].sort((a, b) => a - b);
  return starts.filter((start, at) => at === 0 || start - (starts[at - 1] as number) > 40);
}

/** 200,000 packets: handshakes, what follows them, and SYN-ACKs that are sent again. */
function manyPackets(seed: number): TcpPacket[] {
  let state = (seed % 2_147_483_646) + 1;
  const random = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const made: TcpPacket[] = [];
  for (let number = 0; number < 200_000; number++) {
    const time = number;
    const earlier = made[number - 1 - random(random(3) === 0 ? 150_000 : 30)];
    const kind = random(10);
    if (kind < 6 || earlier === undefined) {
      made.push(
        synAck({
          time,
          source: random(20),
          destination: 100 + random(50),
          destinationPort: random(60_000),
          sequenceNumber: random(2 ** 31),
          acknowledgement: random(2 ** 31),
          options: random(4),
        }),
      );
    } else if (kind < 8) {
      made.push({ ...earlier, time });
    } else {
      made.push({
        ...earlier,
        time,
        flags: FLAG.ack,
        sequenceNumber: (earlier.sequenceNumber + 1) >>> 0,
        payload: random(2),
      });
    }
  }
  return made;
}

type Known = { count: number } & Omit<RowEvidence, 'judged' | 'completed' | 'data' | 'reset'>;

/** Repeats and flags, by the words of docs/inventory.md. */
function modelOf(packets: readonly TcpPacket[]): Map<string, Known> {
  const rows = new Map<string, Known>();
  const latest = new Map<string, { time: number; from: string }>();
  const { judged, completed, data, reset, ...none } = NO_EVIDENCE;
  for (const packet of packets) {
    const { family, source, destination, sourcePort, destinationPort, time } = packet;
    if ((packet.flags & SYN_ACK) !== SYN_ACK) continue;
    const key = `${family} ${destination} ${source} ${sourcePort}`;
    const row: { -readonly [K in keyof Known]: number } = rows.get(key) ?? { count: 0, ...none };
    rows.set(key, row);
    row.count += 1;
    const from = `${source} ${sourcePort} ${packet.sequenceNumber}`;
    const to = `${destination} ${destinationPort} ${(packet.acknowledgement - 1) >>> 0}`;
    const handshake = `${family} ${[from, to].sort().join(' ')}`;
    const known = latest.get(handshake);
    latest.set(handshake, { time, from });
    const gap = known === undefined ? Number.POSITIVE_INFINITY : time - known.time;
    if (gap > 64_000) {
      if (packet.options <= 1) row.plain += 1;
      if (packet.window === 0) row.proxied += 1;
      if (destinationPort === 20) row.port20 += 1;
      else if (destinationPort < 1024) row.lowPorts += 1;
    } else if (known?.from !== from) row.mutual += 1;
    else if (gap < 10) row.copies += 1;
    else {
      row.resent += 1;
      if (gap >= 3500 && gap <= 7000) row.late += 1;
    }
  }
  return rows;
}
