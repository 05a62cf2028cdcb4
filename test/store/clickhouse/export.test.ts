// A fleet is exported as a store in a file is, also while one of its servers is down.

import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Names } from '../../../src/names/names.js';
import { readInventory } from '../../../src/sources/read-inventory.js';
import { exportFleet } from '../../../src/store/clickhouse/export.js';
import { openFleet } from '../../../src/store/clickhouse/fleet.js';
import { openToAsk, openToRecord } from '../../../src/store/open.js';
import { HOUR } from '../../../src/tally/layout.js';
import { exportView } from '../../../src/views/export.js';
import { type ClickHouse, DATABASE, HAS_CLICKHOUSE, NEEDS_CLICKHOUSE } from '../../helpers/clickhouse.js';
import {
  captureFor,
  inFleet,
  loadSampleNames,
  MONDAY,
  OFFICE,
  TUESDAY,
  urlOf,
  useServers,
} from './servers.js';

const fleet = useServers();
/** Some are on either server, and their order is not that of the alphabet. */
const SENSORS = ['s', 'N', 'é', "a'b", 'S', 'b', 'c', 'd'];

/** So that all rows are not read at once. */
const SMALL = { rows: 50, pieces: 3, listed: 10 };

let names: Names;
beforeAll(async () => {
  names = await loadSampleNames();
});

async function recordAll(
  name: string,
  captures: readonly string[],
  sensors: readonly string[],
): Promise<void> {
  const store = await openToRecord(name);
  for (const [at, capture] of captures.entries()) {
    const own = captureFor(fleet, sensors[at] as string, capture);
    const inventory = await readInventory([own], { names, digests: true, evidence: true, slice: HOUR });
    await store.record({ sensor: sensors[at] as string, source: capture, inventory });
  }
  await store.close();
}

/** The lines of an export, those of the same sensor and hour sorted: their order is up to the store. */
async function rowsOf(name: string): Promise<string[]> {
  const store = await openToAsk(name);
  const lines: { key: string; line: string }[] = [];
  for await (const rows of store.exportRows({ across: 'sum' })) {
    for (const row of rows) {
      lines.push({ key: `${row.start} ${row.length} ${row.sensor}`, line: exportView('csv').row(row) });
    }
  }
  await store.close();
  const groups: string[][] = [];
  let last: string | undefined;
  for (const { key, line } of lines) {
    if (key !== last) groups.push([]);
    last = key;
    groups.at(-1)?.push(line);
  }
  return groups.flatMap((group) => group.sort());
}

describe.skipIf(!HAS_CLICKHOUSE)(`the export of a fleet${NEEDS_CLICKHOUSE}`, () => {
  test('when the same is in a file then the rows are the same, in the same order of times and sensors', async () => {
    const file = path.join(fleet.folder, 'same.db');
    const captures = [OFFICE, MONDAY, TUESDAY];
    for (const name of [file, fleet.url]) await recordAll(name, captures, SENSORS);
    const rows = await rowsOf(fleet.url);
    expect(rows).toEqual(await rowsOf(file));
    expect(rows.length).toBeGreaterThan(100);
    for (const format of ['csv', 'ndjson']) {
      for (const choice of ['', '?sensor=N', '?since=2007-06-21T10:00Z&until=2007-06-21T13:00Z']) {
        const [one, other] = await Promise.all(
          [`${fleet.url}${choice}`, `store:${file}${choice}`].map((store) =>
            inFleet(['history', 'export', '-f', format, store]),
          ),
        );
        expect([one?.status, one?.stderr]).toEqual([0, '']);
        expect(sorted(one?.stdout), choice).toEqual(sorted(other?.stdout));
      }
    }
    const some = await inFleet(['history', 'export', '--top', '5', fleet.url]);
    expect([some.status, some.stdout.split('\n').length]).toEqual([0, 7]);
  });

  test('when a sensor has an hour on both servers then its rows are added up', async () => {
    const file = path.join(fleet.folder, 'both.db');
    const [one, two] = fleet.servers as [ClickHouse, ClickHouse];
    // Each server as a fleet of its own, so that the sensor is on both.
    await recordAll(urlOf([one.host]), [MONDAY], ['north']);
    await recordAll(urlOf([two.host]), [TUESDAY], ['north']);
    await recordAll(file, [MONDAY, TUESDAY], ['north', 'north']);
    expect(await rowsOf(fleet.url)).toEqual(await rowsOf(file));
  });

  test('when a server is down, or goes down meanwhile, then the rest is exported, and the status is 3', async () => {
    const captures = SENSORS.map((_, at) => [OFFICE, MONDAY, TUESDAY][at % 3] as string);
    await recordAll(fleet.url, captures, SENSORS);
    const [one, two] = fleet.servers as [ClickHouse, ClickHouse];
    const [ofOne, ofTwo] = [await rowsOf(urlOf([one.host])), await rowsOf(urlOf([two.host]))];
    expect(Math.min(ofOne.length, ofTwo.length)).toBeGreaterThan(0);
    const open = await openFleet(fleet.url);
    const exported: string[] = [];
    for await (const rows of exportFleet(open, { across: 'sum' }, SMALL)) {
      if (exported.length === 0) await two.kill();
      exported.push(...rows.map(exportView('csv').row));
    }
    expect(open.absent.map(({ message }) => message)).toEqual([
      expect.stringContaining(`${two.host} is down`),
    ]);
    await open.close();
    const all = new Set([...ofOne, ...ofTwo]);
    expect(exported.every((line) => all.has(line))).toBe(true);
    expect(ofOne.every((line) => exported.includes(line))).toBe(true);
    expect(exported.length).toBeLessThan(all.size);
    const part = await inFleet(['history', 'export', fleet.url]);
    const rest = await inFleet(['history', 'export', urlOf([one.host])]);
    expect([part.status, rest.status]).toEqual([3, 3]);
    expect(part.stdout).toBe(rest.stdout);
    expect(part.stderr).toContain(
      `${two.host} is down: the connection was refused; the answer is without it`,
    );
    await two.restart();
  });

  test('when rows are removed meanwhile then the export says that it is not whole', async () => {
    await recordAll(fleet.url, [OFFICE, MONDAY], ['north', 'north']);
    const open = await openFleet(fleet.url);
    const work = async (): Promise<void> => {
      for await (const _ of exportFleet(open, { across: 'sum' }, SMALL)) {
        for (const server of fleet.servers) await server.query('TRUNCATE TABLE uses', DATABASE);
      }
    };
    await expect(work()).rejects.toThrow(
      /^exported \d+ SYN-ACKs, expected 12379: rows were added up or removed/,
    );
    await open.close();
  });
});

function sorted(text = ''): string[] {
  return text.split('\n').sort();
}
