// A store answers as the captures themselves do, in whatever order, how often and in which pieces they were recorded.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeDocument } from '../../src/inventory/document/writer.js';
import type { Inventory } from '../../src/inventory/inventory.js';
import { loadNames } from '../../src/names/find-hosts-file.js';
import type { Names } from '../../src/names/names.js';
import { readInventory } from '../../src/sources/read-inventory.js';
import { compact } from '../../src/store/sqlite/compact.js';
import { recordBatch } from '../../src/store/sqlite/record.js';
import { openForReading, openForRecording, type Store } from '../../src/store/sqlite/store.js';
import { verify } from '../../src/store/sqlite/verify.js';
import type { Outcome } from '../../src/store/store.js';
import { HOUR } from '../../src/tally/layout.js';
import { ROOT } from '../helpers/program.js';

const FOLDER = fs.mkdtempSync(path.join(tmpdir(), 'synsum-store-'));
afterAll(() => fs.rmSync(FOLDER, { recursive: true }));

/** Captures of several hours, both IP versions, remote clients, damage, pcapng and compression. */
const CAPTURES: readonly string[] = [
  ...['office', 'monday', 'tuesday'].map((name) => `${ROOT}samples/${name}.pcap`),
  ...fs
    .readdirSync(`${ROOT}test/captures`)
    .filter((name) => /\.(?:pcap|pcapng|cap)(?:\.\w+)?$/.test(name) && !name.startsWith('faults__'))
    .map((name) => `${ROOT}test/captures/${name}`),
];

let names: Names;
beforeAll(async () => {
  names = (await loadNames({ hosts: `${ROOT}samples/hosts.yaml`, env: {}, cwd: ROOT })).names;
});

let number = 0;
function newStore(): Promise<Store> {
  number += 1;
  return openForRecording(path.join(FOLDER, `${number}.db`));
}

async function record(store: Store, source: string, sensor = 'here'): Promise<Outcome> {
  const options = { names, digests: true, clients: true, evidence: true, slice: HOUR };
  const inventory = await readInventory([source], options);
  return recordBatch(store, { sensor, source, inventory });
}

/** Everything in an inventory that does not depend on the names of its sources, with or without the hours of use. */
function contentOf(inventory: Inventory, hasHours = true): string {
  const text = [...writeDocument(inventory)].join('').replace(/"name":"[^"]*"/g, '"name":""');
  return hasHours ? text : text.replace(/,"hours":\[\[.*?\]\]/g, '');
}

async function ask(sources: readonly string[], hours = true): Promise<Inventory> {
  return readInventory(sources, { names, digests: true, clients: true, evidence: true, hours });
}

/** Captures that can be counted together: each only once, and none that cannot be read at all. */
async function readable(captures: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const capture of captures) {
    const { inputs } = await readInventory([capture], { names });
    if (inputs[0]?.format !== undefined) found.push(capture);
  }
  return found;
}

