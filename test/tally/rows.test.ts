// The table of rows, by way of the parts that tallies hand to one another.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CLIENT_REMOTE, SERVER_REMOTE } from '../../src/tally/layout.js';
import type { TallyOptions } from '../../src/tally/options.js';
import type { Rows } from '../../src/tally/rows.js';
import { Tally } from '../../src/tally/tally.js';
import { EVERYTHING } from '../helpers/scope.js';
import {
  contentOf,
  type Family,
  type Key,
  partOf,
  partOfFamily,
  type Row,
  type Value,
  WIDTH,
} from './parts.js';

const PORT_MASK = 0xffff;

/** What the table should do, in a Map, which keeps the order in which keys first came. */
class Model {
  #values = new Map<string, Row>();

  add(rows: readonly Row[]): void {
    for (const [key, { count, first, last }] of rows) {
      const name = key.join();
      const old = this.#values.get(name)?.[1];
      const value = {
        count: (old?.count ?? 0) + count,
        first: Math.min(old?.first ?? first, first),
        last: Math.max(old?.last ?? last, last),
      };
      this.#values.set(name, [key, value]);
    }
  }

  get rows(): Row[] {
    return [...this.#values.values()];
  }

  set rows(rows: readonly Row[]) {
    this.#values = new Map();
    this.add(rows);
  }
}

function makeTally(options: Partial<TallyOptions> = {}): Tally {
  return new Tally({ scope: EVERYTHING, ...options });
}

function rowsOfFamily(tally: Tally, family: Family): Rows {
  return tally.readRows(family);
}

const anyTag = fc
  .tuple(fc.constantFrom(0, 1, 80, PORT_MASK), fc.constantFrom(0, CLIENT_REMOTE, SERVER_REMOTE, 0x3_0000))
  .map(([port, remote]) => port | remote);
const anyWord = fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff);

/** The words of a remote end are 0, as in every key that a tally makes. */
function zeroRemotes(client: readonly number[], server: readonly number[], tag: number): Key {
  const hide = (words: readonly number[], bit: number): readonly number[] =>
    (tag & bit) === 0 ? words : words.map(() => 0);
  return [...hide(client, CLIENT_REMOTE), ...hide(server, SERVER_REMOTE), tag];
}

function anyKey(family: Family): fc.Arbitrary<Key> {
  const words = fc.array(anyWord, { minLength: WIDTH[family], maxLength: WIDTH[family] });
  return fc.tuple(words, words, anyTag).map(([client, server, tag]) => zeroRemotes(client, server, tag));
}

const anyTime = fc.oneof(
  fc.nat(5),
  fc.integer({ min: 0, max: 0xffff_ffff }).map((seconds) => seconds * 1e6 + 1),
);

function anyRow(family: Family, anyCount: fc.Arbitrary<number>): fc.Arbitrary<Row> {
  return fc
    .tuple(anyKey(family), anyCount, anyTime, anyTime)
    .map(([key, count, a, b]) => [key, { count, first: Math.min(a, b), last: Math.max(a, b) }]);
}

/** The row of this number, so that numbers are near to one another in every word that matters. */
function numberedRow(family: Family, number: number, { count = 1, first = number, last = number } = {}): Row {
  const words = Array.from({ length: WIDTH[family] }, (_, word) =>
    word === WIDTH[family] - 1 ? number : 0x2001_0db8,
  );
  return [[...words, ...words.toReversed(), number & PORT_MASK], { count, first, last }];
}

function numberedRows(family: Family, from: number, to: number, count = 1): Row[] {
  return Array.from({ length: to - from }, (_, at) =>
    numberedRow(family, from + at, { count, last: from + at + count }),
  );
}

