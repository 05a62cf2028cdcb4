import { describe, expect, test } from 'vitest';
import { type Column, type Query, type Summary, summarize } from '../../../src/inventory/summary/summary.js';
import {
  type MachinePattern,
  parseMachinePattern,
  parseServicePattern,
  type ServicePattern,
} from '../../../src/names/patterns.js';
import { OTHER } from '../../../src/names/reserved-names.js';
import { Scope } from '../../../src/tally/scope.js';
import { type Connection, inventoryOf, linesOf, namesFrom } from '../fixtures.js';

const HOSTS = `
local: [12.13.14.0/24, 2001:db8::/32]
hosts:
  dumbo: 12.13.14.1
  www: [12.13.14.2, 12.13.14.3, 2001:db8::2]
  pluto: { address: 12.13.14.4, services: { 8889: gnump3d } }
  partner: 198.51.100.0/24
services: { 6881-6889: bittorrent }
`;
const NAMES = await namesFrom(HOSTS);

const CONNECTIONS: readonly Connection[] = [
  ['203.0.113.1', '12.13.14.2', 80, 3, 100],
  ['203.0.113.2', '12.13.14.3', 80, 4, 50],
  ['2001:db9::1', '2001:db8::2', 80, 5, 200],
  ['12.13.14.1', '203.0.113.9', 25, 2, 10],
  ['12.13.14.9', '12.13.14.4', 8889, 1, 20],
  ['12.13.14.9', '12.13.14.4', 22, 1, 30],
  ['198.51.100.7', '12.13.14.9', 6885, 6, 40],
  ['198.51.100.8', '12.13.14.9', 6886, 7, 45],
];
const ALL = CONNECTIONS.reduce((sum, [, , , count = 1]) => sum + count, 0);

/** Summarizes the connections above, with the addresses that a run without `--remote` keeps. */
function summaryOf(query: Partial<Query> = {}, options: { remote?: boolean } = {}): Summary {
  const scope = options.remote === true ? Scope.everything() : new Scope(NAMES.rangesToKeep());
  const by = query.by ?? ['client', 'server', 'service'];
  return summarize(inventoryOf(CONNECTIONS, { scope }), NAMES, { ...query, by });
}

function sumOf(rows: Summary['rows']): number {
  return [...rows].reduce((sum, { count }) => sum + count, 0);
}

/** Expects the sums that the documentation of the JSON output promises. */
function expectSums({ rows, cut, filteredOut, totals }: Summary): void {
  expect(sumOf(rows) + cut.synAcks + filteredOut + totals.outsideTime).toBe(totals.synAcks);
}

const machines = (...patterns: string[]): MachinePattern[] => patterns.map(parseMachinePattern);
const services = (...patterns: string[]): ServicePattern[] => patterns.map(parseServicePattern);

