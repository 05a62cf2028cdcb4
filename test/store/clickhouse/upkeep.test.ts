// Weeks of inserts that are over are added up, removed from and checked; answers stay the same.

import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeDocument } from '../../../src/inventory/document/writer.js';
import type { Names } from '../../../src/names/names.js';
import { readInventory } from '../../../src/sources/read-inventory.js';
import { openFleet } from '../../../src/store/clickhouse/fleet.js';
import { compactFleet } from '../../../src/store/clickhouse/upkeep/weeks.js';
import { openToRecord } from '../../../src/store/open.js';
import { pushFile } from '../../../src/store/push.js';
import type { Retention, Verification } from '../../../src/store/store.js';
import { HOUR } from '../../../src/tally/layout.js';
import { type ClickHouse, DATABASE, HAS_CLICKHOUSE, NEEDS_CLICKHOUSE } from '../../helpers/clickhouse.js';
import { type Result, ROOT } from '../../helpers/program.js';
import { age, captureFor, inFleet, loadSampleNames, MONDAY, OFFICE, TUESDAY, useServers } from './servers.js';

const fleet = useServers();
const FOR_EVER = 1e6 * 24 * HOUR;

let names: Names;
beforeAll(async () => {
  names = await loadSampleNames();
});

async function record(
  store: string,
  source: string,
  sensor: string,
  replaces?: string,
): Promise<string | undefined> {
  const options = { names, digests: true, clients: true, evidence: true, slice: HOUR };
  const inventory = await readInventory([source], options);
  const opened = await openToRecord(store);
  await opened.record({ sensor, source, inventory, replaces });
  await opened.close();
  return inventory.captures[0]?.digest;
}

/** The answer without the hours of use. */
async function ask(sources: readonly string[]): Promise<string> {
  const inventory = await readInventory(sources, { names, digests: true, clients: true, evidence: true });
  return [...writeDocument(inventory)].join('').replace(/"name":"[^"]*"/g, '"name":""');
}

async function compact(
  retention: Retention,
  url: string = fleet.url,
): Promise<{ before: number; after: number }> {
  const store = await openToRecord(url);
  const counts = await store.compact(retention, Date.now() * 1000);
  await store.close();
  return counts;
}

async function verify(): Promise<Verification> {
  const store = await openToRecord(fleet.url);
  const found = await store.verify();
  await store.close();
  return found;
}

/** Two sensors, one for each server. */
async function sensorsOfBoth(): Promise<string[]> {
  const open = await openFleet(fleet.url);
  const sensors = fleet.servers.map(({ host }) => {
    const found = [...'abcdefghijklmnop'].find((sensor) => open.shardsFor(sensor)[0] === host);
    return found as string;
  });
  await open.close();
  return sensors;
}

async function sizeOf(server: ClickHouse): Promise<number> {
  const sql = `SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = '${DATABASE}'`;
  return Number(await server.query(sql));
}

