// One capture on several sensors, stores and servers counts once: it is known by the digest of its content.

import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeDocument } from '../../../src/inventory/document/writer.js';
import type { Names } from '../../../src/names/names.js';
import { readInventory } from '../../../src/sources/read-inventory.js';
import { openFleet } from '../../../src/store/clickhouse/fleet.js';
import { openToAsk, openToKeepUp, openToRecord } from '../../../src/store/open.js';
import { pushFile } from '../../../src/store/push.js';
import type { Outcome } from '../../../src/store/store.js';
import { HOUR } from '../../../src/tally/layout.js';
import { type ClickHouse, DATABASE, HAS_CLICKHOUSE, NEEDS_CLICKHOUSE } from '../../helpers/clickhouse.js';
import { age, changeRows, loadSampleNames, MONDAY, OFFICE, urlOf, useServers } from './servers.js';

const fleet = useServers();

let names: Names;
/** Two sensors, one for each server. */
let sensors: [string, string];
beforeAll(async () => {
  names = await loadSampleNames();
});

async function findSensors(): Promise<void> {
  const open = await openFleet(fleet.url);
  sensors = fleet.servers.map(({ host }) =>
    [...'abcdefghijklmnop'].find((sensor) => open.shardsFor(sensor)[0] === host),
  ) as [string, string];
  await open.close();
}

async function record(store: string, source: string, sensor: string): Promise<Outcome> {
  const inventory = await readInventory([source], { names, digests: true, evidence: true, slice: HOUR });
  const opened = await openToRecord(store);
  try {
    return await opened.record({ sensor, source, inventory });
  } finally {
    await opened.close();
  }
}

function push(file: string, url: string = fleet.url): ReturnType<typeof pushFile> {
  return pushFile(file, url, { isAll: false, signal: new AbortController().signal, passwordFile: undefined });
}

async function ask(...sources: readonly string[]): Promise<string> {
  const inventory = await readInventory(sources, { names, digests: true, evidence: true });
  return [...writeDocument(inventory)].join('').replace(/"name":"[^"]*"/g, '"name":""');
}

async function compact(): Promise<void> {
  const store = await openToKeepUp(fleet.url);
  await store.compact({ hours: 0, days: 0 }, Date.now() * 1000);
  const { faults } = await store.verify();
  await store.close();
  expect(faults).toEqual([]);
}

/** Writes a copy to each server, as if both had been pushed at the same moment, and neither had found the other. */
async function recordOnBoth(source: string): Promise<void> {
  for (const [at, { host }] of fleet.servers.entries())
    await record(urlOf([host]), source, sensors[at] as string);
}

describe.skipIf(!HAS_CLICKHOUSE)(`copies of a capture in a fleet${NEEDS_CLICKHOUSE}`, () => {
  beforeAll(findSensors);

  test('when two sensors record the same capture then the second one is known', async () => {
    const [one, other] = sensors;
    expect(await record(fleet.url, MONDAY, one)).toBe('recorded');
    expect(await record(fleet.url, MONDAY, other)).toBe('known');
    expect(await ask(fleet.url)).toBe(await ask(MONDAY));
  });

  test('when two sensors push the same capture, one after the other, then it counts once', async () => {
    const files = sensors.map((sensor) => path.join(fleet.folder, `${sensor}-one.db`));
    for (const [at, file] of files.entries()) {
      await record(file, MONDAY, sensors[at] as string);
      expect(await push(file)).toMatchObject({ batches: 1 - at, known: at, faults: [] });
    }
    expect(await ask(fleet.url)).toBe(await ask(MONDAY));
  });

  test('when both push at once, many times, then it counts once', async () => {
    for (let round = 0; round < 2; round++) {
      const files = [0, 1, 2, 3].map((at) => path.join(fleet.folder, `at-once-${round}-${at}.db`));
      for (const [at, file] of files.entries()) await record(file, MONDAY, sensors[at % 2] as string);
      for (const server of fleet.servers) {
        await server.query(`DROP DATABASE ${DATABASE}`);
        await server.query(`CREATE DATABASE ${DATABASE}`);
      }
      await (await openToRecord(fleet.url)).close();
      await Promise.all(files.map((file) => push(file)));
      expect(await ask(fleet.url)).toBe(await ask(MONDAY));
    }
  });

  test('when copies are on both servers then the next push makes them count once, also after they were added up', async () => {
    await recordOnBoth(MONDAY);
    const file = path.join(fleet.folder, 'again.db');
    await record(file, MONDAY, sensors[0]);
    expect(await push(file)).toMatchObject({ batches: 0, known: 1 });
    const content = await ask(MONDAY);
    expect(await ask(fleet.url)).toBe(content);
    const store = await openToAsk(fleet.url);
    expect((await store.verify()).faults).toEqual([]);
    await store.close();
    await age(fleet, '2026-01-05');
    await compact();
    expect(await ask(fleet.url)).toBe(content);
    expect(await ask(urlOf(fleet.servers.map(({ host }) => host).toReversed()))).toBe(content);
  });

  test('when a copy was added up while the other server took a second one then the first one counts', async () => {
    await record(fleet.url, OFFICE, sensors[0]);
    await record(fleet.url, MONDAY, sensors[1]);
    const file = path.join(fleet.folder, 'second.db');
    await record(file, MONDAY, sensors[0]);
    await push(file);
    await age(fleet, '2026-01-05');
    await compact();
    // The first push of another store, which does not know it; the server with the sums does not answer.
    const [home, other] = fleet.servers as [ClickHouse, ClickHouse];
    await record(urlOf([home.host]), MONDAY, sensors[0]);
    await changeRows({ servers: [home] }, "batches UPDATE doubtful = 1 WHERE source LIKE '%monday%'");
    expect(await other.query("SELECT count() FROM batches WHERE source LIKE '%monday%'", DATABASE)).toBe('1');
    expect(await ask(fleet.url)).toBe(await ask(OFFICE, MONDAY));
    await age(fleet, '2026-01-12');
    await compact();
    expect(await ask(fleet.url)).toBe(await ask(OFFICE, MONDAY));
  });
});
