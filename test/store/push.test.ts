// Stores are pushed into a fleet: lost answers, servers that die, captures that grow, and rows that were added up.

import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeDocument } from '../../src/inventory/document/writer.js';
import type { Inventory } from '../../src/inventory/inventory.js';
import type { Names } from '../../src/names/names.js';
import { readInventory } from '../../src/sources/read-inventory.js';
import { openToAsk, openToKeepUp, openToRecord } from '../../src/store/open.js';
import { pushFile } from '../../src/store/push.js';
import { removeStream } from '../../src/store/sqlite/pieces.js';
import { recordBatch } from '../../src/store/sqlite/record.js';
import { openForRecording } from '../../src/store/sqlite/store.js';
import { HOUR } from '../../src/tally/layout.js';
import {
  type ClickHouse,
  DATABASE,
  HAS_CLICKHOUSE,
  LosingProxy,
  NEEDS_CLICKHOUSE,
} from '../helpers/clickhouse.js';
import {
  captureFor,
  inFleet,
  loadSampleNames,
  MONDAY,
  OFFICE,
  TUESDAY,
  urlOf,
  useServers,
} from './clickhouse/servers.js';

const fleet = useServers();
const SENSORS = 50;

let names: Names;
const inventories = new Map<string, Inventory>();
beforeAll(async () => {
  names = await loadSampleNames();
});

let number = 0;
function newFile(): string {
  number += 1;
  return path.join(fleet.folder, `${number}.db`);
}

async function record(file: string, sensor: string, source: string, replaces?: string): Promise<void> {
  const options = { names, digests: true, clients: true, evidence: true, slice: HOUR };
  const inventory = inventories.get(source) ?? (await readInventory([source], options));
  inventories.set(source, inventory);
  const store = await openToRecord(file);
  await store.record({ sensor, source, inventory, replaces });
  await store.close();
}

function push(file: string, url: string = fleet.url, isAll = false): ReturnType<typeof pushFile> {
  return pushFile(file, url, { isAll, signal: new AbortController().signal, passwordFile: undefined });
}

function contentOf(inventory: Inventory): string {
  return [...writeDocument(inventory)].join('').replace(/"name":"[^"]*"/g, '"name":""');
}

/** The answer to all sources together, without the hours of use if rows have been added up. */
async function ask(sources: readonly string[], hours = true): Promise<string> {
  const inventory = await readInventory(sources, {
    names,
    digests: true,
    clients: true,
    evidence: true,
    hours,
  });
  expect(inventory.inputs.flatMap(({ problems }) => problems)).toEqual([]);
  return contentOf(inventory);
}

async function compact(file: string): Promise<number> {
  const store = await openToKeepUp(file);
  const { before } = await store.compact({ hours: 0, days: 0 }, Date.now() * 1000);
  await store.close();
  return before;
}

/** How many of these pushes failed as a whole. */
async function pushAll(
  files: readonly string[],
  url: string,
  isFailing: (file: string) => boolean,
): Promise<void> {
  const queue = [...files];
  const work = async (): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const result = await push(file, url).catch((error: Error) => error);
      if (result instanceof Error && !isFailing(file)) throw result;
    }
  };
  await Promise.all(Array.from({ length: 5 }, work));
}

