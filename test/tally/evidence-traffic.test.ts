// Generated traffic: how many repeats the bounded table recognises, and that it never takes another handshake for one.
// SYNSUM_HANDSHAKES sets the number of handshakes, for example 10000000 in a nightly run.

import { describe, expect, test } from 'vitest';
import { handshakesOf, type RowEvidence } from '../../src/tally/row-evidence.js';
import { rowsOf } from '../../src/tally/rows.js';
import type { Tally } from '../../src/tally/tally.js';
import { addPackets, makeEvidenceTally, synAck, type TcpPacket } from './evidence-packets.js';

const HANDSHAKES = Number(process.env['SYNSUM_HANDSHAKES'] ?? 300_000);

function makeRandom(): (below: number) => number {
  let state = 12_345;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** SYN-ACKs in the order of time. A lost one is sent again after 1 s and, if that is lost too, after 3 s. */
function* traffic(perSecond: number, lossPercent: number): Generator<TcpPacket> {
  const random = makeRandom();
  const isLost = (): boolean => random(10_000) < lossPercent * 100;
  const again: { first: TcpPacket[]; second: TcpPacket[] } = { first: [], second: [] };
  let [nextFirst, nextSecond] = [0, 0];
  for (let number = 0; number < HANDSHAKES; number++) {
    const time = (number * 1000) / perSecond;
    for (
      let due = again.first[nextFirst];
      due !== undefined && due.time <= time;
      due = again.first[nextFirst]
    ) {
      nextFirst += 1;
      yield due;
      if (isLost()) again.second.push({ ...due, time: due.time + 2000 });
    }
    for (
      let due = again.second[nextSecond];
      due !== undefined && due.time <= time;
      due = again.second[nextSecond]
    ) {
      nextSecond += 1;
      yield due;
    }
    const packet = synAck({
      time,
      family: random(4) === 0 ? 6 : 4,
      source: random(64),
      destination: random(1024),
      destinationPort: 32_768 + random(28_000),
      sequenceNumber: random(2 ** 31) * 2 + random(2),
      acknowledgement: random(2 ** 31) * 2 + random(2),
    });
    yield packet;
    if (isLost()) again.first.push({ ...packet, time: time + 1000 });
  }
}

interface Sums {
  synAcks: number;
  handshakes: number;
  repeats: number;
}

function sumsOf(tally: Tally): Sums {
  const sums = { synAcks: 0, handshakes: 0, repeats: 0 };
  for (const { count, evidence } of rowsOf(tally)) {
    const handshakes = handshakesOf(count, evidence as RowEvidence);
    sums.synAcks += count;
    sums.handshakes += handshakes;
    sums.repeats += count - handshakes;
  }
  return sums;
}

describe('generated traffic', () => {
  test.each([
    [2_000, 0.0001],
    [10_000, 0.001],
  ])(
    'with %i handshakes a second, of which 1 % are lost, the number of handshakes is right within %f',
    (perSecond, error) => {
      const tally = makeEvidenceTally();
      addPackets(tally, traffic(perSecond, 1));
      tally.evidence?.finishCapture();
      const { handshakes, repeats } = sumsOf(tally);
      expect(repeats).toBeGreaterThan(HANDSHAKES / 200);
      expect(Math.abs(handshakes - HANDSHAKES) / HANDSHAKES).toBeLessThanOrEqual(error);
    },
  );

  test('different handshakes are never taken for repeats', () => {
    const tally = makeEvidenceTally();
    addPackets(tally, traffic(5_000, 0));
    tally.evidence?.finishCapture();
    expect(sumsOf(tally)).toEqual({ synAcks: HANDSHAKES, handshakes: HANDSHAKES, repeats: 0 });
  });
});