describe('summarize', () => {
  test('when machines share a name then they are one row, even across IP versions', () => {
    const summary = summaryOf();
    expect(linesOf(summary)).toEqual([
      '1 12.13.14.9 pluto ssh',
      '1 12.13.14.9 pluto gnump3d',
      '12 _ www http',
      '2 dumbo _ smtp',
      '13 partner 12.13.14.9 bittorrent',
    ]);
    expectSums(summary);
    expect([...summary.rows].find(({ server }) => server === 'www')).toMatchObject({
      firstSeen: 50,
      lastSeen: 204,
    });
  });

  test.each<[Column[], string[]]>([
    [['server'], ['13 12.13.14.9', '2 _', '2 pluto', '12 www']],
    [['client'], ['2 12.13.14.9', '12 _', '2 dumbo', '13 partner']],
    [['service'], ['1 ssh', '12 http', '2 smtp', '1 gnump3d', '13 bittorrent']],
    [['port'], ['1 22', '2 25', '12 80', '6 6885', '7 6886', '1 8889']],
    [
      ['service', 'port'],
      ['1 ssh 22', '12 http 80', '2 smtp 25', '1 gnump3d 8889', '6 bittorrent 6885', '7 bittorrent 6886'],
    ],
    [
      ['port', 'server', 'client'],
      [
        '1 22 pluto 12.13.14.9',
        '2 25 _ dumbo',
        '12 80 www _',
        '6 6885 12.13.14.9 partner',
        '7 6886 12.13.14.9 partner',
        '1 8889 pluto 12.13.14.9',
      ],
    ],
  ])('when the columns are %j then rows are grouped by them and their counts add up', (by, lines) => {
    const summary = summaryOf({ by });
    expect(linesOf(summary)).toEqual(lines);
    expect(Object.keys([...summary.rows][0] ?? {})).toEqual(expect.arrayContaining([...by]));
    expectSums(summary);
  });

  test('when it is numeric then addresses and ports are shown, and remote machines are still _', () => {
    expect(linesOf(summaryOf({ numeric: true }))).toEqual([
      '2 12.13.14.1 _ 25/tcp',
      '1 12.13.14.9 12.13.14.4 22/tcp',
      '1 12.13.14.9 12.13.14.4 8889/tcp',
      '6 198.51.100.7 12.13.14.9 6885/tcp',
      '7 198.51.100.8 12.13.14.9 6886/tcp',
      '3 _ 12.13.14.2 80/tcp',
      '4 _ 12.13.14.3 80/tcp',
      '5 _ 2001:db8::2 80/tcp',
    ]);
  });

  test('when remote machines are asked for then they are shown by address, and named ones by name', () => {
    expect(linesOf(summaryOf({ remote: true, by: ['client'] }, { remote: true }))).toEqual([
      '2 12.13.14.9',
      '5 2001:db9::1',
      '3 203.0.113.1',
      '4 203.0.113.2',
      '2 dumbo',
      '13 partner',
    ]);
    const numeric = summaryOf({ remote: true, numeric: true, by: ['client'] }, { remote: true });
    expect(linesOf(numeric)).toContain('6 198.51.100.7');
  });

  test('when the tally kept remote addresses that were not asked for then they are still _', () => {
    expect(linesOf(summaryOf({}, { remote: true }))).toEqual(linesOf(summaryOf()));
  });

  test('when details are asked for then rows have the addresses and ports of their names, sorted', () => {
    const rows = [...summaryOf({ details: true }).rows];
    expect(rows.find(({ server }) => server === 'www')).toMatchObject({
      clientAddresses: [],
      serverAddresses: ['12.13.14.2', '12.13.14.3', '2001:db8::2'],
      ports: [80],
    });
    expect(rows.find(({ client }) => client === 'partner')).toMatchObject({
      clientAddresses: ['198.51.100.7', '198.51.100.8'],
      serverAddresses: ['12.13.14.9'],
      ports: [6885, 6886],
    });
    const undetailed = [...summaryOf().rows];
    expect(undetailed.every((row) => row.serverAddresses.length + row.ports.length === 0)).toBe(true);
  });

  test('when the ports of a name have more or fewer digits then they are sorted as numbers', () => {
    const connections = [8080, 80, 443, 9].map((port): Connection => ['12.13.14.1', '12.13.14.2', port]);
    const { rows } = summarize(inventoryOf(connections), NAMES, { by: ['server'], details: true });
    expect([...rows].map(({ ports }) => ports)).toEqual([[9, 80, 443, 8080]]);
  });

  test('when rows are read twice then they are the same, even if more was counted meanwhile', () => {
    const inventory = inventoryOf(CONNECTIONS);
    const { rows } = summarize(inventory, NAMES, { by: ['server'], details: true });
    const before = [...rows];
    inventory.tally.add4(0x0c0d0e01, 0x0c0d0e02, 80, 1);
    inventory.tally.add4(0x0c0d0e05, 0x0c0d0e06, 80, 1);
    expect([...rows]).toEqual(before);
    expect(rows.length).toBe(before.length);
  });

  test('when two machines and the registry name the same port then each row has its own name', () => {
    const connections: Connection[] = ['12.13.14.4', '12.13.14.2', '12.13.14.9', '12.13.14.4'].map(
      (server) => ['12.13.14.1', server, 8889],
    );
    const { rows } = summarize(inventoryOf(connections), NAMES, { by: ['service', 'port'], details: true });
    expect([...rows]).toMatchObject([
      { count: 2, service: 'gnump3d', port: 8889, ports: [8889], serverAddresses: ['12.13.14.4'] },
      {
        count: 2,
        service: 'up:8889',
        port: 8889,
        ports: [8889],
        serverAddresses: ['12.13.14.2', '12.13.14.9'],
      },
    ]);
  });

  test('when nothing was counted then there are no rows', () => {
    const summary = summarize(inventoryOf([]), NAMES, { by: ['client'] });
    expect([[...summary.rows], summary.rows.length]).toEqual([[], 0]);
    expect([summary.cut, summary.filteredOut]).toEqual([{ rows: 0, synAcks: 0 }, 0]);
  });
});

