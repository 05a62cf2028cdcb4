// Rows that are divided by time, compared with a map from key and slice to counts.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Tally } from '../../src/tally/tally.js';
import { EVERYTHING } from '../helpers/scope.js';
import { timedRowsOf } from './rows-of.js';

const SLICE = 1000;

interface Packet {
  readonly family: 4 | 6;
  readonly server: number;
  readonly time: number;
}

const anyPacket: fc.Arbitrary<Packet> = fc.record({
  family: fc.constantFrom(4, 6),
  server: fc.nat(3),
  time: fc.oneof(
    fc.integer({ min: -3 * SLICE, max: 3 * SLICE }),
    // The ends of slices, at which rounding would show.
    fc
      .tuple(fc.integer({ min: -3, max: 2 ** 42 }), fc.constantFrom(-1, 0, 1))
      .map(([n, by]) => n * SLICE + by),
  ),
});

function makeTally(options: { maxRows?: number; slice?: number } = {}): Tally {
  return new Tally({ scope: EVERYTHING, slice: SLICE, ...options });
}

function addAll(tally: Tally, packets: readonly Packet[]): Tally {
  const view = new DataView(new ArrayBuffer(32));
  for (const { family, server, time } of packets) {
    view.setUint32(28, server);
    if (family === 4) tally.add4(1, server, 443, time);
    else tally.add6(view, 0, 16, 443, time);
  }
  return tally;
}

function modelRows(packets: readonly Packet[]): string[] {
  const rows = new Map<string, number[]>();
  for (const { family, server, time } of packets) {
    const key = `${family} ${server} ${Math.floor(time / SLICE)}`;
    rows.set(key, [...(rows.get(key) ?? []), time]);
  }
  return Array.from(rows, ([key, times]) => {
    const [family, server] = key.split(' ');
    const ends = [family === '4' ? 1 : 0, Number(server)].map((end) =>
      end.toString(16).padStart(family === '4' ? 8 : 32, '0'),
    );
    return [...ends, 443, times.length, Math.min(...times), Math.max(...times)].join(' ');
  }).sort();
}

describe('a tally with slices', () => {
  test('when SYN-ACKs come at any times, then each slice has a row of its own', () => {
    fc.assert(
      fc.property(fc.array(anyPacket, { maxLength: 400, size: 'max' }), (packets) => {
        expect(timedRowsOf(addAll(makeTally(), packets))).toEqual(modelRows(packets));
      }),
      { numRuns: 200 },
    );
  });

  test('when parts are merged in any order, then the rows are the same', () => {
    fc.assert(
      fc.property(fc.array(anyPacket, { maxLength: 200, size: 'max' }), fc.nat(200), (packets, cut) => {
        const merged = makeTally();
        merged.merge(addAll(makeTally(), packets.slice(cut)).takePart());
        merged.merge(addAll(makeTally(), packets.slice(0, cut)).takePart());
        expect(timedRowsOf(merged)).toEqual(modelRows(packets));
      }),
      { numRuns: 50 },
    );
  });

  test('when there are very many slices, then they grow the table, and stay apart', () => {
    const packets = Array.from({ length: 100_000 }, (_, number): Packet => {
      return { family: number % 2 === 0 ? 4 : 6, server: 0, time: ((number * 7919) % 50_000) * SLICE };
    });
    expect(timedRowsOf(addAll(makeTally(), packets))).toEqual(modelRows(packets));
  });

  test('when there are more rows and slices than fit, then the smallest are folded', () => {
    const tally = makeTally({ maxRows: 4 });
    addAll(
      tally,
      [1, 1, 1, 2, 2, 3, 4, 5].map((slice) => ({ family: 4, server: 0, time: slice * SLICE })),
    );
    expect(tally.foldIfFull()).toBe(true);
    expect(
      timedRowsOf(tally)
        .map((row) => Number(row.split(' ')[3]))
        .sort(),
    ).toEqual([2, 3]);
    expect(tally.folded).toEqual({ rows: 3, count: 3, first: 3 * SLICE, last: 5 * SLICE });
  });

  test('when slices are not asked for, then a row is for all times', () => {
    const packets = [0, SLICE, 5 * SLICE].map((time): Packet => ({ family: 4, server: 0, time }));
    expect(timedRowsOf(addAll(makeTally({ slice: 0 }), packets))).toHaveLength(1);
  });
});