describe.each([4, 6] as const)('rows of IPv%i', (family) => {
  test('when parts are merged, and taken between, then it is as a Map, in the order of first appearance', () => {
    const anyStep = fc.oneof(
      { weight: 8, arbitrary: fc.array(anyRow(family, fc.integer({ min: 1, max: 5 })), { maxLength: 60 }) },
      { weight: 1, arbitrary: fc.constant('take' as const) },
    );
    const tally = makeTally();
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 12, size: 'max' }), (steps) => {
        tally.takePart();
        const model = new Model();
        for (const step of steps) {
          if (step === 'take') {
            tally.takePart();
            model.rows = [];
          } else {
            tally.merge(partOfFamily(family, step));
            model.add(step);
          }
        }
        expect(contentOf(rowsOfFamily(tally, family))).toEqual(model.rows);
        expect(rowsOfFamily(tally, family === 4 ? 6 : 4).size).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  test('when a table doubles several times then no row is lost, doubled or mixed up', () => {
    for (const size of [50, 100_000]) {
      const tally = makeTally();
      const model = new Model();
      const fill = (rows: readonly Row[]): void => {
        for (let at = 0; at < rows.length; at += size) {
          tally.merge(partOfFamily(family, rows.slice(at, at + size)));
        }
        model.add(rows);
      };
      fill(numberedRows(family, 0, 20_000, 1));
      fill(numberedRows(family, 5_000, 30_000, 2));
      fill(numberedRows(family, 0, 40_000, 4));
      // New rows and known ones by turns: it grows while known ones are waiting.
      fill(
        numberedRows(family, 40_000, 70_000).flatMap((row, at) => [row, ...numberedRows(family, at, at + 1)]),
      );
      const content = contentOf(rowsOfFamily(tally, family));
      expect(content).toHaveLength(70_000);
      // Much faster than to compare them by toEqual.
      expect(JSON.stringify(content)).toBe(JSON.stringify(model.rows));
    }
  });

  test.each(['countOf', 'firstOf', 'lastOf', 'portOf', 'clientOf', 'serverOf'] as const)(
    'when memory has grown since rows were read then %s finds them all the same',
    (read) => {
      const tally = makeTally();
      tally.merge(partOfFamily(family, numberedRows(family, 0, 10)));
      const before = rowsOfFamily(tally, family)[read](3);
      tally.merge(partOfFamily(family, numberedRows(family, 10, 40_000)));
      expect(rowsOfFamily(tally, family)[read](3)).toEqual(before);
      tally.merge(partOfFamily(family, numberedRows(family, 40_000, 100_000)));
      const [key, { count, first, last }] = numberedRow(family, 99_999, { last: 100_000 });
      const width = WIDTH[family];
      const expected = {
        countOf: count,
        firstOf: first,
        lastOf: last,
        portOf: key[width * 2],
        clientOf: Uint32Array.from(key.slice(0, width)),
        serverOf: Uint32Array.from(key.slice(width, width * 2)),
      };
      expect(rowsOfFamily(tally, family)[read](99_999)).toEqual(expected[read]);
    },
  );

  test('when keys differ in one bit then they are rows of their own', () => {
    const length = WIDTH[family] * 2 + 1;
    const rows: Row[] = [];
    const value: Value = { count: 1, first: 0, last: 0 };
    for (let word = 0; word < length; word++) {
      for (let bit = 0; bit < (word === length - 1 ? 18 : 32); bit++) {
        rows.push([Array.from({ length }, (_, at) => (at === word ? (1 << bit) >>> 0 : 0)), value]);
      }
    }
    rows.push([new Array<number>(length).fill(0), value]);
    const tally = makeTally();
    tally.merge(partOfFamily(family, rows));
    expect(contentOf(rowsOfFamily(tally, family))).toEqual(rows);
  });

  test('when counts pass 32 bits then they are exact, up to 46', () => {
    const key = [...new Array<number>(WIDTH[family] * 2).fill(1), PORT_MASK];
    const counts = [
      1,
      2 ** 14 - 1,
      2 ** 14,
      2 ** 31,
      2 ** 32 - 1,
      2 ** 32,
      2 ** 40 + 1,
      2 ** 45,
      2 ** 46 - 1,
    ];
    const tally = makeTally();
    for (const count of counts) {
      tally.takePart();
      tally.merge(partOfFamily(family, [[key, { count, first: 1, last: 1 }]]));
      const rows = rowsOfFamily(tally, family);
      expect([rows.countOf(0), rows.portOf(0)]).toEqual([count, PORT_MASK]);
    }
    for (const [a, b] of [
      [2 ** 32 - 1, 1],
      [2 ** 40, 1],
      [2 ** 45, 2 ** 45 - 1],
    ] as const) {
      tally.takePart();
      for (const count of [a, b]) tally.merge(partOfFamily(family, [[key, { count, first: 1, last: 1 }]]));
      expect(contentOf(rowsOfFamily(tally, family))).toEqual([[key, { count: a + b, first: 1, last: 1 }]]);
    }
  });
});

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

/** All that is in it. */
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
  // A tally takes longer to make than to use; that these can be used again is shown below.
  const [whole, first, second, third] = Array.from({ length: 4 }, () => makeTally({ since: 5 })) as [
    Tally,
    Tally,
    Tally,
    Tally,
  ];
  const clear = (): void => {
    for (const tally of [whole, first, second, third]) tally.takePart();
  };

  test('when a part is taken then the tally begins anew, and the part is all that was counted, in its order', () => {
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

  test('when SYN-ACKs still wait to be brought into the rows then they are in the part', () => {
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

  test('when parts are merged in their order then it is as if one tally had counted all, however they are grouped', () => {
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
          // Into one that has counted nothing.
          () => {
            for (const packets of [a, b, c]) {
              addAll(first, packets);
              second.merge(first.takePart());
            }
            return second;
          },
          // Between SYN-ACKs that it counts itself.
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

  test('when parts have folded rows then what was folded is added up', () => {
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

/** Keeps the rows with the most SYN-ACKs; of equals those that came first, IPv4 before IPv6. */
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
    'when counts %s then the rows with the largest are kept, of equals the first, in their order',
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

  test('when there are many rows then they are folded as few are, and found again', () => {
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
