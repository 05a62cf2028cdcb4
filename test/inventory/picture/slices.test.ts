// The SYN-ACKs of services in slices of time: they add up to all that are on the map.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collectEvidence } from '../../../src/inventory/evidence.js';
import { filterEvidence } from '../../../src/inventory/filter.js';
import { makePicture, type Picture } from '../../../src/inventory/picture/picture.js';
import { parseMachinePattern } from '../../../src/names/patterns.js';
import { rowsOf } from '../../../src/tally/rows.js';
import { type Connection, inventoryOf, namesFrom } from '../fixtures.js';

const NAMES = await namesFrom('hosts: { www: [10.0.0.1, 10.0.0.2], db: 10.0.0.3 }\n');
const SECOND = 1_000_000;

const anyConnections: fc.Arbitrary<Connection[]> = fc.array(
  fc
    .tuple(
      fc.integer({ min: 5, max: 9 }),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(22, 80, 443),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(90_000),
    )
    .map(
      ([client, server, port, count, second]): Connection => [
        `10.0.0.${client}`,
        server === 4 ? '2001:db8::4' : `10.0.0.${server}`,
        port,
        count,
        second * SECOND,
      ],
    )
    .map(([client, server, ...rest]): Connection => {
      return server.includes(':') ? ['2001:db8::9', server, ...rest] : [client, server, ...rest];
    }),
  { minLength: 1, maxLength: 100 },
);

function pictureOf(connections: readonly Connection[]): Picture {
  const inventory = inventoryOf(connections, { activity: true });
  return makePicture(collectEvidence(inventory), inventory, NAMES);
}

function sum(counts: readonly number[] = []): number {
  return counts.reduce((all, count) => all + count, 0);
}

describe('slices of services', () => {
  test('when connections are of any times, then the slices of a service add up to its SYN-ACKs', () => {
    fc.assert(
      fc.property(anyConnections, (connections) => {
        const { activity, slices } = pictureOf(connections);
        for (const { counts, connections: all } of activity) {
          expect(counts).toHaveLength(slices?.count ?? 0);
          expect(sum(counts)).toBe(all);
        }
        expect(activity.reduce((all, { counts }) => all + sum(counts), 0)).toBe(
          sum(connections.map(([, , , count = 1]) => count)),
        );
      }),
      { numRuns: 50 },
    );
  });

  test('when a filter chose clients, then only their SYN-ACKs count', () => {
    const inventory = inventoryOf(
      [
        ['10.0.0.5', '10.0.0.1', 80, 3, 0],
        ['10.0.0.6', '10.0.0.2', 80, 5, 7 * SECOND],
        ['10.0.0.6', '10.0.0.1', 80, 1, 0],
      ],
      { activity: true },
    );
    const clients = [parseMachinePattern('10.0.0.6')].filter((pattern) => pattern !== undefined);
    const evidence = filterEvidence(collectEvidence(inventory), NAMES, { clients });
    const { activity, slices } = makePicture(evidence, inventory, NAMES);
    expect(slices).toEqual({ start: 0, width: SECOND, count: 8 });
    expect(activity.map(({ counts }) => counts)).toEqual([[1, 0, 0, 0, 0, 0, 0, 5]]);
  });

  test('when some SYN-ACKs are of unknown times, then their service has no slices, and others have', () => {
    const inventory = inventoryOf([['10.0.0.5', '10.0.0.1', 80, 3, 0]], { activity: true });
    const [row] = rowsOf(inventory.tally);
    if (row !== undefined) inventory.tally.addRow({ ...row, port: 22, last: 5 * SECOND });
    const { activity } = makePicture(collectEvidence(inventory), inventory, NAMES);
    expect(activity.map(({ port, counts }) => [port, counts])).toEqual([
      [22, undefined],
      [80, [3]],
    ]);
  });

  test('when activity was not counted, then there are no slices', () => {
    const inventory = inventoryOf([['10.0.0.5', '10.0.0.1', 80, 3, 0]]);
    const { activity, slices } = makePicture(collectEvidence(inventory), inventory, NAMES);
    expect([slices, activity[0]?.counts]).toEqual([undefined, undefined]);
  });
});
