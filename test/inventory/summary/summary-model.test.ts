// Compares summaries with a model, the plainest way to group connections: a map, sets and texts.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesMachine, matchesService } from '../../../src/inventory/pattern-matching.js';
import { COLUMNS } from '../../../src/inventory/summary/columns.js';
import type { ResolvedQuery } from '../../../src/inventory/summary/query.js';
import { sliceFor } from '../../../src/inventory/summary/slices.js';
import { type SummaryRow, summarize } from '../../../src/inventory/summary/summary.js';
import { type Address, formatAddress, parseAddress } from '../../../src/ip/address.js';
import { parseMachinePattern, parseServicePattern } from '../../../src/names/patterns.js';
import { columnsOf } from '../../../src/views/classic.js';
import { type Connection, inventoryOf, namesFrom } from '../fixtures.js';

const NAMES = await namesFrom(`
local: [10.0.0.0/8, 2001:db8::/32]
hosts:
  www: [10.0.0.1, 10.0.0.2, 192.0.2.0/30, 2001:db8::1]
  pluto: { address: 10.0.0.3, services: { 80: squid, 8889: gnump3d } }
  10net: 10.1.0.0/16
services: { 9000-9999: many }
`);

function describeEnd(text: string, { numeric, remote }: ResolvedQuery) {
  const address = parseAddress(text) as Address;
  const [addressText, name] = [formatAddress(address), NAMES.nameOf(address)];
  const isRemote = name === undefined && !NAMES.isLocal(address);
  const shown = numeric ? addressText : (name ?? addressText);
  return { address, addressText, name, isRemote, label: isRemote && !remote ? '_' : shown };
}

/** Returns the rows in any order, and the SYN-ACKs filtered out. */
function summarizePlainly(connections: readonly Connection[], query: ResolvedQuery) {
  const { by, clients = [], servers = [], services = [] } = query;
  const groups = new Map<string, { first: number; last: number; count: number; ends: Set<string>[] }>();
  let filteredOut = 0;
  // A connection may have SYN-ACKs in several hours.
  const packets = connections.flatMap(([client, server, port, count = 1, time = 0]) =>
    Array.from({ length: count }, (_, number) => [client, server, port, 1, time + number] as const),
  );
  for (const [clientText, serverText, port, count, time] of packets) {
    const [client, server] = [describeEnd(clientText, query), describeEnd(serverText, query)];
    const name = NAMES.serviceNameOf(server.address, port);
    const isWanted =
      (clients.length === 0 || clients.some((pattern) => matchesMachine(pattern, client))) &&
      (servers.length === 0 || servers.some((pattern) => matchesMachine(pattern, server))) &&
      (services.length === 0 || services.some((pattern) => matchesService(pattern, name, port)));
    if (!isWanted) {
      filteredOut += count;
      continue;
    }
    const service = query.numeric ? `${port}/tcp` : name;
    const iso = new Date(Math.floor(time / 1000)).toISOString();
    const [hour, day] = [`${iso.slice(0, 13)}:00:00Z`, iso.slice(0, 10)];
    const labels = { client: client.label, server: server.label, service, port, hour, day };
    const key = JSON.stringify(Object.fromEntries(by.map((column) => [column, labels[column]])));
    const none = { first: Infinity, last: -Infinity, count: 0, ends: [new Set(), new Set(), new Set()] };
    const group = groups.get(key) ?? (none as unknown as NonNullable<ReturnType<typeof groups.get>>);
    groups.set(key, group);
    group.count += count;
    group.first = Math.min(group.first, time);
    group.last = Math.max(group.last, time + count - 1);
    if (client.label !== '_') group.ends[0]?.add(client.addressText);
    if (server.label !== '_') group.ends[1]?.add(server.addressText);
    group.ends[2]?.add(String(port));
  }
  const rows = Array.from(groups, ([key, { count, first, last, ends }]) => {
    const [clientAddresses, serverAddresses, ports] = ends.map((set) =>
      query.details ? [...set].sort() : [],
    );
    return {
      ...JSON.parse(key),
      count,
      firstSeen: first,
      lastSeen: last,
      clientAddresses,
      serverAddresses,
      ports: ports?.map(Number).sort((a, b) => a - b),
    } as SummaryRow;
  });
  return { rows, filteredOut };
}

