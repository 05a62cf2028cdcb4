import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COLUMNS, type Column, SORT_COLUMNS } from '../../../src/inventory/summary/columns.js';
import { type SummaryRow, summarize } from '../../../src/inventory/summary/summary.js';
import { findNameFault } from '../../../src/names/name-rule.js';
import { Names } from '../../../src/names/names.js';
import { compareBytes } from '../../../src/text/compare-bytes.js';
import { columnsOf } from '../../../src/views/classic.js';
import { type Connection, findRegistered, inventoryOf } from '../fixtures.js';

const HOUR = 3_600_000_000;
const ADDRESSES = ['10.0.0.1', '10.0.0.2', '10.0.0.10', '203.0.113.1', '198.51.100.200'] as const;

/** Names that hosts.yaml allows, of any length and script. */
const anyName = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    fc.stringMatching(/^[a-c.!~-]{1,18}$/),
    fc.constantFrom('a', 'ab', 'fifteen-letters', 'fifteen-letters-', 'z\u{1f600}', 'z\uffee'),
  )
  .filter((name) => findNameFault(name) === undefined);

const anyNames = fc
  .record({
    hosts: fc.array(anyName, { minLength: 3, maxLength: 3 }),
    services: fc.array(anyName, { minLength: 2, maxLength: 2 }),
  })
  .map(({ hosts, services }) => {
    const entries = hosts.map((name, at) => {
      const value = BigInt(0x0a00_0001 + at);
      return { name, ranges: [{ family: 4 as const, first: value, last: value }], services: [] };
    });
    const ports = services.map((name, at) => ({ first: 7000 + at, last: 7000 + at, name }));
    return new Names({ local: undefined, hosts: entries, services: ports, expected: [] }, findRegistered);
  });

const anyConnection: fc.Arbitrary<Connection> = fc.tuple(
  fc.constantFrom(...ADDRESSES),
  fc.constantFrom(...ADDRESSES),
  fc.constantFrom(0, 22, 80, 7000, 7001, 8080, 31_337, 65_535),
  fc.integer({ min: 1, max: 3 }),
  fc.oneof(
    fc.nat(10),
    fc.nat(50).map((hour) => hour * HOUR),
  ),
);
const anyConnections = fc.array(anyConnection, { maxLength: 25 });
const anyColumns = fc.shuffledSubarray([...COLUMNS], { minLength: 1 });

/** Compares rows by the first column in which they differ. */
const DIFFERENCE: Readonly<Record<(typeof SORT_COLUMNS)[number], (a: SummaryRow, b: SummaryRow) => number>> =
  {
    count: (a, b) => b.count - a.count,
    first_seen: (a, b) => a.firstSeen - b.firstSeen,
    last_seen: (a, b) => b.lastSeen - a.lastSeen,
    client: (a, b) => compareBytes(a.client ?? '', b.client ?? ''),
    server: (a, b) => compareBytes(a.server ?? '', b.server ?? ''),
    service: (a, b) => compareBytes((a.service ?? '').padStart(10), (b.service ?? '').padStart(10)),
    port: (a, b) => (a.port ?? 70_000) - (b.port ?? 70_000),
    hour: (a, b) => compareBytes(a.hour ?? '', b.hour ?? ''),
    day: (a, b) => compareBytes(a.day ?? '', b.day ?? ''),
  };

describe('order of rows', () => {
  test('when no sort is asked for then the classic lines have the order of `LC_ALL=C sort`', () => {
    fc.assert(
      fc.property(
        anyNames,
        anyConnections,
        anyColumns,
        fc.boolean(),
        fc.nat(20),
        (names, connections, by, ...rest) => {
          const [numeric, maxRows] = rest;
          const inventory = inventoryOf(connections, { maxRows: maxRows < 10 ? maxRows : 1000, slice: HOUR });
          const { rows } = summarize(inventory, names, { by, numeric });
          const lines = Array.from(rows, (row) => Buffer.from(columnsOf(by)(row)));
          expect(lines.map(String)).toEqual(lines.toSorted(Buffer.compare).map(String));
          expect(new Set(lines.map(String)).size).toBe(lines.length);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test.each(SORT_COLUMNS)('when rows are sorted by %s then equal ones keep the default order', (sort) => {
    fc.assert(
      fc.property(anyNames, anyConnections, anyColumns, (names, connections, by) => {
        const rows = [
          ...summarize(inventoryOf(connections, { maxRows: 15, slice: HOUR }), names, { by, sort }).rows,
        ];
        for (const [at, row] of rows.slice(1).entries()) {
          const before = rows[at] as SummaryRow;
          const differences = [sort, ...by].map((column) => DIFFERENCE[column](before, row));
          expect(differences.find((difference) => difference !== 0) ?? 0).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  test('when rows are sorted or cut then they are the same rows', () => {
    const anySort = fc.constantFrom(...SORT_COLUMNS);
    fc.assert(
      fc.property(
        anyNames,
        anyConnections,
        anyColumns,
        anySort,
        fc.nat(10),
        (names, connections, by, sort, top) => {
          const inventory = inventoryOf(connections, { slice: HOUR });
          const all = [...summarize(inventory, names, { by, sort }).rows];
          const some = summarize(inventory, names, { by, sort, top });
          expect([...some.rows]).toEqual(all.slice(0, top));
          const left = all.slice(top);
          expect(some.cut).toEqual({
            rows: left.length,
            synAcks: left.reduce((sum, { count }) => sum + count, 0),
          });
          expect(new Set(all)).toEqual(new Set(summarize(inventory, names, { by }).rows));
        },
      ),
    );
  });

  test('when ports are sorted then they are compared as numbers', () => {
    const connections: Connection[] = [9, 10, 100, 1, 65_535, 0].map((port) => [
      '10.0.0.1',
      '10.0.0.2',
      port,
    ]);
    const by: Column[] = ['port'];
    const names = new Names({ local: undefined, hosts: [], services: [], expected: [] }, findRegistered);
    const { rows } = summarize(inventoryOf(connections), names, { by });
    expect(Array.from(rows, ({ port }) => port)).toEqual([0, 1, 9, 10, 100, 65_535]);
  });
});
