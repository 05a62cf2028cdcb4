// Rows as columns say the same as rows one by one.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ADDRESS_WORDS } from '../../src/ip/address-words.js';
import type { Tally } from '../../src/tally/tally.js';
import { type Connection, inventoryOf } from '../inventory/fixtures.js';

/** Client, server, port, count and times of each row, in order, by both ways of reading. */
function bothWays(tally: Tally, family: 4 | 6): [unknown[], unknown[]] {
  const rows = tally.readRows(family);
  const one = Array.from({ length: rows.size }, (_, row) => [
    rows.clientOf(row)?.join() ?? '_',
    rows.serverOf(row)?.join() ?? '_',
    rows.portOf(row),
    rows.countOf(row),
    rows.firstOf(row),
    rows.lastOf(row),
  ]);
  const width = ADDRESS_WORDS[family];
  const machines = ['_'];
  const services: [string, number][] = [['', 0]];
  const all: unknown[] = [];
  for (const columns of tally.readColumns(family)) {
    const { newMachines, newServices } = columns;
    for (let at = 0; at < newMachines.length; at += width) {
      machines.push(newMachines.subarray(at, at + width).join());
    }
    for (let at = 0; at < newServices.length; at += 2) {
      services.push([machines[newServices[at] as number] as string, newServices[at + 1] as number]);
    }
    for (let at = 0; at < columns.size; at++) {
      const [server, port] = services[columns.services[at] as number] as [string, number];
      expect(server).toBe(machines[columns.servers[at] as number]);
      all.push([
        machines[columns.clients[at] as number],
        server,
        port,
        columns.counts[at],
        columns.firsts[at],
        columns.lasts[at],
      ]);
    }
  }
  expect(new Set(machines).size).toBe(machines.length);
  expect(new Set(services.map(String)).size).toBe(services.length);
  return [one, all];
}

const address = fc.constantFrom(
  '10.0.0.1',
  '10.0.0.2',
  '192.168.7.9',
  '203.0.113.5',
  'fd00::1',
  '2001:db8::9',
);

test('when rows are read as columns, then they are the same rows, and each machine and service has one number', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(address, address, fc.nat(65_535), fc.integer({ min: 1, max: 9 }))),
      (seen) => {
        const alike = seen.filter(([a, b]) => a.includes(':') === b.includes(':')) as Connection[];
        const { tally } = inventoryOf(alike);
        for (const family of [4, 6] as const) {
          const [one, all] = bothWays(tally, family);
          expect(all).toEqual(one);
          // Numbering begins anew each time.
          expect(bothWays(tally, family)[1]).toEqual(one);
        }
      },
    ),
    { numRuns: 100 },
  );
});

test('when there are more rows than are read at once, then machines and services keep their numbers', () => {
  const seen = Array.from(
    { length: 20_000 },
    (_, at): Connection => [
      `10.${at >> 12}.${(at >> 4) & 255}.${at & 15}`,
      `10.255.0.${at % 200}`,
      1 + (at % 300),
    ],
  );
  const { tally } = inventoryOf(seen);
  const [one, all] = bothWays(tally, 4);
  expect(one).toHaveLength(20_000);
  expect(all).toEqual(one);
});
