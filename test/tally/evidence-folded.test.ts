// Rows that are folded while the outcomes of their handshakes are pending: these are added to the sum of folded rows.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addEvidence, handshakesOf, NO_EVIDENCE, type RowEvidence } from '../../src/tally/row-evidence.js';
import { rowsOf } from '../../src/tally/rows.js';
import type { Tally } from '../../src/tally/tally.js';
import { FLAG } from '../helpers/packets.js';
import {
  addPackets,
  fromClient,
  fromServer,
  makeEvidenceTally,
  synAck,
  type TcpPacket,
} from './evidence-packets.js';

const MAX_ROWS = 8;
const whole = makeEvidenceTally();
const small = makeEvidenceTally({ maxRows: MAX_ROWS });

interface Sums extends RowEvidence {
  readonly synAcks: number;
  readonly handshakes: number;
}

/** The sums over all rows, with those that were folded. */
function sumsOf(tally: Tally): Sums {
  const { folded } = tally;
  let synAcks = folded.count;
  let sum = folded.evidence;
  for (const { count, evidence } of rowsOf(tally)) {
    synAcks += count;
    sum = addEvidence(sum, evidence);
  }
  if (sum === undefined) throw new Error('evidence is not known');
  return { ...sum, synAcks, handshakes: handshakesOf(synAcks, sum) };
}

/** Counts packets; before each of those at `places`, too many rows are folded. */
function countFolding(tally: Tally, packets: readonly TcpPacket[], places: readonly number[]): Sums {
  tally.takePart();
  for (const [index, packet] of packets.entries()) {
    if (places.includes(index)) tally.foldIfFull();
    addPackets(tally, [packet]);
  }
  tally.foldIfFull();
  tally.evidence?.finishCapture();
  return sumsOf(tally);
}

/** One handshake with each of many servers: later ones are folded first. */
function handshakesWith(servers: number, family: 4 | 6): TcpPacket[] {
  return Array.from({ length: servers }, (_, server) =>
    synAck({ family, source: 10 + server, time: server }),
  );
}

/** The packet of the same connection as a SYN-ACK of `handshakesWith`. */
function inConnection(synAckPacket: TcpPacket, packet: TcpPacket, time: number): TcpPacket {
  const { family, source: server } = synAckPacket;
  const isFromServer = packet.sourcePort === synAckPacket.sourcePort;
  return { ...packet, family, time, ...(isFromServer ? { source: server } : { destination: server }) };
}

const { ack, rst } = FLAG;

describe('outcomes of handshakes whose rows were folded meanwhile', () => {
  test.each<[string, TcpPacket, Partial<RowEvidence>]>([
    ['completed', fromClient(), { judged: 20, completed: 20 }],
    ['data', fromServer({ payload: 1 }), { judged: 20, completed: 20, data: 20 }],
    ['reset', fromClient({ flags: rst }), { judged: 20, reset: 20 }],
  ])('%s', (_, next, expected) => {
    for (const family of [4, 6] as const) {
      const begun = handshakesWith(20, family);
      const packets = [...begun, ...begun.map((packet) => inConnection(packet, next, 100))];
      const sums = countFolding(small, packets, [begun.length]);
      expect(small.folded.rows).toBe(20 - MAX_ROWS / 2);
      expect(sums).toEqual({ ...NO_EVIDENCE, synAcks: 20, handshakes: 20, ...expected });
      const { judged = 0, completed = 0, data = 0, reset = 0 } = small.folded.evidence as RowEvidence;
      const share = (20 - MAX_ROWS / 2) / 20;
      expect({ judged, completed, data, reset }).toEqual({
        judged: (expected.judged ?? 0) * share,
        completed: (expected.completed ?? 0) * share,
        data: (expected.data ?? 0) * share,
        reset: (expected.reset ?? 0) * share,
      });
    }
  });

  test('silence counts for folded rows too, if another handshake was answered', () => {
    const begun = handshakesWith(20, 4);
    const [first] = begun as [TcpPacket];
    const packets = [
      ...begun,
      inConnection(first, fromClient(), 100),
      inConnection(first, fromClient(), 9000),
    ];
    expect(countFolding(small, packets, [begun.length])).toMatchObject({ judged: 20, completed: 1 });
  });

  test('an answer to a folded row shows that the capture has answers', () => {
    const begun = handshakesWith(20, 4);
    const last = begun.at(-1) as TcpPacket;
    const packets = [
      ...begun,
      inConnection(last, fromClient({ flags: rst }), 100),
      inConnection(last, fromClient(), 9000),
    ];
    expect(countFolding(small, packets, [begun.length])).toEqual(countFolding(whole, packets, []));
  });

  test('the sums over all rows are the same as without folding', () => {
    const step = fc.record({
      server: fc.nat(40),
      client: fc.nat(2),
      family: fc.constantFrom<(4 | 6)[]>(4, 6),
      isn: fc.constantFrom(1000, 1000, 2000),
      kind: fc.constantFrom('syn-ack', 'syn-ack', 'again', 'ack', 'data', 'reset'),
      gap: fc.constantFrom(0, 1, 5, 100, 1000, 4000),
    });
    let [pending, folded] = [0, 0];
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 60, maxLength: 300, size: 'max' }),
        fc.array(fc.nat(299)),
        (steps, places) => {
          let time = 0;
          const packets = steps.map(({ server, client, family, isn, kind, gap }) => {
            time += gap;
            const ends = { family, time, destination: client, source: 10 + server };
            if (kind === 'syn-ack' || kind === 'again') return synAck({ ...ends, sequenceNumber: isn });
            return fromClient({
              ...ends,
              source: client,
              destination: 10 + server,
              acknowledgement: isn + 1,
              payload: kind === 'data' ? 1 : 0,
              flags: kind === 'reset' ? rst : ack,
            });
          });
          const sums = countFolding(small, packets, places);
          if (small.folded.rows > 0) folded += 1;
          if ((small.folded.evidence?.judged ?? 0) > 0) pending += 1;
          expect(sums).toEqual(countFolding(whole, packets, []));
        },
      ),
      { numRuns: 300 },
    );
    expect(folded).toBeGreaterThan(100);
    expect(pending).toBeGreaterThan(100);
  });
});
