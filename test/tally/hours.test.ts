// The hours in which rows were seen, counted in WebAssembly, compared with hours counted by hand.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dayOf,
  findHoursFault,
  type HourOfDay,
  hourOf,
  hoursBetween,
  packHours,
  unpackHours,
} from '../../src/tally/hours.js';
import { rowsOf, type TallyRow } from '../../src/tally/rows.js';
import { Scope } from '../../src/tally/scope.js';
import { Tally, type TallyPart } from '../../src/tally/tally.js';

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
const MAX_HOUR_COUNT = 2 ** 24 - 1;
const KEPT_DAYS = 49;

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

/** By family and server. */
type Hours = Readonly<Record<string, readonly HourOfDay[]>>;

function hoursIn(tally: Tally): Hours {
  return Object.fromEntries(
    [...rowsOf(tally)].map(({ family, server, last, hours }) => [
      `${family} ${server?.at(-1)}`,
      hours === undefined ? [] : unpackHours(hours, dayOf(last)),
    ]),
  );
}

function expectedHours(packets: readonly Packet[]): Hours {
  const rows = new Map<string, Date[]>();
  for (const [server, time, family] of packets) {
    const key = `${family} ${server}`;
    rows.set(key, [...(rows.get(key) ?? []), new Date(Math.floor(time / 1000))]);
  }
  return Object.fromEntries([...rows].map(([key, dates]) => [key, hoursOfDates(dates)]));
}

function hoursOfDates(dates: readonly Date[]): HourOfDay[] {
  const daysOf = (date: Date): number => date.setUTCHours(0, 0, 0, 0) / 86_400_000;
  const last = Math.max(...dates.map((date) => daysOf(new Date(date))));
  return Array.from({ length: 24 }, (_, hour): HourOfDay => {
    const seen = dates.filter((date) => date.getUTCHours() === hour);
    const ages = new Set(seen.map((date) => last - daysOf(new Date(date))).filter((age) => age < KEPT_DAYS));
    return [hour, seen.length, [...ages].reduce((sum, age) => sum + 2 ** age, 0)];
  }).filter(([, count]) => count > 0);
}

const anyTime = fc.oneof(
  fc.nat(400).map((hour) => 1_767_225_600_000_000 + hour * HOUR),
  fc.nat(70 * 24).map((hour) => hour * HOUR - 1),
  fc.integer({ min: -9_000_000_000_000_000, max: 8_000_000_000_000_000 }),
  fc.constantFrom(0, -1, HOUR - 1, HOUR),
);
const anyPackets = fc.array(
  fc.tuple(fc.nat(3), anyTime, fc.constantFrom<4 | 6>(4, 6)) as fc.Arbitrary<Packet>,
  { maxLength: 400, size: 'max' },
);

describe('the hour of a time', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0, 0],
    ['1970-01-02T23:59:59.999999Z', 47, 1],
    ['1969-12-31T23:59:59Z', -1, -1],
    ['2026-01-06T02:05:00Z', 491_018, 20_459],
  ])('when it is %s, then it is hour %d, of day %d', (text, hour, day) => {
    const time = Date.parse(text) * 1000;
    expect([hourOf(time), dayOf(time)]).toEqual([hour, day]);
  });

  test('when a time is counted, then it is the hour that the tally counts', () => {
    const tally = makeTally();
    fc.assert(
      fc.property(fc.oneof(anyTime, fc.double({ noNaN: true })), (time) => {
        tally.takePart();
        addAll(tally, [[1, time, 4]]);
        const hour = hourOf(time);
        expect(hoursIn(tally)).toEqual({ '4 1': [[hour - dayOf(time) * 24, 1, 1]] });
      }),
    );
  });

  test('when a time is absurd, then it counts as the nearest one with a number', () => {
    const tally = addAll(makeTally(), [
      [1, -1e300, 4],
      [1, Number.MAX_VALUE, 4],
    ]);
    expect(hoursIn(tally)).toEqual({
      '4 1': [
        [0, 1, 0],
        [23, 1, 1],
      ],
    });
    expect([hourOf(-1e300), hourOf(1e300)]).toEqual([-524_288 * 24, 524_288 * 24 - 1]);
  });
});