describe.skipIf(!HAS_CLICKHOUSE)(`pushing into a fleet${NEEDS_CLICKHOUSE}`, () => {
  test('when 50 sensors push, answers are lost, and a server is killed and restarted, then sums are exact', async () => {
    const [, two] = fleet.servers as [ClickHouse, ClickHouse];
    const proxies = await Promise.all(fleet.servers.map(({ port }) => LosingProxy.start(port, 4)));
    const lossy = urlOf(proxies.map(({ host }) => host));
    const files = Array.from({ length: SENSORS }, newFile);
    for (const [at, file] of files.entries())
      await record(file, `s${at}`, captureFor(fleet, `s${at}`, MONDAY));
    await pushAll(files.slice(0, 30), lossy, () => false);
    // The first pushes of the others meet it while it is down, or while it dies.
    const killed = two.kill();
    await pushAll(files.slice(30), lossy, () => true);
    await killed;
    for (const [at, file] of files.entries())
      await record(file, `s${at}`, captureFor(fleet, `s${at}`, TUESDAY));
    // Those that have been pushed before go to the other server.
    await pushAll(files.slice(0, 20), lossy, () => false);
    await two.restart();
    await pushAll(files, lossy, () => false);
    await pushAll(files, lossy, () => false);
    expect(proxies.every(({ lost }) => lost > 0)).toBe(true);
    for (const proxy of proxies) proxy.close();

    const direct = await readInventory([MONDAY, TUESDAY], { names });
    const all = await readInventory([fleet.url], { names });
    expect(all.inputs[0]?.problems).toEqual([]);
    expect(all.totals.synAcks).toBe(direct.totals.synAcks * SENSORS);
    expect(countsOf(all)).toEqual(countsOf(direct).map((count) => count * SENSORS));
    const store = await openToAsk(fleet.url);
    const sensors = await store.sensorStates();
    await store.close();
    expect(sensors.map(({ captures }) => captures)).toEqual(Array.from({ length: SENSORS }, () => 2));
    for (const at of [0, 25, 49]) {
      const own = [MONDAY, TUESDAY].map((capture) => captureFor(fleet, `s${at}`, capture));
      expect(await ask([`${fleet.url}?sensor=s${at}`])).toBe(await ask(own));
    }
  });

  test('when a batch is on two servers then it counts once, also while one of them is down', async () => {
    const file = newFile();
    await record(file, 'north', OFFICE);
    await push(file);
    await record(file, 'north', MONDAY);
    await push(file);
    const home = (await homeOf('north')) as ClickHouse;
    // As if the answer had been lost, and the server too.
    const store = await openForRecording(file);
    store.run('DELETE FROM pushed WHERE local = (SELECT max(local) FROM pushed)');
    store.close();
    await home.kill();
    expect(await push(file)).toMatchObject({
      batches: 1,
      missing: [expect.stringContaining(`${home.host} is down`)],
    });
    const other = fleet.servers.find((server) => server !== home) as ClickHouse;
    await other.query(`INSERT INTO meta (key, value) VALUES ('gone ${home.host}', '')`, DATABASE);
    expect(await ask([urlOf([other.host])])).toBe(await ask([MONDAY]));
    await home.restart();
    const both = fleet.servers.map(({ host }) => host);
    for (const hosts of [both, both.toReversed()])
      expect(await ask([urlOf(hosts)])).toBe(await ask([OFFICE, MONDAY]));
    expect(await push(file, fleet.url, true)).toMatchObject({ batches: 0, known: 2 });
  });

  test('when a push is interrupted then it says so, and the next one continues', async () => {
    const file = newFile();
    await record(file, 'north', OFFICE);
    const settings = { isAll: false, signal: AbortSignal.abort(), passwordFile: undefined };
    expect(await pushFile(file, fleet.url, settings)).toMatchObject({
      batches: 0,
      faults: ['interrupted; the rest is pushed next time'],
    });
    expect(await push(file)).toMatchObject({ batches: 1, faults: [] });
  });

  test('when a capture has grown then its latest version counts alone', async () => {
    const bytes = fs.readFileSync(OFFICE);
    const lengths = [0.4, 0.7, 1].map((part) => Math.floor(bytes.length * part));
    const file = newFile();
    let before: string | undefined;
    for (const [at, length] of lengths.entries()) {
      const capture = path.join(fleet.folder, `grown-${at}.pcap`);
      fs.writeFileSync(capture, bytes.subarray(0, length));
      await record(file, 'north', capture, before);
      before = inventories.get(capture)?.captures[0]?.digest;
      // The second version is never pushed.
      if (at !== 1) expect((await push(file)).batches).toBe(1);
      if (at !== 1) expect(contentOf(await stored(fleet.url))).toBe(contentOf(await stored(`store:${file}`)));
    }
  });

  test('when rows were added up before the first push then the answer is the same', async () => {
    const file = newFile();
    for (const source of [OFFICE, MONDAY]) await record(file, 'north', source);
    await record(file, 'south', TUESDAY);
    expect(await compact(file)).toBeGreaterThan(0);
    expect(await push(file)).toMatchObject({ batches: 3, known: 0, faults: [] });
    const content = await ask([OFFICE, MONDAY, TUESDAY], false);
    expect(await ask([`store:${file}`], false)).toBe(content);
    expect(await ask([fleet.url], false)).toBe(content);
    expect(await push(file, fleet.url, true)).toMatchObject({ batches: 0, known: 3, faults: [] });
    expect(await seen(fleet.url)).toEqual(await seen(file));
    // The next ones stay apart until they are pushed, too.
    const longer = path.join(fleet.folder, 'longer.pcap');
    const monday = fs.readFileSync(MONDAY);
    fs.writeFileSync(longer, Buffer.concat([monday, monday.subarray(24, 24 + 16 + monday.readUInt32LE(32))]));
    await record(file, 'north', longer);
    expect(await compact(file)).toBe(0);
    expect(await push(file)).toMatchObject({ batches: 1, faults: [] });
    expect(await compact(file)).toBeGreaterThan(0);
    expect(await ask([fleet.url], false)).toBe(await ask([`store:${file}`], false));
  });

  test('when a push is cut off then nothing of its batch is seen, and the next one completes it', async () => {
    const file = newFile();
    await record(file, 'north', OFFICE);
    await push(file);
    await record(file, 'north', MONDAY);
    const home = (await homeOf('north')) as ClickHouse;
    await push(file);
    // As if it had ended before the last insert.
    const tuesday = newFile();
    await record(tuesday, 'north', TUESDAY);
    await push(tuesday);
    await home.query(
      "ALTER TABLE batches DELETE WHERE batch IN (SELECT batch FROM captures WHERE name LIKE '%tuesday%')",
      DATABASE,
    );
    while (
      (await home.query("SELECT count() FROM batches WHERE source LIKE '%tuesday%'", DATABASE)) !== '0'
    ) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await home.query("SELECT count() > 0 FROM captures WHERE name LIKE '%tuesday%'", DATABASE)).toBe(
      '1',
    );
    expect(await ask([fleet.url])).toBe(await ask([OFFICE, MONDAY]));
    expect(await push(tuesday, fleet.url, true)).toMatchObject({ batches: 1 });
    expect(await ask([fleet.url])).toBe(await ask([OFFICE, MONDAY, TUESDAY]));
  });

  test('when a shard is added then the shorter list keeps nothing from being added up', async () => {
    const [first] = fleet.servers as [ClickHouse, ClickHouse];
    const file = newFile();
    await record(file, 'north', OFFICE);
    await push(file, urlOf([first.host]));
    await record(file, 'north', MONDAY);
    const waiting = await inFleet(['history', 'compact', file]);
    expect(waiting.stderr).toContain(
      `: rows that were not pushed to ${DATABASE}@${first.host} yet stay as they are\n`,
    );
    await push(file);
    await record(file, 'north', TUESDAY);
    await push(file);
    const compacted = await inFleet(['history', 'compact', file]);
    expect(compacted.stderr).toMatch(/added up: \d+ rows fewer\n$/);
    expect(await push(file)).toMatchObject({ batches: 0, faults: [] });
    expect(await ask([`store:${file}`], false)).toBe(await ask([OFFICE, MONDAY, TUESDAY], false));
  });

  test('when pieces of a stream were taken back then the fleet has them no more', async () => {
    const file = newFile();
    await record(file, 'north', OFFICE);
    const inventory = await stored(MONDAY);
    const store = await openForRecording(file);
    const piece = { stream: '-', sequence: 0, isLast: false };
    recordBatch(store, { sensor: 'north', source: '-', inventory, piece });
    await push(file);
    expect((await stored(fleet.url)).totals.synAcks).toBe(12_092 + 287);
    store.transaction(() => removeStream(store, '-'));
    store.close();
    await push(file);
    expect((await stored(fleet.url)).totals).toEqual((await stored(OFFICE)).totals);
    // That which takes them back has no time of its own.
    for (const window of ['since=2007-06-21', 'until=2007-07-01', 'since=2007-06-25&until=2007-07-01']) {
      const [inFleet, inFile] = [
        await stored(`${fleet.url}?${window}`),
        await stored(`store:${file}?${window}`),
      ];
      expect(inFleet.totals.synAcks, window).toBe(inFile.totals.synAcks);
    }
    expect(await push(file)).toMatchObject({ batches: 0, faults: [] });
  });

  test('when the command pushes then it says what, and repeats nothing', async () => {
    const file = newFile();
    await record(file, 'north', OFFICE);
    const args = ['push', '--store', file, '--to', fleet.url];
    const first = await inFleet(args);
    expect(first).toEqual({
      status: 0,
      stdout: '',
      stderr: `synsum: ${file}: pushed 1 source with 12,092 SYN-ACKs\n`,
    });
    expect((await inFleet(args)).stderr).toBe(`synsum: ${file}: pushed 0 sources with 0 SYN-ACKs\n`);
    expect((await inFleet([...args, '--all'])).stderr).toMatch(
      /pushed 0 sources with 0 SYN-ACKs; 1 was there before$/m,
    );
    for (const wrong of [
      ['push', '--store', '/nonexistent.db', '--to', fleet.url],
      ['push', '--store', file, '--to', 'other.db'],
      ['push', '--store', file],
    ]) {
      expect((await inFleet(wrong)).status).toBe(2);
    }
  });
});

function countsOf({ tally }: Inventory): number[] {
  return ([4, 6] as const)
    .flatMap((family) => {
      const rows = tally.readRows(family);
      return Array.from({ length: rows.size }, (_, row) => rows.countOf(row));
    })
    .sort((a, b) => a - b);
}

function stored(source: string): Promise<Inventory> {
  return readInventory([source], { names, digests: true, clients: true, evidence: true, hours: true });
}

async function seen(name: string): Promise<string[]> {
  const store = await openToAsk(name);
  const services = [...(await store.seenServices({ across: 'sum' }))];
  await store.close();
  return services
    .map((each) => JSON.stringify(each, (_, value) => (typeof value === 'bigint' ? String(value) : value)))
    .sort();
}

/** The server that has the batches of a sensor. */
async function homeOf(sensor: string): Promise<ClickHouse | undefined> {
  for (const server of fleet.servers) {
    const count = await server.query(`SELECT count() FROM batches WHERE sensor = '${sensor}'`, DATABASE);
    if (count !== '0') return server;
  }
  return undefined;
}