describe('a store', () => {
  test('when one capture is recorded then its answer is that of the capture, to the byte', async () => {
    for (const capture of await readable(CAPTURES)) {
      const store = await newStore();
      expect(await record(store, capture)).toBe('recorded');
      expect(contentOf(await ask([`store:${store.path}`])), capture).toBe(contentOf(await ask([capture])));
      expect(verify(store).faults).toEqual([]);
      store.close();
    }
  });

  test('when captures are recorded in any order, some of them twice, then its answer is that of all', async () => {
    const captures = await readable(CAPTURES);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.constantFrom(...captures), { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(5), { maxLength: 4 }),
        fc.boolean(),
        async (chosen, again, isCompacted) => {
          const store = await newStore();
          const repeated = again.map((at) => chosen[at % chosen.length] as string);
          for (const capture of chosen) expect(await record(store, capture)).toBe('recorded');
          for (const capture of repeated) expect(await record(store, capture, 'elsewhere')).toBe('known');
          if (isCompacted) compact(store, { hours: 0, days: 0 }, Date.now() * 1000);
          const stored = await ask([`store:${store.path}`], !isCompacted);
          expect(contentOf(stored, !isCompacted)).toBe(
            contentOf(await ask(chosen, !isCompacted), !isCompacted),
          );
          expect(verify(store).faults).toEqual([]);
          store.close();
        },
      ),
      { numRuns: 40 },
    );
  });

  test('when it is compacted before, between and after then nothing changes', async () => {
    const store = await newStore();
    const captures = ['monday', 'tuesday', 'office'].map((name) => `${ROOT}samples/${name}.pcap`);
    for (const capture of captures) {
      await record(store, capture);
      compact(store, { hours: 0, days: 1e6 * 24 * HOUR }, Date.now() * 1000);
    }
    const days = contentOf(await ask([`store:${store.path}`], false), false);
    expect(days).toBe(contentOf(await ask(captures, false), false));
    const { before, after } = compact(store, { hours: 0, days: 0 }, Date.now() * 1000);
    expect(after).toBeLessThan(before);
    expect(contentOf(await ask([`store:${store.path}`], false), false)).toBe(days);
    expect(compact(store, { hours: 0, days: 0 }, Date.now() * 1000)).toMatchObject({ before: 0, after: 0 });
    store.close();
  });

  test('when a window of whole hours is asked for then the answer is that of the captures in it', async () => {
    const capture = `${ROOT}samples/office.pcap`;
    const store = await newStore();
    await record(store, capture);
    store.close();
    const since = Date.UTC(2007, 5, 21, 10) * 1000;
    const until = since + 3 * HOUR;
    const rowsOf = (text: string): string[] => text.split('\n').filter((line) => line.includes('"count":'));
    const direct = await readInventory([capture], { names, clients: true, since, until });
    const stored = await readInventory(
      [`store:${store.path}?since=2007-06-21T10:00Z&until=2007-06-21T13:00Z`],
      {
        names,
        clients: true,
      },
    );
    expect(stored.inputs[0]?.notes ?? []).toEqual([]);
    expect(rowsOf(contentOf(stored))).toEqual(rowsOf(contentOf(direct)));
    expect(stored.totals.synAcks).toBe(direct.totals.synAcks - direct.totals.outsideTime);
  });

  test('when a window cuts an hour then the answer is for the whole hour, and says so', async () => {
    const store = await newStore();
    await record(store, `${ROOT}samples/office.pcap`);
    store.close();
    const [input] = (
      await readInventory([`store:${store.path}?since=2007-06-21T10:30Z&until=2007-06-21T13:00Z`], { names })
    ).inputs;
    expect(input?.notes?.map(({ message }) => message)).toEqual([
      'keeps whole hours, so the answer is for 2007-06-21 10:00Z to 2007-06-21 13:00Z',
    ]);
  });

  test('when two sensors saw the same then max counts it once, and sum twice', async () => {
    const [one, two] = [`${ROOT}samples/monday.pcap`, path.join(FOLDER, 'longer.pcap')];
    // The same packets, and so another digest, with the first one again at the end.
    const bytes = fs.readFileSync(one);
    const length = 16 + bytes.readUInt32LE(24 + 8);
    fs.writeFileSync(two, Buffer.concat([bytes, bytes.subarray(24, 24 + length)]));
    const store = await newStore();
    await record(store, one, 'north');
    await record(store, two, 'south');
    store.close();
    const countOf = async (source: string): Promise<number> => (await ask([source])).totals.synAcks;
    const rowsIn = async (source: string): Promise<number> =>
      [...contentOf(await ask([source])).matchAll(/"count":(\d+)/g)].reduce(
        (sum, [, n]) => sum + Number(n),
        0,
      );
    const alone = await rowsIn(one);
    expect(await rowsIn(`store:${store.path}`)).toBe(2 * alone + 1);
    expect(await rowsIn(`store:${store.path}?across=max`)).toBe(alone + 1);
    expect(await rowsIn(`store:${store.path}?sensor=north`)).toBe(alone);
    expect(await countOf(`store:${store.path}?sensor=south`)).toBe(alone + 1);
  });

  test('when a row was changed by hand then verify says so', async () => {
    const store = await newStore();
    await record(store, `${ROOT}samples/monday.pcap`);
    store.run('UPDATE uses SET syn_acks = syn_acks + 1');
    expect(verify(store).faults[0]).toMatch(/^the rows have \d+ SYN-ACKs and 0 were removed, expected 287/);
    store.close();
  });

  test('when evidence belongs to no use then verify says so', async () => {
    const store = await newStore();
    await record(store, `${ROOT}samples/monday.pcap`);
    store.run('INSERT INTO details SELECT max(slot), server, 9, client, 1, 0, 0, 0, 0, 0, 0 FROM uses');
    expect(verify(store).faults).toEqual(['1 row of details without a use']);
    store.close();
  });
});