describe('hours of rows', () => {
  test('when there are any packets, then each row has its own hours', () => {
    fc.assert(
      fc.property(anyPackets, (packets) => {
        expect(hoursIn(addAll(makeTally(), packets))).toEqual(expectedHours(packets));
      }),
      { numRuns: 30 },
    );
  });

  test('when a row is seen in every hour of many days, then the last days are kept', () => {
    const packets = Array.from({ length: 60 * 24 }, (_, at): Packet => [1, at * HOUR, 4]);
    const all = Array.from({ length: 24 }, (_, hour) => [hour, 60, 2 ** KEPT_DAYS - 1]);
    expect(hoursIn(addAll(makeTally(), packets))).toEqual({ '4 1': all });
    expect(hoursIn(addAll(makeTally(), packets.toReversed()))).toEqual({ '4 1': all });
  });

  test('when packets are counted in any parts, then the hours are the same in any order', () => {
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

  test('when all rows of a tally are added to another, then that one has the same hours', () => {
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

  test('when rows are folded, then the others keep their hours', () => {
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
      expect(hoursIn(tally)[key]).toEqual(
        expected[key]?.map(([hour, count, days]) => [hour, 2 * count, days]),
      );
    }
  });

  test('when they are not counted, then there are none', () => {
    const tally = addAll(makeTally({ hours: false }), [[1, 0, 4]]);
    expect(tally.readRows(4).hoursOf(0)).toBeUndefined();
    const { hours4, hours6 } = tally.takePart();
    expect([hours4.length, hours6.length]).toEqual([0, 0]);
  });

  test('when maxRows exceeds its limit, then it is refused', () => {
    expect(() => makeTally({ maxRows: 1_000_001 })).toThrow(
      'found maxRows 1000001, expected at most 1000000',
    );
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

  test('when it has no hours and its times are in one hour, then that is its hour', () => {
    const tally = makeTally();
    tally.addRow(ROW);
    expect(hoursIn(tally)).toEqual({ '4 1': [[0, 7, 1]] });
    expect(hoursBetween(0, HOUR, 2)).toBeUndefined();
  });

  test('when it has no hours and its times are in several hours, then its hours stay unknown', () => {
    const tally = makeTally();
    tally.addRow({ ...ROW, last: 3 * DAY });
    expect(hoursIn(tally)).toEqual({ '4 1': [] });
    tally.addRow(ROW);
    expect(hoursIn(tally)).toEqual({ '4 1': [[0, 7, 8]] });
  });

  test('when an hour has more SYN-ACKs than it can count, then it has the maximum', () => {
    const tally = makeTally();
    tally.addRow({ ...ROW, count: 2 ** 40 });
    tally.addRow(ROW);
    const many: HourOfDay[] = [
      [0, 1, 1],
      [1, MAX_HOUR_COUNT - 1, 1],
    ];
    tally.addRow({ ...ROW, last: HOUR, hours: packHours(0, many) });
    tally.addRow({ ...ROW, last: HOUR, hours: packHours(0, [[1, 2, 1]]) });
    expect(hoursIn(tally)).toEqual({
      '4 1': [
        [0, MAX_HOUR_COUNT, 1],
        [1, MAX_HOUR_COUNT, 1],
      ],
    });
  });
});

test('when hours are unpacked from the view of a later day, then their days are earlier by the difference', () => {
  const hours = packHours(3, [[5, 1, 2 ** 48 + 1]]);
  expect(unpackHours(hours, 3)).toEqual([[5, 1, 2 ** 48 + 1]]);
  expect(unpackHours(hours, 13)).toEqual([[5, 1, 2 ** 10]]);
  expect(unpackHours(hours, 3 + 49)).toEqual([[5, 1, 0]]);
});

test.each([
  [
    [
      [0, 1, 0],
      [23, MAX_HOUR_COUNT, 2 ** 49 - 1],
    ],
    undefined,
  ],
  [[[24, 1, 1]], 'found the hour 24, expected hours from 0 to 23, ascending'],
  [
    [
      [3, 1, 1],
      [3, 1, 1],
    ],
    'found the hour 3, expected hours from 0 to 23, ascending',
  ],
  [[[3, 0, 1]], 'found 0 SYN-ACKs in an hour, expected 1 to 16777215'],
  [[[3, 2 ** 24, 1]], 'found 16777216 SYN-ACKs in an hour, expected 1 to 16777215'],
  [[[3, 1, 2 ** 49]], 'found the days 562949953421312, expected at most 562949953421311'],
] as const)('when hours from outside are %j, then the fault is %s', (hours, fault) => {
  expect(findHoursFault(hours)).toBe(fault);
});
