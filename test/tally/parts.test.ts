// The parts that tallies pass to one another, and rows that are folded.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tally } from '../../src/tally/tally.js';
import { contentOf, type Family, partOf, type Row, type Value } from './parts.js';

import { anyRow, Model, makeTally, numberedRow } from './row-model.js';

interface Packet {
  readonly family: Family;
  readonly client: number;
  readonly server: number;
  readonly port: number;
  readonly time: number;
}

const anyPacket: fc.Arbitrary<Packet> = fc.record({
  family: fc.constantFrom(4, 6),
  client: fc.nat(4),
  server: fc.nat(4),
  port: fc.nat(3),
  time: fc.nat(20),
});
const anyPackets = fc.array(anyPacket, { maxLength: 300, size: 'max' });

function addAll(tally: Tally, packets: readonly Packet[]): void {
  const view = new DataView(new ArrayBuffer(32));
  for (const { family, client, server, port, time } of packets) {
    view.setUint32(12, client);
    view.setUint32(28, server);
    if (family === 4) tally.add4(client, server, port, time);
    else tally.add6(view, 0, 16, port, time);
  }
}

/** The contents of a tally. */
function everythingOf(tally: Tally): unknown {
  const { folded, outsideTime } = tally;
  return {
    rows4: contentOf(tally.readRows(4)),
    rows6: contentOf(tally.readRows(6)),
    folded,
    outsideTime,
    packetsByClass: [...tally.readPacketsByClass()],
  };
}

