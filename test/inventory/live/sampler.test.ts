import { describe, expect, test } from 'vitest';
import { LiveLabels, serviceKey } from '../../../src/inventory/live/labels.js';
import { Sampler } from '../../../src/inventory/live/sampler.js';
import { countNew, type LiveQuery, select, takeUnreported } from '../../../src/inventory/live/select.js';
import { parseAddress } from '../../../src/ip/address.js';
import { parseHosts } from '../../../src/names/hosts-file.js';
import { Names } from '../../../src/names/names.js';
import { Scope } from '../../../src/tally/scope.js';
import { Tally } from '../../../src/tally/tally.js';

const NAMES = new Names(
  await parseHosts(
    'hosts:\n  web: 10.0.0.1\n  db: 10.0.0.2\n  ops: 10.0.1.1\nexpected: [":9100"]\n',
    'hosts.yaml',
  ),
);
const OPS = 0x0a00_0101;
const WEB = 0x0a00_0001;
const DB = 0x0a00_0002;
const REMOTE = 0x0808_0808;
const SERVICES: LiveQuery = {
  kind: 'services',
  sort: 'rate',
  isReversed: false,
  filter: '',
  offset: 0,
  height: 10,
};

function makeTally(maxRows = 1000): Tally {
  return new Tally({ scope: new Scope(NAMES.rangesToKeep()), maxRows });
}

function add(tally: Tally, client: number, server: number, port: number, count = 1, time = 1e6): void {
  for (let at = 0; at < count; at++) tally.add4(client, server, port, time + at);
}

const synAcksOf = (tally: Tally): number => tally.readPacketsByClass()[0] ?? 0;
const sample = (sampler: Sampler, tally: Tally, now: number): void => sampler.sample(now, synAcksOf(tally));

describe('a sampler', () => {
  test('when rows grow, then services and machines have their sums, rates and times', () => {
    const tally = makeTally();
    const sampler = new Sampler(tally, 0);
    const labels = new LiveLabels(NAMES);
    add(tally, OPS, WEB, 22, 30, 5e6);
    add(tally, REMOTE, WEB, 22, 10, 7e6);
    add(tally, WEB, DB, 5432, 5, 6e6);
    sample(sampler, tally, 1000);
    add(tally, OPS, WEB, 22, 20, 9e6);
    sample(sampler, tally, 2000);
    const { rows, total, matching } = select(sampler, labels, SERVICES, 2000);
    expect({ total, matching }).toEqual({ total: 2, matching: 2 });
    expect(rows[0]).toMatchObject({
      names: { server: 'web', service: 'ssh' },
      count: 60,
      rate: 30,
      clients: 1,
      hasRemoteClients: true,
      firstSeen: 5e6,
      lastSeen: 9e6 + 19,
      isNew: false,
    });
    expect(rows[0]?.history.slice(-3)).toEqual([0, 40, 20]);
    expect(rows[1]).toMatchObject({ names: { server: 'db', service: 'postgresql' }, count: 5 });
    const machines = select(sampler, labels, { ...SERVICES, kind: 'machines', sort: 'count' }, 2000).rows;
    expect(
      machines.map(({ names, count, served, offers }) => [names.machine, count, served, offers]),
    ).toEqual([
      ['web', 65, 60, 1],
      ['ops', 50, 0, 0],
      ['_', 10, 0, 0],
      ['db', 5, 5, 1],
    ]);
    const single = select(sampler, labels, { ...SERVICES, kind: 'rows', sort: 'count' }, 2000).rows;
    expect(single.map(({ names, count }) => [names.client, names.server, names.service, count])).toEqual([
      ['ops', 'web', 'ssh', 50],
      ['_', 'web', 'ssh', 10],
      ['web', 'db', 'postgresql', 5],
    ]);
  });

  test('when nothing comes any more, then the rate falls to 0 with the tenth sample after it', () => {
    const tally = makeTally();
    const sampler = new Sampler(tally, 0);
    const labels = new LiveLabels(NAMES);
    add(tally, OPS, WEB, 22, 30);
    const rates: (number | undefined)[] = [];
    for (let second = 1; second <= 12; second++) {
      sample(sampler, tally, second * 1000);
      rates.push(select(sampler, labels, SERVICES, second * 1000).rows[0]?.rate);
    }
    expect(rates).toEqual([30, 15, 10, 7.5, 6, 5, 30 / 7, 3.75, 30 / 9, 3, 0, 0]);
  });

  test.each([1, 2, 3])('when rows are folded, then services keep their counts and history (%d)', (seed) => {
    const tally = makeTally(40);
    const sampler = new Sampler(tally, 0);
    const labels = new LiveLabels(NAMES);
    let state = seed;
    const random = (limit: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % limit;
    };
    let folds = 0;
    for (let second = 1; second <= 15; second++) {
      add(tally, OPS, WEB, 22, 1 + random(50));
      for (let each = random(30); each > 0; each--)
        add(tally, OPS + random(300), WEB + random(2), 1000 + random(40));
      if (tally.foldIfFull()) folds += 1;
      sample(sampler, tally, second * 1000);
      const expected = new Map<string, number>();
      const rows = tally.readRows(4);
      for (let row = 0; row < rows.size; row++) {
        const key = `${rows.serverOf(row)} ${rows.portOf(row)}`;
        expected.set(key, (expected.get(key) ?? 0) + rows.countOf(row));
      }
      const { tables } = sampler;
      const found = tables.servers.map((server, at) => [
        `${tables.addresses[server]} ${tables.ports[at]}`,
        tables.services.counts[at],
      ]);
      expect(new Map(found as [string, number][])).toEqual(expected);
      expect(tables.machines.counts.slice(0, tables.machines.size).reduce((a, b) => a + b)).toBe(
        2 * [...expected.values()].reduce((a, b) => a + b),
      );
      const ssh = select(sampler, labels, { ...SERVICES, sort: 'count' }, second * 1000).rows[0];
      expect(ssh).toMatchObject({ names: { service: 'ssh' }, isNew: false });
      expect(ssh?.history.filter((count) => count > 0)).toHaveLength(second);
    }
    expect(folds).toBeGreaterThan(1);
  });
});