function keyOf(row: SummaryRow): string {
  return JSON.stringify(COLUMNS.map((column) => row[column]));
}

function expectLikeModel(connections: readonly Connection[], query: ResolvedQuery): void {
  const slice = sliceFor(query.by);
  const summary = summarize(inventoryOf(connections, slice === undefined ? {} : { slice }), NAMES, query);
  const rows = [...summary.rows];
  const model = summarizePlainly(connections, query);
  const byKey = (a: SummaryRow, b: SummaryRow): number => (keyOf(a) < keyOf(b) ? -1 : 1);
  expect(rows.toSorted(byKey)).toEqual(model.rows.sort(byKey));
  expect(summary.filteredOut).toBe(model.filteredOut);
  expect(summary.rows.length).toBe(rows.length);
  expect(summary.firstSeen).toBe(Math.min(Infinity, ...rows.map(({ firstSeen }) => firstSeen)));
  expect(summary.lastSeen).toBe(Math.max(-Infinity, ...rows.map(({ lastSeen }) => lastSeen)));
  const lines = rows.map((row) => Buffer.from(columnsOf(query.by)(row)));
  expect(lines.map(String)).toEqual(lines.toSorted(Buffer.compare).map(String));
}

const anyEnd4 = fc.oneof(
  fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.10', '192.0.2.1', '203.0.113.9'),
  fc.nat(300).map((number) => `10.${number % 3}.0.${number % 100}`),
  fc.ipV4(),
);
const anyEnd6 = fc.oneof(
  fc.constantFrom('2001:db8::1', '2001:db8::2', '2001:db8:1::', '2001:db9::1', '::', '::1', '::ffff:0:1'),
  fc.nat(300).map((number) => `2001:db8::${number.toString(16)}`),
);
const anyPort = fc.oneof(fc.constantFrom(0, 22, 80, 443, 8889, 65_535), fc.nat(65_535));
const anyConnection = fc
  .oneof(fc.tuple(anyEnd4, anyEnd4), fc.tuple(anyEnd6, anyEnd6))
  .chain(([client, server]) =>
    fc.tuple(
      fc.constant(client),
      fc.constant(server),
      anyPort,
      fc.integer({ min: 1, max: 3 }),
      fc.oneof(
        fc.nat(1_000_000),
        fc
          .tuple(fc.integer({ min: -30, max: 500_000 }), fc.integer({ min: -2, max: 1 }))
          .map(([hour, by]) => hour * 3_600_000_000 + by),
      ),
    ),
  );
const anyQuery: fc.Arbitrary<ResolvedQuery> = fc.record(
  {
    by: fc.shuffledSubarray([...COLUMNS], { minLength: 1 }),
    numeric: fc.boolean(),
    remote: fc.boolean(),
    details: fc.boolean(),
    clients: fc.subarray(['_', '10net', '10.0.0.0/29'].map(parseMachinePattern)),
    servers: fc.subarray(['w*', '2001:db8::/127', '192.0.2.0/24'].map(parseMachinePattern)),
    services: fc.subarray(['up:*', 'squid', '443', '9000-9100'].map(parseServicePattern)),
  },
  { requiredKeys: ['by'] },
);

test('when random connections are summarized then the rows are those of the model', () => {
  fc.assert(fc.property(fc.array(anyConnection, { maxLength: 60 }), anyQuery, expectLikeModel), {
    numRuns: 500,
  });
});

test.each<Partial<ResolvedQuery>>([
  { remote: true },
  { remote: true, numeric: true, details: true, by: ['service', 'port', 'client'] },
  { clients: [parseMachinePattern('_')], details: true },
])('when there are very many rows and the query is %j then the rows are those of the model', (query) => {
  const connections = fc.sample(anyConnection, { numRuns: 30_000, seed: 1 });
  expectLikeModel(connections, { by: ['client', 'server', 'service'], ...query });
});
