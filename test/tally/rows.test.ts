// The table of rows, tested with the parts that tallies pass to one another.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentOf, partOfFamily, type Row, type Value, WIDTH } from './parts.js';

import { anyRow, Model, makeTally, numberedRow, numberedRows, PORT_MASK, rowsOfFamily } from './row-model.js';

describe.each([4, 6] as const)('rows of IPv%i', (family) => {
  test('when parts are merged, and taken now and then, then the rows are those of a Map, in the order of first appearance', () => {
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

  test('when a table doubles several times, then no row is lost, doubled or mixed up', () => {
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
      // New rows alternate with known ones, so that the table grows while known ones are pending.
      fill(
        numberedRows(family, 40_000, 70_000).flatMap((row, at) => [row, ...numberedRows(family, at, at + 1)]),
      );
      const content = contentOf(rowsOfFamily(tally, family));
      expect(content).toHaveLength(70_000);
      // This is much faster than toEqual.
      expect(JSON.stringify(content)).toBe(JSON.stringify(model.rows));
    }
  });

  test.each(['countOf', 'firstOf', 'lastOf', 'portOf', 'clientOf', 'serverOf'] as const)(
    'when memory has grown since rows were read, then %s finds them anyway',
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

  test('when keys differ in one bit, then they are different rows', () => {
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

  test('when counts exceed 32 bits, then they are exact, up to 46 bits', () => {
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