describe('new services', () => {
  test('when a service appears after the first sample, then it is new for a minute', () => {
    const tally = makeTally();
    const sampler = new Sampler(tally, 0);
    const labels = new LiveLabels(NAMES);
    sample(sampler, tally, 1000);
    add(tally, OPS, WEB, 22);
    sample(sampler, tally, 2000);
    add(tally, OPS, WEB, 80);
    sample(sampler, tally, 3000);
    const newAt = (now: number): string[] =>
      select(sampler, labels, { ...SERVICES, sort: 'service' }, now)
        .rows.filter(({ isNew }) => isNew)
        .map(({ names }) => names.service ?? '');
    expect(newAt(62_000)).toEqual(['http']);
    expect(countNew(sampler, labels, 62_000)).toBe(1);
    expect(newAt(63_000)).toEqual([]);
  });

  test('when there is a baseline, then services of ours that it lacks are new, but not expected or remote ones', () => {
    const known = new Set([serviceKey(parseAddress('10.0.0.1') as never, 22)]);
    const tally = makeTally();
    const sampler = new Sampler(tally, 0);
    const labels = new LiveLabels(NAMES, {}, known);
    for (const port of [22, 80, 9100]) add(tally, OPS, WEB, port, 1, port * 1e6);
    add(tally, OPS, REMOTE, 443);
    sample(sampler, tally, 1000);
    expect(takeUnreported(sampler, labels)).toEqual([
      { server: 'web', service: 'http', client: 'ops', firstSeen: 80e6 },
    ]);
    expect(takeUnreported(sampler, labels)).toEqual([]);
    expect(countNew(sampler, labels, 1e9)).toBe(1);
  });
});

describe('a selection', () => {
  const tally = makeTally();
  const sampler = new Sampler(tally, 0);
  const labels = new LiveLabels(NAMES);
  for (let port = 1; port <= 100; port++) add(tally, OPS + (port % 3), WEB + (port % 2), 60_000 + port, port);
  sample(sampler, tally, 1000);
  const countsOf = (query: Partial<LiveQuery>): number[] =>
    select(sampler, labels, { ...SERVICES, sort: 'count', ...query }, 1000).rows.map(({ count }) => count);

  test('when it is sorted, reversed and moved, then it is that part of all rows', () => {
    const all = countsOf({ height: 1000 });
    expect(all).toEqual(Array.from({ length: 100 }, (_, at) => 100 - at));
    expect(countsOf({ offset: 20, height: 7 })).toEqual(all.slice(20, 27));
    expect(countsOf({ offset: 20, height: 7, isReversed: true })).toEqual(all.toReversed().slice(20, 27));
    expect(countsOf({ offset: 200, height: 7 })).toEqual(all.slice(-7));
    for (const sort of ['rate', 'clients', 'first', 'last', 'server', 'service'] as const) {
      expect(countsOf({ sort, height: 1000 }).toSorted((a, b) => b - a)).toEqual(all);
    }
  });

  test('when it is filtered, then every word is in a name, an address or the port', () => {
    expect(countsOf({ filter: 'WEB up:60050' })).toEqual([50]);
    expect(countsOf({ filter: '60051' })).toEqual([51]);
    expect(countsOf({ filter: '10.0.0.2 up:6005' })).toEqual([59, 57, 55, 53, 51]);
    expect(countsOf({ filter: '!web up:6005 !60051' })).toEqual([59, 57, 55, 53]);
    expect(countsOf({ filter: 'nothing' })).toEqual([]);
    expect(countsOf({ filter: ' ! ', height: 100 })).toHaveLength(100);
    expect(countsOf({ kind: 'machines', filter: 'ops' })).toEqual([1683]);
    expect(countsOf({ kind: 'rows', filter: 'ops web', height: 100 }).every((count) => count % 6 === 0)).toBe(
      true,
    );
  });
});
