// Joined cells are those of the rows.

import { describe, expect, test } from 'vitest';
import type { Column } from '../../../src/inventory/summary/columns.js';
import { type Query, summarize } from '../../../src/inventory/summary/summary.js';
import { type Connection, inventoryOf, namesFrom } from '../fixtures.js';

const NAMES = await namesFrom(
  'hosts: { dumbo: [10.0.0.1, 10.0.0.2], pluto: { address: 10.0.0.3, services: { 80: shop } } }',
);

const CONNECTIONS: readonly Connection[] = Array.from({ length: 3000 }, (_, at) => [
  `10.0.${at % 7}.${at % 251}`,
  `10.0.0.${at % 5}`,
  [22, 80, 443, 1024 + at][at % 4] as number,
  1 + (at % 3),
]);

describe('joined cells', () => {
  const queries: Record<string, Query> = {
    'all columns are shown': {},
    'some columns are shown': { by: ['port', 'service'] },
    'numbers are shown': { numeric: true, by: ['server', 'port'] },
    'rows are sorted and cut': { sort: 'count', top: 20, reverse: true },
  };
  for (const [title, query] of Object.entries(queries)) {
    for (const maxRows of [250_000, 200]) {
      test(`when ${title}, of at most ${maxRows} rows, then they are those of the rows`, () => {
        const { rows, by } = summarize(inventoryOf(CONNECTIONS, { maxRows }), NAMES, query);
        const write = (text: string, column: Column): string => `${column}=${text} `;
        const joined = Array.from(rows.joinCells?.(write) ?? [], ({ count, cells }) => `${count} ${cells}`);
        const expected = [...rows].map(
          (row) =>
            `${row.count} ${by.map((column) => write(String(row[column] ?? '(other)'), column)).join('')}`,
        );
        expect(joined).toEqual(expected);
        expect(joined.length).toBeGreaterThan(10);
      });
    }
  }

  test('when a column is of time, then there are none', () => {
    const inventory = inventoryOf(CONNECTIONS, { slice: 3600e6 });
    expect(summarize(inventory, NAMES, { by: ['hour', 'server'] }).rows.joinCells).toBeUndefined();
  });
});
