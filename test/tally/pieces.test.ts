// The pieces of a stream add up to what the stream has as a whole.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addEvidence, NO_EVIDENCE, type RowEvidence } from '../../src/tally/row-evidence.js';
import { rowsOf } from '../../src/tally/rows.js';
import { Tally } from '../../src/tally/tally.js';
import { FLAG } from '../helpers/packets.js';
import { EVERYTHING } from '../helpers/scope.js';
import { addPackets, fromClient, fromServer, synAck, type TcpPacket } from './evidence-packets.js';

const HOUR = 3_600_000_000;

interface Sum {
  count: number;
  first: number;
  last: number;
  evidence: RowEvidence | undefined;
}

function newTally(): Tally {
  return new Tally({ scope: EVERYTHING, evidence: true, clients: true, slice: HOUR });
}

/** Adds the rows of a piece to sums by row and hour. */
function addRows(sums: Map<string, Sum>, tally: Tally): void {
  for (const { family, client, server, port, count, first, last, evidence } of rowsOf(tally)) {
    const key = [family, client, server, port, Math.floor(first / HOUR)].join(' ');
    const sum = sums.get(key) ?? { count: 0, first, last, evidence: NO_EVIDENCE };
    sums.set(key, {
      count: sum.count + count,
      first: Math.min(sum.first, first),
      last: Math.max(sum.last, last),
      evidence: addEvidence(sum.evidence, evidence),
    });
  }
}

function sortedRows(sums: Map<string, Sum>): [string, Sum][] {
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Connections in all stages, in any order, over less than an hour, but two hours of the clock. */
const packets = fc
  .array(
    fc.record({
      kind: fc.constantFrom('synAck', 'again', 'ack', 'data', 'reset'),
      family: fc.constantFrom(4 as const, 6 as const),
      source: fc.integer({ min: 1, max: 3 }),
      sequenceNumber: fc.constantFrom(1000, 5000),
      gap: fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 55_000 })),
    }),
    { minLength: 2, maxLength: 60 },
  )
  .map((steps) => {
    let time = 3_000_000;
    return steps.map(({ kind, gap, family, source, sequenceNumber }): TcpPacket => {
      time += gap;
      const toServer = { family, destination: source, acknowledgement: sequenceNumber + 1, time };
      if (kind === 'ack') return fromClient(toServer);
      if (kind === 'reset') return fromClient({ ...toServer, flags: FLAG.rst, acknowledgement: 0 });
      if (kind === 'data')
        return fromServer({ family, source, sequenceNumber: sequenceNumber + 1, payload: 10, time });
      return synAck({ family, source, sequenceNumber, time });
    });
  });

describe('pieces', () => {
  test('when a stream is counted in pieces then they add up to the stream as a whole', () => {
    fc.assert(
      fc.property(packets, fc.array(fc.nat(60), { maxLength: 5 }), (later, cuts) => {
        // A stream in which nothing was answered yet judges no handshake.
        const stream = [
          synAck({ source: 9, time: 3_000_000 }),
          fromClient({ destination: 9, payload: 1, time: 3_000_000 }),
          ...later,
        ];
        const whole = newTally();
        addPackets(whole, stream);
        whole.evidence?.finishCapture();
        const expected = new Map<string, Sum>();
        addRows(expected, whole);

        const tally = newTally();
        const sums = new Map<string, Sum>();
        let synAcks = 0;
        let at = 0;
        const ends = cuts.map((cut) => 2 + (cut % (stream.length - 1))).sort((a, b) => a - b);
        for (const [piece, end] of [...ends, stream.length].entries()) {
          addPackets(tally, stream.slice(at, end));
          at = end;
          if (piece === ends.length) tally.evidence?.finishCapture();
          else tally.endPiece();
          addRows(sums, tally);
          synAcks += tally.readPacketsByClass()[0] ?? 0;
          tally.beginPiece();
        }
        expect(synAcks).toBe(whole.readPacketsByClass()[0]);
        expect(sortedRows(sums)).toEqual(sortedRows(expected));
      }),
      { numRuns: 500 },
    );
  });

  test('when a handshake is completed in the next piece then its row is kept until then, and not longer', () => {
    const tally = newTally();
    addPackets(tally, [synAck()]);
    tally.endPiece();
    expect(tally.countRows()).toBe(1);
    tally.beginPiece();
    addPackets(tally, [fromClient({ payload: 5, time: 20 })]);
    tally.endPiece();
    const [row] = rowsOf(tally);
    expect([row?.count, row?.evidence?.completed, row?.evidence?.data]).toEqual([0, 1, 1]);
    tally.beginPiece();
    expect(tally.countRows()).toBe(0);
  });

  test('when a handshake has been silent for an hour then the piece judges it', () => {
    const tally = newTally();
    addPackets(tally, [synAck(), synAck({ source: 3, time: 10 }), fromClient({ destination: 3, time: 20 })]);
    addPackets(tally, [synAck({ source: 4, time: 3_700_000 })]);
    tally.endPiece();
    expect([...rowsOf(tally)].map(({ evidence }) => evidence?.judged)).toEqual([1, 1, 0]);
    tally.beginPiece();
    expect(tally.countRows()).toBe(1);
  });
});