describe.skipIf(!HAS_CLICKHOUSE)(`the upkeep of a fleet${NEEDS_CLICKHOUSE}`, () => {
  test('when hours become days and days become months then answers and sums stay the same', async () => {
    for (const [at, source] of [OFFICE, MONDAY].entries()) await record(fleet.url, source, `s${at}`);
    const content = await ask([OFFICE, MONDAY]);
    expect(await ask([fleet.url])).toBe(content);
    // This week is not over.
    expect(await compact({ hours: 0, days: 0 })).toEqual({ before: 0, after: 0 });
    await age(fleet, '2026-01-05');
    expect((await verify()).faults).toEqual([]);
    const days = await compact({ hours: 0, days: FOR_EVER });
    expect(days.after).toBeLessThan(days.before / 2);
    expect(await ask([fleet.url])).toBe(content);
    expect((await verify()).faults).toEqual([]);
    expect(await compact({ hours: 0, days: FOR_EVER })).toEqual({ before: 0, after: 0 });
    await record(fleet.url, TUESDAY, 's0');
    const all = await ask([OFFICE, MONDAY, TUESDAY]);
    expect(await ask([fleet.url])).toBe(all);
    await age(fleet, '2026-01-12');
    await compact({ hours: 0, days: 0 });
    expect(await ask([fleet.url])).toBe(all);
    const { faults, synAcks, batches } = await verify();
    expect([faults, synAcks, batches]).toEqual([[], 12_598, 3]);
  });

  test('when hours were added up then a timeline is that of a file', async () => {
    const file = path.join(fleet.folder, 'timeline.db');
    for (const store of [file, fleet.url]) {
      await record(store, OFFICE, 's0');
      await record(store, MONDAY, 's1');
    }
    await age(fleet, '2026-01-05');
    for (const store of [file, fleet.url]) {
      await compact({ hours: 0, days: FOR_EVER }, store);
      await record(store, TUESDAY, 's0');
    }
    for (const unit of ['hour', 'day', 'week']) {
      const [one, other] = await Promise.all(
        [file, fleet.url].map((store) =>
          inFleet(['history', 'timeline', '--unit', unit, '-f', 'csv', store]),
        ),
      );
      expect([one?.status, other]).toMatchObject([0, { status: 0, stdout: one?.stdout }]);
      expect(other?.stderr.includes('some of its hours were added up')).toBe(unit === 'hour');
    }
  });

  test('when hours of one sensor were added up and those of the other come late then across=max counts both once', async () => {
    await record(fleet.url, MONDAY, 'north');
    const alone = await inFleet(['-q', '-f', 'csv', `${fleet.url}?across=max`]);
    await age(fleet, '2026-01-05');
    await compact({ hours: 0, days: 0 });
    await record(fleet.url, captureFor(fleet, 'south', MONDAY), 'south');
    expect(await inFleet(['-q', '-f', 'csv', `${fleet.url}?across=max`])).toEqual(alone);
    expect((await inFleet(['-q', '-f', 'csv', fleet.url])).stdout).not.toBe(alone.stdout);
  });

  test('when many sensors are added up a few at a time then the sums are the same', async () => {
    const sensors = ['a', "b'", 'c', 'd', 'é'];
    for (const [at, source] of [OFFICE, MONDAY, TUESDAY, MONDAY, TUESDAY].entries()) {
      const sensor = sensors[at] as string;
      await record(fleet.url, captureFor(fleet, sensor, source), sensor);
    }
    await age(fleet, '2026-01-05');
    const each = sensors.map((sensor) => `${fleet.url}?sensor=${encodeURIComponent(sensor)}`);
    const content = await Promise.all(each.map((source) => ask([source])));
    const open = await openFleet(fleet.url);
    const now = Date.now() * 1000;
    const days = await compactFleet(open, { hours: 0, days: FOR_EVER }, now, { rows: 20, sensors: 2 });
    expect(days.after).toBeLessThan(days.before / 2);
    const months = await compactFleet(open, { hours: 0, days: 0 }, now, { rows: 10, sensors: 1 });
    expect(months).toMatchObject({ before: days.after });
    await open.close();
    expect(await Promise.all(each.map((source) => ask([source])))).toEqual(content);
    expect((await verify()).faults).toEqual([]);
    for (const server of fleet.servers) {
      expect(await server.query("SELECT name FROM system.tables WHERE name LIKE 'rolled%'")).toBe('');
    }
  });

  test('when two add up at once then the sums are right', async () => {
    for (const [at, source] of [OFFICE, MONDAY, TUESDAY].entries()) await record(fleet.url, source, `s${at}`);
    await age(fleet, '2026-01-05');
    const content = await ask([fleet.url]);
    const both = await Promise.allSettled([1, 2].map(() => compact({ hours: 0, days: FOR_EVER })));
    expect(both.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await ask([fleet.url])).toBe(content);
    expect((await verify()).faults).toEqual([]);
  });

  test('when old rows are removed then services are remembered, and answers say so', async () => {
    await record(fleet.url, OFFICE, 'north');
    await record(fleet.url, MONDAY, 'north');
    await age(fleet, '2026-01-05');
    const before = await inFleet(['history', 'seen', '-f', 'csv', fleet.url]);
    const pruned = await inFleet(['history', 'prune', '--until', '2007-06-24', fleet.url]);
    expect(pruned).toMatchObject({ status: 0, stderr: expect.stringMatching(/: removed \d+ rows\n$/) });
    expect((await inFleet(['history', 'seen', '-f', 'csv', fleet.url])).stdout).toBe(before.stdout);
    const left = await inFleet(['services', '-f', 'csv', '--names', `${ROOT}samples/hosts.yaml`, fleet.url]);
    const direct = await inFleet(['services', '-f', 'csv', '--names', `${ROOT}samples/hosts.yaml`, MONDAY]);
    expect(left.stdout).toBe(direct.stdout);
    expect(left.stderr).toContain('rows before 2007-06-24 00:00Z were removed');
    const verified = await inFleet(['history', 'verify', fleet.url]);
    expect([verified.status, verified.stderr]).toEqual([0, expect.stringContaining('nothing is wrong')]);
    await inFleet(['history', 'prune', '--until', '2020-01-01', fleet.url]);
    expect((await verify()).rows).toBe(0);
  });

  test('when servers hold too much then the oldest rows go from all of them, and what cannot go is named', async () => {
    const sensors = await sensorsOfBoth();
    for (const [at, week] of ['2026-01-05', '2026-01-12'].entries()) {
      for (const sensor of sensors) {
        await record(fleet.url, captureFor(fleet, sensor, [OFFICE, MONDAY][at] as string), sensor);
      }
      await age(fleet, week);
    }
    const prune = (size: number | string): Promise<Result> =>
      inFleet(['history', 'prune', '--max-size', String(size), fleet.url]);
    expect(await prune('1G')).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/: removed 0 rows\n$/),
    });
    const sizes = await Promise.all(fleet.servers.map(sizeOf));
    const size = Math.max(...sizes) - 1000;
    const pruned = await prune(size);
    expect([pruned.status, pruned.stderr]).toEqual([0, expect.stringMatching(/: removed [1-9]\d* rows?\n$/)]);
    expect(Math.max(...(await Promise.all(fleet.servers.map(sizeOf))))).toBeLessThanOrEqual(size);
    // Both servers begin at the same time, and the latest rows are there.
    const starts = await Promise.all(
      fleet.servers.map((each) => each.query('SELECT min(start) FROM uses', DATABASE)),
    );
    expect(new Set(starts).size).toBe(1);
    expect((await verify()).faults).toEqual([]);
    const tuesday = await Promise.all(
      sensors.map((sensor) => record(fleet.url, captureFor(fleet, sensor, TUESDAY), sensor)),
    );
    expect(tuesday).toHaveLength(2);
    const all = await prune(1000);
    expect([all.status, all.stderr]).toEqual([
      0,
      expect.stringMatching(
        /: removed \d+ rows\n.*still holds [\d,]+ bytes: rows pushed in the last nine days/,
      ),
    ]);
    expect((await verify()).synAcks).toBe(2 * 219);
  });

  test('when a capture grows after it was added up then the push says so, and changes nothing', async () => {
    const bytes = fs.readFileSync(OFFICE);
    const [half, file] = [path.join(fleet.folder, 'half.pcap'), path.join(fleet.folder, 'grown.db')];
    fs.writeFileSync(half, bytes.subarray(0, bytes.length / 2));
    const digest = await record(file, half, 'north');
    const push = (): ReturnType<typeof pushFile> =>
      pushFile(file, fleet.url, {
        isAll: false,
        signal: new AbortController().signal,
        passwordFile: undefined,
      });
    await push();
    await age(fleet, '2026-01-05');
    await compact({ hours: 0, days: FOR_EVER });
    const content = await ask([fleet.url]);
    await record(file, OFFICE, 'north', digest);
    expect((await push()).faults).toEqual([
      expect.stringContaining('has grown since its hours were added up'),
    ]);
    expect(await ask([fleet.url])).toBe(content);
    // So does recording directly.
    const grown = captureFor(fleet, 'north', MONDAY);
    await expect(record(fleet.url, grown, 'north', digest)).rejects.toThrow(
      'has grown since its hours were added up',
    );
    expect(await ask([fleet.url])).toBe(content);
  });

  test('when a row was changed by hand then verify says so', async () => {
    await record(fleet.url, MONDAY, 'north');
    for (const server of fleet.servers) {
      if ((await server.query('SELECT count() FROM uses', DATABASE)) === '0') continue;
      await server.query('ALTER TABLE uses UPDATE syn_acks = syn_acks + 1 WHERE 1', DATABASE);
      while ((await server.query('SELECT min(is_done) FROM system.mutations', DATABASE)) !== '1') {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    expect((await verify()).faults[0]).toMatch(/monday\.pcap: found \d+ SYN-ACKs in rows, expected 287$/);
  });
});
