// How often rows were seen in slices of time, counted in WebAssembly, compared with times counted by hand.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Rows, rowsOf, type TallyRow } from '../../src/tally/rows.js';
import { Scope } from '../../src/tally/scope.js';
import { Tally, type TallyPart } from '../../src/tally/tally.js';

const SECOND = 1_000_000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
const WIDTHS = [
  ...[1, 5, 10, 30, 60, 300, 600, 1200, 3600, 7200, 21_600, 43_200],
  ...Array.from({ length: 16 }, (_, doubled) => 86_400 * 2 ** doubled),
];
const LAST_SECOND = 2 ** 32 - 2;

/** A SYN-ACK of this server, of this time. */
type Packet = readonly [server: number, time: number, family: 4 | 6];

function makeTally(options: { activity?: boolean; maxRows?: number } = {}): Tally {
  return new Tally({ scope: Scope.everything(), activity: true, ...options });
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

/** By family and server: SYN-ACKs by the beginning of the slice, in seconds. */
interface Activity {
  readonly width: number | undefined;
  readonly rows: Readonly<Record<string, Readonly<Record<number, number>>>>;
}

function activityIn(tally: Tally): Activity {
  const slices = tally.timeSlices;
  const found: Record<string, Record<number, number>> = {};
  for (const rows of [tally.readRows(4), tally.readRows(6)]) {
    for (let row = 0; row < rows.size; row++) {
      const counts = countsOf(rows, row, slices?.count ?? 0);
      found[`${rows.family} ${rows.serverOf(row)?.at(-1)}`] = Object.fromEntries(
        counts.flatMap((count, at) =>
          count > 0 ? [[((slices?.start ?? 0) + at * (slices?.width ?? 0)) / SECOND, count]] : [],
        ),
      );
    }
  }
  return { width: slices && slices.width / SECOND, rows: found };
}

function countsOf(rows: Rows, row: number, count: number): number[] {
  const sums = new Float64Array(count);
  rows.addActivityOf(row, sums);
  return [...sums];
}

function expectedActivity(packets: readonly Packet[], atLeast = 1): Activity {
  const seconds = packets.map(([, time]) => secondOf(time));
  const width = WIDTHS.find(
    (some) =>
      some >= atLeast &&
      Math.floor(Math.max(...seconds) / some) - Math.floor(Math.min(...seconds) / some) < 128,
  );
  const rows: Record<string, Record<number, number>> = {};
  for (const [server, time, family] of packets) {
    const key = `${family} ${server}`;
    const row = rows[key] ?? {};
    rows[key] = row;
    const start = Math.floor(secondOf(time) / (width ?? 1)) * (width ?? 1);
    row[start] = (row[start] ?? 0) + 1;
  }
  return { width: packets.length === 0 ? undefined : width, rows };
}

function secondOf(time: number): number {
  return Math.max(0, Math.min(LAST_SECOND, Math.floor(time / SECOND)));
}

const START = 1_767_225_600 * SECOND;
const anyLength = fc.constantFrom(100 * SECOND, HOUR, 3 * DAY, 400 * DAY);
const anyPackets = anyLength.chain((length) =>
  fc.array(
    fc.tuple(
      fc.nat(3),
      fc.oneof(
        { weight: 40, arbitrary: fc.nat(length).map((time) => START + time) },
        { weight: 1, arbitrary: fc.constantFrom(0, -1, 9e15, -9e15, 1e300) },
      ),
      fc.constantFrom<4 | 6>(4, 6),
    ) as fc.Arbitrary<Packet>,
    { maxLength: 400, size: 'max' },
  ),
);

describe('the activity of rows', () => {
  test('when there are any packets, then each is in the slice of its time', () => {
    fc.assert(
      fc.property(anyPackets, (packets) => {
        expect(activityIn(addAll(makeTally(), packets))).toEqual(expectedActivity(packets));
      }),
      { numRuns: 60 },
    );
  });

  test('when packets are counted in any parts and merged in any order, then the activity is the same', () => {
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
        expect(activityIn(receiver)).toEqual(expectedActivity(packets));
        expect(counter.timeSlices).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  });

  test('when slices become wider, then the counts of each width are the sums of the one before', () => {
    const tally = makeTally();
    const packets: Packet[] = [];
    for (const width of WIDTHS.slice(0, 20)) {
      const more = Array.from({ length: 120 }, (_, at): Packet => [at % 3, at * width * SECOND, 4]);
      addAll(tally, more);
      packets.push(...more);
      expect(activityIn(tally)).toEqual(expectedActivity(packets));
    }
  });

  test('when rows have too many entries, then slices become wider, whatever the order of the parts', () => {
    // 36,000 rows with 120 slices of a minute each are above the limit; with 24 slices of 5 minutes they are not.
    const count = (tally: Tally, from: number, to: number): Tally => {
      for (let minute = from; minute < to; minute++) {
        for (let server = 0; server < 36_000; server++) tally.add4(1, server, 443, minute * 60 * SECOND);
      }
      return tally;
    };
    const parts = [count(makeTally(), 0, 70).takePart(), count(makeTally(), 70, 120).takePart()] as const;
    expect(parts.map(({ activity }) => activity?.step)).toEqual([4, 3]);
    const [continued, merged] = [makeTally(), makeTally()];
    continued.merge(parts[0]);
    count(continued, 70, 120);
    for (const part of parts.toReversed()) merged.merge(part);
    for (const tally of [continued, merged]) {
      expect(tally.timeSlices).toEqual({ start: 0, width: 300 * SECOND, count: 24 });
      expect(countsOf(tally.readRows(4), 35_999, 24)).toEqual(Array.from({ length: 24 }, () => 5));
    }
  });

  test('when rows are folded, then the others keep their activity', () => {
    const packets = Array.from({ length: 200 }, (_, server): Packet[] =>
      Array.from({ length: server % 7 === 0 ? 3 : 1 }, (__, at) => [server, (server + at) * HOUR, 4]),
    ).flat();
    const tally = addAll(makeTally({ maxRows: 60 }), packets);
    tally.foldIfFull();
    const { rows, width } = activityIn(tally);
    expect(Object.keys(rows)).toHaveLength(30);
    const all = expectedActivity(packets);
    expect(width).toBe(all.width);
    for (const [key, counts] of Object.entries(rows)) expect(counts).toEqual(all.rows[key]);
    addAll(tally, packets);
    for (const row of rowsOf(tally))
      expect(row.count).toBe(sumOf(activityIn(tally).rows[`4 ${row.server?.[0]}`]));
  });

  test('when it is not counted, then there is none', () => {
    const tally = addAll(makeTally({ activity: false }), [[1, 0, 4]]);
    expect(tally.timeSlices).toBeUndefined();
    expect(countsOf(tally.readRows(4), 0, 3)).toEqual([0, 0, 0]);
    expect(tally.takePart().activity).toBeUndefined();
  });

  test('when maxRows exceeds its limit, then it is refused', () => {
    expect(() => makeTally({ maxRows: 1_000_001 })).toThrow('expected at most 1000000');
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
    last: SECOND - 1,
  };

  test('when it is of one second, then its activity is known', () => {
    const tally = makeTally();
    tally.addRow({ ...ROW, count: 2 ** 45 });
    expect(activityIn(tally)).toEqual({ width: 1, rows: { '4 1': { 0: 2 ** 45 } } });
  });

  test('when it is of a longer time, then its activity stays unknown', () => {
    const tally = makeTally();
    tally.addRow({ ...ROW, last: SECOND });
    expect(activityIn(tally)).toEqual({ width: undefined, rows: { '4 1': {} } });
  });

  test('when a store added up its hour or day, then slices are at least so long', () => {
    const tally = makeTally();
    addAll(tally, [[9, 2 * HOUR, 4]]);
    tally.addRow({ ...ROW, first: HOUR, last: HOUR + 8 * SECOND, unit: HOUR });
    expect(activityIn(tally)).toEqual({ width: 3600, rows: { '4 9': { 7200: 1 }, '4 1': { 3600: 7 } } });
    tally.addRow({ ...ROW, first: HOUR, last: 3 * HOUR, unit: DAY });
    expect(activityIn(tally)).toEqual({ width: 86_400, rows: { '4 9': { 0: 1 }, '4 1': { 0: 14 } } });
  });

  test('when a store added up its month, or a unit that does not contain it, then its activity stays unknown', () => {
    const tally = makeTally();
    tally.addRow({ ...ROW, last: 20 * DAY, unit: 30 * DAY });
    tally.addRow({ ...ROW, last: HOUR, unit: HOUR });
    expect(activityIn(tally)).toEqual({ width: undefined, rows: { '4 1': {} } });
  });
});

function sumOf(counts: Readonly<Record<number, number>> = {}): number {
  return Object.values(counts).reduce((a, b) => a + b, 0);
}
