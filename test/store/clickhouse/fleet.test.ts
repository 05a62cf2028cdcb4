// A fleet answers as the captures themselves do, and as a store of one machine does.

import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeDocument } from '../../../src/inventory/document/writer.js';
import type { Inventory } from '../../../src/inventory/inventory.js';
import type { Names } from '../../../src/names/names.js';
import { readInventory } from '../../../src/sources/read-inventory.js';
import { openToRecord } from '../../../src/store/open.js';
import type { Outcome, Store, WritableStore } from '../../../src/store/store.js';
import { HOUR } from '../../../src/tally/layout.js';
import { DATABASE, HAS_CLICKHOUSE, NEEDS_CLICKHOUSE } from '../../helpers/clickhouse.js';
import { ROOT } from '../../helpers/program.js';
import { loadSampleNames, MONDAY, OFFICE, TUESDAY, useServers } from './servers.js';

const fleet = useServers();
const SENSORS = ['north', 'south', 'east'];

let names: Names;
beforeAll(async () => {
  names = await loadSampleNames();
});

async function record(store: WritableStore, source: string, sensor: string): Promise<Outcome> {
  const options = { names, digests: true, clients: true, evidence: true, slice: HOUR };
  return store.record({ sensor, source, inventory: await readInventory([source], options) });
}

function contentOf(inventory: Inventory): string {
  return [...writeDocument(inventory)].join('').replace(/"name":"[^"]*"/g, '"name":""');
}

function ask(sources: readonly string[]): Promise<Inventory> {
  return readInventory(sources, { names, digests: true, clients: true, evidence: true, hours: true });
}

/** The answers to all questions, without the order of rows that are equally early. */
async function questionsOf(
  store: Store,
  selections: readonly Parameters<Store['newServices']>[0][],
): Promise<unknown> {
  const answers: unknown[] = [];
  const sorted = (rows: Iterable<unknown>): string[] => [...rows].map((row) => text(row)).sort();
  for (const selection of selections) {
    answers.push(sorted(await store.newServices(selection)));
    answers.push(sorted(await store.seenServices(selection)));
    for (const unit of ['hour', 'day', 'week'] as const) answers.push(await store.timeline(selection, unit));
    answers.push(await store.timeline(selection, 'day', ({ port }) => port === 80));
    answers.push(
      sorted((await store.recordedCaptures(selection)).map((capture) => ({ ...capture, recorded: 0 }))),
    );
  }
  answers.push((await store.sensorStates()).map((state) => ({ ...state, recorded: 0 })));
  return answers;
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each));
}

describe.skipIf(!HAS_CLICKHOUSE)(`a fleet${NEEDS_CLICKHOUSE}`, () => {
  test('when captures are recorded into it then it answers as they do, and as a store in a file', async () => {
    const file = path.join(fleet.folder, 'same.db');
    const stores = await Promise.all([openToRecord(fleet.url), openToRecord(file)]);
    for (const store of stores) {
      for (const [at, capture] of [OFFICE, MONDAY, TUESDAY].entries()) {
        expect(await record(store, capture, SENSORS[at] as string)).toBe('recorded');
        expect(await record(store, capture, SENSORS[at] as string)).toBe('known');
      }
    }
    const direct = contentOf(await ask([OFFICE, MONDAY, TUESDAY]));
    const stored = await ask([fleet.url]);
    expect(stored.inputs[0]?.problems).toEqual([]);
    expect(contentOf(stored)).toBe(direct);
    const office = { since: Date.UTC(2007, 5, 21, 10) * 1000, until: Date.UTC(2007, 5, 21, 13) * 1000 };
    const selections = [
      { across: 'sum' },
      { across: 'sum', sensor: 'south' },
      { across: 'sum', ...office },
      { across: 'sum', ...office, sensor: 'north' },
    ] as const;
    const [ofFleet, ofFile] = await Promise.all(stores.map((store) => questionsOf(store, selections)));
    expect(ofFleet).toEqual(ofFile);
    for (const choice of [
      '?sensor=north',
      '?across=max',
      '?since=2007-06-21T10:00Z&until=2007-06-21T13:00Z',
      '?since=2007-06-21T10:30Z&until=2007-06-21T12:30Z&across=max',
    ]) {
      const [one, other] = [await ask([`${fleet.url}${choice}`]), await ask([`store:${file}${choice}`])];
      expect(contentOf(one), choice).toBe(contentOf(other));
      expect(one.inputs[0]?.notes, choice).toEqual(other.inputs[0]?.notes);
    }
    await Promise.all(stores.map((store) => store.close()));
  });

  test('when docs/fleet.md shows a question in SQL then the servers answer it', async () => {
    const store = await openToRecord(fleet.url);
    await record(store, OFFICE, 'north');
    await store.close();
    const [, sql = ''] = /```sql\n(-- [^`]*)```/.exec(fs.readFileSync(`${ROOT}docs/fleet.md`, 'utf8')) ?? [];
    const answers = await Promise.all(fleet.servers.map((server) => server.query(sql, DATABASE)));
    expect(answers.join('')).toMatch(/^north\t2007-06-21\t\d+$/);
  });

  test('when a store in a file and a fleet are sources together then both count', async () => {
    const [one, other] = await Promise.all([
      openToRecord(fleet.url),
      openToRecord(path.join(fleet.folder, 'both.db')),
    ]);
    await record(one, MONDAY, 'north');
    await record(other, TUESDAY, 'north');
    await Promise.all([one.close(), other.close()]);
    expect(contentOf(await ask([fleet.url, `store:${path.join(fleet.folder, 'both.db')}`]))).toBe(
      contentOf(await ask([MONDAY, TUESDAY])),
    );
  });
});