describe('summarize with patterns', () => {
  test.each<[string, Partial<Query>, string[]]>([
    ['one server', { servers: machines('pluto') }, ['1 12.13.14.9 pluto ssh', '1 12.13.14.9 pluto gnump3d']],
    [
      'either of two servers',
      { servers: machines('w*', '12.13.14.9') },
      ['12 _ www http', '13 partner 12.13.14.9 bittorrent'],
    ],
    [
      'a server and a service',
      { servers: machines('pluto'), services: services('ssh') },
      ['1 12.13.14.9 pluto ssh'],
    ],
    ['a client and no such service', { clients: machines('dumbo'), services: services('22') }, []],
    ['remote clients', { clients: machines('_') }, ['12 _ www http']],
    ['a network', { clients: machines('12.13.14.0/29') }, ['2 dumbo _ smtp']],
    [
      'a port range or a name',
      { services: services('6885-6885', 'smtp') },
      ['2 dumbo _ smtp', '6 partner 12.13.14.9 bittorrent'],
    ],
    ['a service of one machine', { services: services('gnump3d') }, ['1 12.13.14.9 pluto gnump3d']],
  ])('when patterns select %s then other rows are left out, and counted', (_what, query, lines) => {
    const summary = summaryOf(query);
    expect(linesOf(summary)).toEqual(lines);
    expectSums(summary);
    expect(summary.filteredOut).toBe(ALL - sumOf(summary.rows));
  });

  test('when it is numeric then names in patterns still match', () => {
    const summary = summaryOf({ numeric: true, servers: machines('pluto'), services: services('ssh') });
    expect(linesOf(summary)).toEqual(['1 12.13.14.9 12.13.14.4 22/tcp']);
    expectSums(summary);
  });
});

describe('summarize with a ceiling, times and --top', () => {
  test('when rows were folded then (other) has their SYN-ACKs in every column but port', () => {
    const inventory = inventoryOf(CONNECTIONS, { maxRows: 4 });
    const summary = summarize(inventory, NAMES, {
      by: ['client', 'server', 'service', 'port'],
      details: true,
    });
    const other = [...summary.rows].find(({ client }) => client === OTHER);
    expect(other).toMatchObject({
      client: OTHER,
      server: OTHER,
      service: OTHER,
      clientAddresses: [],
      ports: [],
    });
    expect(other).not.toHaveProperty('port');
    expect(other?.count).toBe(inventory.tally.folded.count);
    expect(summary.foldedRows).toBe(inventory.tally.folded.rows);
    expectSums(summary);
  });

  test('when rows were folded then (other) has its place in the order, after all others by port', () => {
    const inventory = inventoryOf(CONNECTIONS, { maxRows: 4 });
    const columnOf = (query: Query): unknown[] =>
      Array.from(summarize(inventory, NAMES, query).rows, (row) => row[query.by?.[0] ?? 'port']);
    // The byte of "(" comes before those of digits, letters and "_".
    expect(columnOf({ by: ['client'] }).indexOf(OTHER)).toBe(0);
    expect(columnOf({ by: ['client'], sort: 'count' }).indexOf(OTHER)).toBe(0);
    const ports = columnOf({ by: ['port'] });
    expect(ports.indexOf(undefined)).toBe(ports.length - 1);
  });

  test('when patterns are given then (other) is not left out, because nothing says what is in it', () => {
    const inventory = inventoryOf(CONNECTIONS, { maxRows: 4 });
    const summary = summarize(inventory, NAMES, { by: ['server'], servers: machines('nobody') });
    expect(linesOf(summary)).toEqual([`${inventory.tally.folded.count} ${OTHER}`]);
    expectSums(summary);
  });

  test('when some SYN-ACKs are outside the time range then the sum still holds', () => {
    const inventory = inventoryOf(CONNECTIONS, { since: 45, until: 202 });
    const summary = summarize(inventory, NAMES, { by: ['client'], services: services('http'), top: 1 });
    expect(summary.totals.outsideTime).toBeGreaterThan(0);
    expectSums(summary);
  });

  test('when only the top is asked for then it has the most SYN-ACKs, and the rest is counted', () => {
    const summary = summaryOf({ top: 2 });
    expect(linesOf(summary)).toEqual(['13 partner 12.13.14.9 bittorrent', '12 _ www http']);
    expect(summary.cut).toEqual({ rows: 3, synAcks: 4 });
    expectSums(summary);
    expect(summaryOf({ top: 99 }).cut).toEqual({ rows: 0, synAcks: 0 });
  });

  test('when top and a sort are given then the first rows of that sort stay', () => {
    expect(linesOf(summaryOf({ top: 2, sort: 'first_seen' }))).toEqual([
      '2 dumbo _ smtp',
      '1 12.13.14.9 pluto gnump3d',
    ]);
    expect(linesOf(summaryOf({ top: 1, sort: 'client' }))).toEqual(['1 12.13.14.9 pluto ssh']);
  });
});
