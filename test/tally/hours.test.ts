// The hours of the week in which rows were seen, as they are counted in WebAssembly, beside hours counted by hand.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findHoursFault, hourOf, hoursBetween, packHours, unpackHours } from '../../src/tally/hours.js';
import { rowsOf, type TallyRow } from '../../src/tally/rows.js';
import { Scope } from '../../src/tally/scope.js';
import { Tally, type TallyPart } from '../../src/tally/tally.js';

const HOUR = 3_600_000_000;
const MAX_HOUR_COUNT = 2 ** 24 - 1;

/** A SYN-ACK of this server, of this time. */
type Packet = readonly [server: number, time: number, family: 4 | 6];

function makeTally(options: { hours?: boolean; maxRows?: number } = {}): Tally {
  return new Tally({ scope: Scope.everything(), hours: true, ...options });
}

function addAll(tally: Tally, packets: Iterable<Packet>): Tally {
  const view = new DataView(new ArrayBuffer(32));
  for (const [server, time, family] of packets) {
    view.setUint32(28, server);
    if (family === 4) tally.add4(1, server, 443, time);
    else tally.add6(view, 0, 16, 443, time);
  }
  return tally;
}

type Hours = Readonly<Record<string, readonly (readonly [number, number])[]>>;

/** By family and server. */
function hoursIn(tally: Tally): Hours {
  return Object.fromEntries(
    [...rowsOf(tally)].map(({ family, server, hours }) => [
      `${family} ${server?.at(-1)}`,
      [...unpackHours(hours ?? new Uint32Array(0))],
    ]),
  );
}

function expectedHours(packets: readonly Packet[]): Hours {
  const rows = new Map<string, Map<number, number>>();
  for (const [server, time, family] of packets) {
    const key = `${family} ${server}`;
    const hours = rows.get(key) ?? new Map<number, number>();
    // Not as the program computes it: by the calendar. It knows no year before 1970 that JavaScript does not.
    const date = new Date(Math.floor(time / 1000));
    const hour = ((date.getUTCDay() + 6) % 7) * 24 + date.getUTCHours();
    hours.set(hour, (hours.get(hour) ?? 0) + 1);
    rows.set(key, hours);
  }
  return Object.fromEntries([...rows].map(([key, hours]) => [key, [...hours].sort(([a], [b]) => a - b)]));
}

const anyTime = fc.oneof(
  fc.integer({ min: 0, max: 400 }).map((hour) => 1_767_225_600_000_000 + hour * HOUR),
  fc.integer({ min: -9_000_000_000_000_000, max: 8_000_000_000_000_000 }),
  fc.constantFrom(0, -1, HOUR - 1, HOUR),
);
const anyPackets = fc.array(
  fc.tuple(fc.nat(3), anyTime, fc.constantFrom<4 | 6>(4, 6)) as fc.Arbitrary<Packet>,
  { maxLength: 400, size: 'max' },
);

describe('the hour of a time', () => {
  test.each([
    ['2026-01-05T00:00:00Z', 0],
    ['2026-01-05T00:59:59.999999Z', 0],
    ['2026-01-06T02:05:00Z', 26],
    ['2026-01-11T23:00:00Z', 167],
    ['1970-01-01T00:00:00Z', 72],
    ['1969-12-31T23:59:59Z', 71],
    ['1684-08-04T21:59:05Z', 117],
  ])('when it is %s then it is hour %d of the week', (text, hour) => {
    expect(hourOf(Date.parse(text) * 1000)).toBe(hour);
  });
});

