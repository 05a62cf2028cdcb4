// A push may take longer than the rest of its week: what it sends then is counted once, though weeks are added up meanwhile.

import http from 'node:http';
import type net from 'node:net';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Names } from '../../../src/names/names.js';
import { readInventory } from '../../../src/sources/read-inventory.js';
import { openToKeepUp, openToRecord } from '../../../src/store/open.js';
import { pushFile } from '../../../src/store/push.js';
import { HOUR } from '../../../src/tally/layout.js';
import { type ClickHouse, DATABASE, HAS_CLICKHOUSE, NEEDS_CLICKHOUSE } from '../../helpers/clickhouse.js';
import { age, changeRows, loadSampleNames, MONDAY, OFFICE, urlOf, useServers } from './servers.js';

const fleet = useServers();
const WEEK = '2026-01-05';

let names: Names;
beforeAll(async () => {
  names = await loadSampleNames();
});

async function record(store: string, source: string): Promise<void> {
  const inventory = await readInventory([source], { names, digests: true, evidence: true, slice: HOUR });
  const opened = await openToRecord(store);
  await opened.record({ sensor: 'north', source, inventory });
  await opened.close();
}

function push(file: string, isAll = false): ReturnType<typeof pushFile> {
  return pushFile(file, fleet.url, { isAll, signal: new AbortController().signal, passwordFile: undefined });
}

async function synAcks(): Promise<number> {
  return (await readInventory([fleet.url], { names })).totals.synAcks;
}

async function keepUp(
  url = fleet.url,
): Promise<{ before: number; faults: readonly string[]; synAcks: number }> {
  const store = await openToKeepUp(url);
  const { before } = await store.compact({ hours: 0, days: 0 }, Date.now() * 1000);
  const { faults, synAcks } = await store.verify();
  await store.close();
  return { before, faults, synAcks };
}

/** A server whose clock is that of last week for the first questions after it, and whose answers are changed so. */
async function withSlowClock<T>(
  server: ClickHouse,
  answers: readonly { readonly to: string; readonly with: Buffer }[],
  work: (host: string) => Promise<T>,
): Promise<T> {
  const left = [...answers];
  const proxy = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const [next] = left;
      if (next !== undefined && body.toString('latin1').includes(next.to)) {
        left.shift();
        response.end(next.with);
        return;
      }
      const { method, url, headers } = request;
      http
        .request({ host: '127.0.0.1', port: server.port, method, path: url, headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        })
        .end(body);
    });
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });
  try {
    const result = await work(`127.0.0.1:${(proxy.address() as net.AddressInfo).port}`);
    expect(left).toEqual([]);
    return result;
  } finally {
    proxy.close();
  }
}

const DAYS = Date.parse(WEEK) / 86_400_000;
const LAST_WEEK = { to: 'SELECT toMonday(now())', with: Buffer.from([DAYS & 0xff, DAYS >> 8]) };
const NOT_OVER = { to: 'AS given', with: Buffer.from([1]) };

describe.skipIf(!HAS_CLICKHOUSE)(`a push that ends late${NEEDS_CLICKHOUSE}`, () => {
  test('when its week was added up before it ended then it does not count, and is pushed again', async () => {
    const file = path.join(fleet.folder, 'late.db');
    await record(file, OFFICE);
    await push(file);
    await age(fleet, WEEK);
    await record(file, MONDAY);
    await push(file);
    await age(fleet, WEEK);
    expect(await synAcks()).toBe(12_379);
    // As if the second one had slept for nine days before its last insert.
    await changeRows(fleet, `batches UPDATE committed = committed + 9 * 86400 WHERE source LIKE '%monday%'`);
    expect(await synAcks()).toBe(12_092);
    expect(await keepUp()).toMatchObject({ faults: [], synAcks: 12_092 });
    expect(await push(file, true)).toMatchObject({ batches: 1, known: 1, faults: [] });
    expect(await synAcks()).toBe(12_379);
    expect(await keepUp()).toMatchObject({ before: 0, faults: [], synAcks: 12_379 });
  });

  test.each([
    ['before its last insert', [LAST_WEEK]],
    ['while its last insert is under way', [LAST_WEEK, NOT_OVER]],
  ])('when its week ends %s then it sends everything again', async (_, answers) => {
    const [server] = fleet.servers as [ClickHouse];
    await withSlowClock(server, answers, async (host) => {
      await record(urlOf([host]), MONDAY);
    });
    expect(await server.query('SELECT uniqExact(part) > 1 FROM uses', DATABASE)).toBe('1');
    const rows = await readInventory([urlOf([server.host])], { names });
    expect(rows.totals.synAcks).toBe(287);
    expect(await keepUp(urlOf([server.host]))).toMatchObject({ faults: [], synAcks: 287 });
  });

  test('when every week is too short then the message says so, and nothing counts', async () => {
    const [server] = fleet.servers as [ClickHouse];
    await withSlowClock(server, [LAST_WEEK, LAST_WEEK], async (host) => {
      await expect(record(urlOf([host]), MONDAY)).rejects.toThrow('a week is too short to send a batch');
    });
    expect((await readInventory([urlOf([server.host])], { names })).totals.synAcks).toBe(0);
  });
});

describe.skipIf(!HAS_CLICKHOUSE)(`rows that are lost${NEEDS_CLICKHOUSE}`, () => {
  test('when sums lack rows of a batch then verify says so', async () => {
    await record(fleet.url, OFFICE);
    await record(fleet.url, MONDAY);
    await age(fleet, WEEK);
    await keepUp();
    // Sums that are consistent in themselves, but without some rows.
    await changeRows(fleet, 'uses DELETE WHERE port = 80');
    await changeRows(fleet, 'rollups DELETE WHERE 1');
    for (const server of fleet.servers) {
      await server.query(
        'INSERT INTO rollups (pushed, noted, rows, syn_acks) SELECT pushed, 1, count(), sum(syn_acks) FROM uses GROUP BY pushed',
        DATABASE,
      );
    }
    const { faults } = await keepUp();
    expect(faults).toEqual([expect.stringMatching(/^found [\d,]+ SYN-ACKs in all rows, expected 12379$/)]);
  });
});