describe('parts of a tally', () => {
  // They are reused, as making a tally takes longer than using it. A test below shows that this is possible.
  const [whole, first, second, third] = Array.from({ length: 4 }, () => makeTally({ since: 5 })) as [
    Tally,
    Tally,
    Tally,
    Tally,
  ];
  const clear = (): void => {
    for (const tally of [whole, first, second, third]) tally.takePart();
  };

  test('when a part is taken, then the tally is empty again, and the part has everything that was counted, in its order', () => {
    fc.assert(
      fc.property(anyPackets, anyPackets, (packets, others) => {
        const tally = makeTally({ since: 5 });
        const empty = everythingOf(tally);
        addAll(tally, packets);
        const counted = everythingOf(tally);
        const part = tally.takePart();
        expect(everythingOf(tally)).toEqual(empty);
        addAll(tally, others);
        const anew = makeTally({ since: 5 });
        addAll(anew, others);
        expect(everythingOf(tally)).toEqual(everythingOf(anew));

        const receiver = makeTally({ since: 5 });
        receiver.merge(part);
        expect(everythingOf(receiver)).toEqual(counted);
        expect(receiver.takePart()).toEqual(part);
      }),
      { numRuns: 50 },
    );
  });

  test('when SYN-ACKs are pending, then they are in the part', () => {
    for (const count of [1, 127, 128, 129, 300]) {
      clear();
      addAll(
        first,
        Array.from({ length: count }, (_, at) => ({
          family: at % 2 ? 4 : 6,
          client: at,
          server: 1,
          port: 2,
          time: 9,
        })),
      );
      second.merge(first.takePart());
      expect(second.readRows(4).size + second.readRows(6).size).toBe(count);
      expect([first.readRows(4).size, first.readRows(6).size]).toEqual([0, 0]);
    }
  });

  test('when parts are merged in their order, then the result is that of one tally, however they are grouped', () => {
    fc.assert(
      fc.property(anyPackets, anyPackets, anyPackets, (a, b, c) => {
        const groups: readonly (() => Tally)[] = [
          // (a b) c
          () => {
            for (const [tally, packets] of [
              [first, a],
              [second, b],
              [third, c],
            ] as const)
              addAll(tally, packets);
            first.merge(second.takePart());
            first.merge(third.takePart());
            return first;
          },
          // a (b c)
          () => {
            for (const [tally, packets] of [
              [first, a],
              [second, b],
              [third, c],
            ] as const)
              addAll(tally, packets);
            second.merge(third.takePart());
            first.merge(second.takePart());
            return first;
          },
          // Into an empty tally.
          () => {
            for (const packets of [a, b, c]) {
              addAll(first, packets);
              second.merge(first.takePart());
            }
            return second;
          },
          // Between SYN-ACKs that the tally counts.
          () => {
            addAll(first, a);
            addAll(second, b);
            first.merge(second.takePart());
            addAll(first, c);
            return first;
          },
        ];
        clear();
        addAll(whole, [...a, ...b, ...c]);
        const expected = everythingOf(whole);
        for (const merge of groups) {
          clear();
          expect(everythingOf(merge())).toEqual(expected);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('when parts have folded rows, then their sums are added up', () => {
    const [a, b] = [makeTally({ maxRows: 2 }), makeTally({ maxRows: 2 })];
    addAll(
      a,
      [1, 2, 3].map((port) => ({ family: 4, client: 1, server: 2, port, time: port })),
    );
    addAll(
      b,
      [1, 2, 3, 4].map((port) => ({ family: 6, client: 1, server: 2, port, time: 10 * port })),
    );
    for (const tally of [a, b]) tally.foldIfFull();
    expect(a.folded).toEqual({ rows: 2, count: 2, first: 2, last: 3 });
    a.merge(b.takePart());
    expect(a.folded).toEqual({ rows: 5, count: 5, first: 2, last: 40 });
    a.merge(b.takePart());
    expect(a.folded).toEqual({ rows: 5, count: 5, first: 2, last: 40 });
    expect([a.readRows(4).size, a.readRows(6).size]).toEqual([1, 1]);
  });
});

interface Folded extends Value {
  readonly rows: number;
}

const NOTHING: Folded = {
  rows: 0,
  count: 0,
  first: Number.POSITIVE_INFINITY,
  last: Number.NEGATIVE_INFINITY,
};

/** Keeps the rows with the most SYN-ACKs and, among equal ones, those that came first, IPv4 before IPv6. */
function foldModels(models: readonly Model[], maxRows: number, folded: Folded): Folded {
  const all = models.flatMap((model) => model.rows);
  if (all.length <= maxRows) return folded;
  const ranked = all.toSorted(([, a], [, b]) => b.count - a.count);
  const kept = new Set(ranked.slice(0, Math.floor(maxRows / 2)));
  for (const model of models) model.rows = model.rows.filter((row) => kept.has(row));
  return all
    .filter((row) => !kept.has(row))
    .reduce(
      (sum, [, { count, first, last }]) => ({
        rows: sum.rows + 1,
        count: sum.count + count,
        first: Math.min(sum.first, first),
        last: Math.max(sum.last, last),
      }),
      folded,
    );
}

describe('a tally that is folded', () => {
  const COUNTS = {
    'are small': fc.integer({ min: 1, max: 8 }),
    'are all equal': fc.constant(3),
    'are around 4096': fc.integer({ min: 4093, max: 4098 }),
    'are large': fc.integer({ min: 4096, max: 2 ** 31 - 1 }),
    'are large, many of them equal': fc.constantFrom(5000, 2 ** 32 - 1, 2 ** 32, 2 ** 40, 2 ** 40 + 1),
    'are of any size': fc.oneof(
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom(4095, 4096, 4097),
      fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      fc.constantFrom(2 ** 32, 2 ** 40),
    ),
  };

  test.each(Object.entries(COUNTS))(
    'when counts %s, then the rows with the largest are kept and, among equal ones, the first, in their order',
    (_what, anyCount) => {
      const anyStep = fc.oneof(
        {
          weight: 4,
          arbitrary: fc.record({
            rows4: fc.array(anyRow(4, anyCount), { maxLength: 30 }),
            rows6: fc.array(anyRow(6, anyCount), { maxLength: 30 }),
          }),
        },
        { weight: 2, arbitrary: fc.constant('fold' as const) },
      );
      const anyMaxRows = fc.oneof(fc.nat(6), fc.nat(40));
      const tallies = new Map<number, Tally>();
      fc.assert(
        fc.property(fc.array(anyStep, { maxLength: 10, size: 'max' }), anyMaxRows, (steps, maxRows) => {
          const tally = tallies.get(maxRows) ?? makeTally({ maxRows });
          tallies.set(maxRows, tally);
          tally.takePart();
          const [model4, model6] = [new Model(), new Model()];
          let folded = NOTHING;
          for (const step of [...steps, 'fold' as const]) {
            if (step === 'fold') {
              tally.foldIfFull();
              folded = foldModels([model4, model6], maxRows, folded);
            } else {
              tally.merge(partOf(step));
              model4.add(step.rows4);
              model6.add(step.rows6);
            }
          }
          expect(contentOf(tally.readRows(4))).toEqual(model4.rows);
          expect(contentOf(tally.readRows(6))).toEqual(model6.rows);
          expect(tally.folded).toEqual(folded);
        }),
        { numRuns: 100 },
      );
    },
  );

  test('when there are many rows, then they are folded like few, and found again', () => {
    const maxRows = 5_000;
    for (const most of [1, 10, 5_000, 10_000_000]) {
      const tally = makeTally({ maxRows });
      const models = [new Model(), new Model()];
      let folded = NOTHING;
      let state = 1;
      const anyCount = (): number => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        return 1 + ((state >>> 5) % most);
      };
      for (let from = 0; from < 7_500; from += 2_500) {
        const rowsOf = (family: Family): Row[] =>
          Array.from({ length: 3_750 }, (_, at) => numberedRow(family, from + at, { count: anyCount() }));
        const part = { rows4: rowsOf(4), rows6: rowsOf(6) };
        tally.merge(partOf(part));
        models[0]?.add(part.rows4);
        models[1]?.add(part.rows6);
        tally.foldIfFull();
        folded = foldModels(models, maxRows, folded);
      }
      expect(tally.folded).toEqual(folded);
      const content = [contentOf(tally.readRows(4)), contentOf(tally.readRows(6))];
      expect(content.flat()).toHaveLength(maxRows / 2);
      expect(JSON.stringify(content)).toBe(JSON.stringify(models.map(({ rows }) => rows)));
    }
  });
});
