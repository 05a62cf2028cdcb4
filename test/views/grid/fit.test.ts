// The rules by which a table is made to fit, and that they always lead to a table that fits if there is any.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FlexibleColumn, fitColumns } from '../../../src/views/grid/fit.js';

const NUMBER: FlexibleColumn = { width: 8 };
const NAME: FlexibleColumn = { width: 20, leastWidth: 12 };
const PRODUCT: FlexibleColumn = { width: 40, leastWidth: 12, leaveOut: 2 };
const TIME: FlexibleColumn = { width: 20, shortWidth: 17, leaveOut: 1 };
const COLUMNS = [NAME, NUMBER, PRODUCT, TIME];

test.each([
  [94, [20, 8, 40, 20], false],
  // Times are shortened.
  [93, [20, 8, 40, 17], true],
  [91, [20, 8, 40, 17], true],
  // The widest text is cut first.
  [90, [20, 8, 39, 17], true],
  [71, [20, 8, 20, 17], true],
  // Of equally wide columns, the last.
  [70, [20, 8, 19, 17], true],
  [69, [19, 8, 19, 17], true],
  [55, [12, 8, 12, 17], true],
  // What matters least is left out.
  [54, [20, 8, 22, 0], true],
  [36, [12, 8, 12, 0], true],
  [35, [20, 8, 0, 0], true],
  [22, [12, 8, 0, 0], true],
  // Then text is cut to a few letters, but numbers are not cut.
  [21, [11, 8, 0, 0], true],
  [14, [4, 8, 0, 0], true],
  [5, [4, 8, 0, 0], true],
])('when there are %d columns, then the widths are %j', (width, widths, isShort) => {
  expect(fitColumns(COLUMNS, width, 2)).toEqual({ widths, isShort });
});

const anyColumn: fc.Arbitrary<FlexibleColumn> = fc.oneof(
  fc.record({ width: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ width: fc.integer({ min: 1, max: 200 }), leastWidth: fc.integer({ min: 4, max: 20 }) }),
  fc.record({ width: fc.constant(20), shortWidth: fc.constant(17), leaveOut: fc.nat(9) }),
  fc.record({
    width: fc.integer({ min: 1, max: 200 }),
    leastWidth: fc.integer({ min: 4, max: 20 }),
    leaveOut: fc.nat(9),
  }),
);

test('when there are any columns, then the table fits, and nothing is cut or left out without need', () => {
  fc.assert(
    fc.property(
      fc.array(anyColumn, { minLength: 1, maxLength: 10 }),
      fc.integer({ min: 60, max: 300 }),
      (columns, width) => {
        const { widths } = fitColumns(columns, width, 2);
        const shown = widths.filter((each) => each > 0);
        const total = shown.reduce((sum, each) => sum + each + 2, -2);
        const most = columns.reduce((sum, each) => sum + each.width + 2, -2);
        if (most <= width) expect(widths).toEqual(columns.map((column) => column.width));
        const fixed = columns.filter(({ leaveOut }) => leaveOut === undefined);
        const least = fixed.reduce(
          (sum, { width: all, leastWidth }) => sum + (leastWidth === undefined ? all : Math.min(all, 4)) + 2,
          -2,
        );
        if (least <= width) expect(total).toBeLessThanOrEqual(width);
        for (const [at, column] of columns.entries()) {
          const found = widths[at] ?? 0;
          expect(found).toBeLessThanOrEqual(column.width);
          if (found === 0) expect(column.leaveOut).toBeDefined();
          else if (column.leastWidth === undefined)
            expect([column.width, column.shortWidth]).toContain(found);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