describe('hours of rows', () => {
  test('when packets are any then each row has the hours of its own', () => {
    fc.assert(
      fc.property(anyPackets, (packets) => {
        expect(hoursIn(addAll(makeTally(), packets))).toEqual(expectedHours(packets));
      }),
      { numRuns: 30 },
    );
  });

  test('when a row is seen in every hour of the week, over and over, then none is lost', () => {
    const packets = Array.from({ length: 168 * 5 }, (_, at): Packet => [1, at * 37 * HOUR, 4]);
    const [hours = []] = Object.values(hoursIn(addAll(makeTally(), packets)));
    expect(hours).toEqual(Array.from({ length: 168 }, (_, hour) => [hour, 5]));
  });

  test('when packets are counted in parts, however, then the hours are the same in any order', () => {
    const borders = fc.array(fc.nat(400), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(anyPackets, borders, fc.boolean(), (packets, cuts, isReversed) => {
        const ends = [...cuts.map((cut) => cut % (packets.length + 1)), packets.length].sort((a, b) => a - b);
        const counter = makeTally();
        const parts = ends.map((end, at): TallyPart => {
          return addAll(counter, packets.slice(ends[at - 1] ?? 0, end)).takePart();
        });
        const receiver = makeTally();
        for (const part of isReversed ? parts.toReversed() : parts) receiver.merge(part);
        expect(hoursIn(receiver)).toEqual(expectedHours(packets));
        expect(counter.readRows(4).size).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  test('when all rows of a tally are added to another then that one has the same hours', () => {
    fc.assert(
      fc.property(anyPackets, (packets) => {
        const tally = addAll(makeTally(), packets);
        const receiver = makeTally();
        for (const row of rowsOf(tally)) receiver.addRow(row);
        expect(hoursIn(receiver)).toEqual(hoursIn(tally));
        const without = makeTally({ hours: false });
        for (const row of rowsOf(tally)) without.addRow(row);
        expect([...rowsOf(without)].every(({ hours }) => hours === undefined)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test('when rows are folded then those that stay keep their own hours', () => {
    const packets = Array.from({ length: 200 }, (_, server): Packet[] =>
      Array.from({ length: server % 7 === 0 ? 3 : 1 }, (__, at) => [server, (server + at) * HOUR, 4]),
    ).flat();
    const tally = addAll(makeTally({ maxRows: 60 }), packets);
    tally.foldIfFull();
    expect(tally.readRows(4).size).toBe(30);
    const expected = expectedHours(packets);
    const kept = hoursIn(tally);
    for (const [key, hours] of Object.entries(kept)) expect(hours).toEqual(expected[key]);
    addAll(tally, packets);
    for (const key of Object.keys(kept)) {
      expect(hoursIn(tally)[key]).toEqual(expected[key]?.map(([hour, count]) => [hour, 2 * count]));
    }
  });

  test('when they are not asked for then there are none', () => {
    const tally = addAll(makeTally({ hours: false }), [[1, 0, 4]]);
    expect(tally.readRows(4).hoursOf(0)).toBeUndefined();
    const { hours4, hours6 } = tally.takePart();
    expect([hours4.length, hours6.length]).toEqual([0, 0]);
  });

  test('when more rows are asked for than there is memory for then it is refused', () => {
    expect(() => makeTally({ maxRows: 600_001 })).toThrow('found maxRows 600001, expected at most 600000');
  });
});

describe('a row that was saved', () => {
  const ROW: TallyRow = {
    family: 4,
    client: undefined,
    server: Uint32Array.of(1),
    port: 80,
    count: 7,
    first: 5,
    last: HOUR - 1,
  };

  test('when it has no hours and its times are in one hour then that is its hour', () => {
    const tally = makeTally();
    tally.addRow(ROW);
    expect(hoursIn(tally)).toEqual({ '4 1': [[72, 7]] });
    expect(hoursBetween(0, HOUR, 2)).toBeUndefined();
  });

  test('when it has no hours and its times are in several then they stay unknown', () => {
    const tally = makeTally();
    tally.addRow({ ...ROW, last: HOUR });
    expect(hoursIn(tally)).toEqual({ '4 1': [] });
    tally.addRow(ROW);
    expect(hoursIn(tally)).toEqual({ '4 1': [[72, 7]] });
  });

  test('when an hour has more SYN-ACKs than there is room for then it has as many as there is', () => {
    const tally = makeTally();
    tally.addRow({ ...ROW, count: 2 ** 40 });
    tally.addRow(ROW);
    tally.addRow({
      ...ROW,
      last: HOUR,
      hours: packHours([
        [72, 1],
        [73, MAX_HOUR_COUNT - 1],
      ]),
    });
    tally.addRow({ ...ROW, last: HOUR, hours: packHours([[73, 1]]) });
    expect(hoursIn(tally)).toEqual({
      '4 1': [
        [72, MAX_HOUR_COUNT],
        [73, MAX_HOUR_COUNT],
      ],
    });
  });
});

test.each([
  [
    [
      [0, 1],
      [167, MAX_HOUR_COUNT],
    ],
    undefined,
  ],
  [[[-1, 1]], 'found the hour -1, expected hours of the week from 0 to 167, ascending'],
  [[[1.5, 1]], 'found the hour 1.5, expected hours of the week from 0 to 167, ascending'],
  [
    [
      [3, 1],
      [3, 1],
    ],
    'found the hour 3, expected hours of the week from 0 to 167, ascending',
  ],
  [[[3, 2 ** 24]], 'found 16777216 SYN-ACKs in an hour, expected 1 to 16777215'],
] as const)('when hours from outside are %j then the fault is %s', (counts, fault) => {
  expect(findHoursFault(counts)).toBe(fault);
});