describe('a store that was changed by hand', () => {
  test.each([
    [
      'an address',
      "UPDATE addresses SET address = 'ten' WHERE id = (SELECT max(id) FROM addresses)",
      'table addresses',
    ],
    ['a port', 'UPDATE uses SET port = 70000 WHERE port = (SELECT max(port) FROM uses)', 'table uses'],
    ['a count', 'UPDATE uses SET syn_acks = -1 WHERE port = (SELECT max(port) FROM uses)', 'table uses'],
    ['a counter', 'UPDATE uses SET copies = 1000000', 'found 1'],
    ['a sketch', "UPDATE sketches SET clients = x'00'", 'table uses'],
    [
      'a rare counter',
      'INSERT INTO details SELECT slot, server, port, client, 1000000, 0, 0, 0, 0, 0, 0 FROM uses',
      'found 1000000',
    ],
    ['a list of ranges', "UPDATE scopes SET ranges = '[1]'", 'table scopes'],
    ['a list of problems', "UPDATE captures SET problems = '{'", 'table captures'],
    ['a total', 'UPDATE batches SET not_tcp = -1', 'table batches'],
  ])('when %s is not what synsum writes then nothing of the store is used', async (_, change, message) => {
    const store = await newStore();
    await record(store, `${ROOT}samples/monday.pcap`);
    store.exec(change);
    store.close();
    const { inputs, tally, totals } = await ask([`store:${store.path}`]);
    expect(inputs[0]?.format).toBeUndefined();
    expect(inputs[0]?.problems[0]?.message).toContain(message);
    expect([tally.countRows(), totals.packetsRead]).toEqual([0, 0]);
  });
});

describe('opening a store', () => {
  test('when it is of a newer version then it is refused, and stays as it is', async () => {
    const store = await newStore();
    store.exec('PRAGMA user_version = 9');
    store.close();
    const newer = 'found a store of version 9, expected at most 3; use a later synsum';
    await expect(openForRecording(store.path)).rejects.toThrow(newer);
    await expect(openForReading(store.path)).rejects.toThrow(newer);
  });

  test.each([
    ['a text', 'hello, I am not a database, but long enough to be taken for one'.repeat(20)],
    ['a capture', fs.readFileSync(`${ROOT}samples/office.pcap`)],
  ])('when it is %s then it is refused', async (_, content) => {
    const file = path.join(FOLDER, 'other');
    fs.writeFileSync(file, content);
    await expect(openForRecording(file)).rejects.toThrow('found a file of another kind');
    expect(fs.readFileSync(file).equals(Buffer.from(content))).toBe(true);
  });

  test.each([
    ['a table is missing', 'DROP TABLE captures', 'captures'],
    [
      'a view that never ends is in the place of a table',
      `DROP VIEW uses_with_names; ALTER TABLE uses RENAME TO others;
        CREATE VIEW uses AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT others.* FROM others, n`,
      'uses',
    ],
  ])('when %s then it is refused', async (_, change, table) => {
    const store = await newStore();
    await record(store, `${ROOT}samples/monday.pcap`);
    store.exec(change);
    store.close();
    const refusal = `found no table ${table}, expected a store that synsum record made`;
    await expect(openForReading(store.path)).rejects.toThrow(refusal);
    await expect(openForRecording(store.path)).rejects.toThrow(refusal);
  });

  test('when it is not there then reading says how to make one', async () => {
    await expect(openForReading(path.join(FOLDER, 'none.db'))).rejects.toThrow('synsum record makes a store');
  });
});
