// Two servers for the tests of a file, which are stopped at its end, and the command line that asks them.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { loadNames } from '../../../src/names/find-hosts-file.js';
import type { Names } from '../../../src/names/names.js';
import { ClickHouse, DATABASE, HAS_CLICKHOUSE, PASSWORD, USER } from '../../helpers/clickhouse.js';
import { type Result, ROOT, synsum } from '../../helpers/program.js';

export interface Servers {
  /** A folder for the files of the tests. */
  readonly folder: string;
  readonly servers: readonly ClickHouse[];
  /** The address of the fleet that both are. */
  readonly url: string;
}

/** Those of the servers: no answer depends on them. */
const TIME_ZONES = ['Pacific/Auckland', 'America/Los_Angeles'];

/** Starts both before the first test, and empties their database before each. */
export function useServers(): Servers {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'synsum-fleet-'));
  const servers: ClickHouse[] = [];
  if (HAS_CLICKHOUSE) {
    beforeAll(async () => {
      const started = TIME_ZONES.map((zone, at) =>
        ClickHouse.start(fs.mkdtempSync(path.join(folder, `server-${at}-`)), zone),
      );
      servers.push(...(await Promise.all(started)));
    });
    beforeEach(async () => {
      for (const server of servers) {
        await server.query(`DROP DATABASE IF EXISTS ${DATABASE}`);
        await server.query(`CREATE DATABASE ${DATABASE}`);
      }
    });
  }
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.kill()));
    fs.rmSync(folder, { recursive: true });
  });
  return {
    folder,
    servers,
    get url() {
      return urlOf(servers.map(({ host }) => host));
    },
  };
}

/** Captures of the samples. */
export const [MONDAY, TUESDAY, OFFICE] = ['monday', 'tuesday', 'office'].map(
  (name) => `${ROOT}samples/${name}.pcap`,
) as [string, string, string];

/** Loads the names of the samples, and puts the password where a fleet in this process looks for it. */
export async function loadSampleNames(): Promise<Names> {
  process.env['SYNSUM_CLICKHOUSE_PASSWORD'] = PASSWORD;
  return (await loadNames({ hosts: `${ROOT}samples/hosts.yaml`, env: {}, cwd: ROOT })).names;
}

export function urlOf(hosts: readonly string[], database: string = DATABASE): string {
  return `clickhouse://${USER}@${hosts.join()}/${database}`;
}

/** Runs the program with the password in its environment. */
export function inFleet(args: readonly string[], env: Record<string, string> = {}): Promise<Result> {
  return synsum(args, { env: { SYNSUM_CLICKHOUSE_PASSWORD: PASSWORD, ...env } });
}

/** Makes all that was inserted until now that of a week in the past. */
export async function age({ servers }: Pick<Servers, 'servers'>, week: string): Promise<void> {
  for (const server of servers) {
    const run = (sql: string): Promise<string> => server.query(sql, DATABASE);
    for (const table of ['uses', 'services']) {
      const columns = await run(
        `SELECT arrayStringConcat(groupArray(name), ',') FROM system.columns
          WHERE database = '${DATABASE}' AND table = '${table}' AND default_kind != 'ALIAS' AND name != 'pushed'`,
      );
      await run(
        `INSERT INTO ${table} (pushed, ${columns}) SELECT toDate('${week}'), ${columns} FROM ${table} WHERE pushed > '2026-10-01'`,
      );
      await run(`ALTER TABLE ${table} DROP PARTITION '${await run('SELECT toMonday(now())')}'`);
    }
  }
  await changeRows(
    { servers },
    `batches UPDATE pushed = toDate('${week}'), committed = toUInt32(toDateTime('${week} 12:00:00')) + 86400
      WHERE committed > 1790000000`,
  );
}

/** Changes rows by hand on all servers, as with ALTER TABLE, and waits until it is done. */
export async function changeRows({ servers }: Pick<Servers, 'servers'>, change: string): Promise<void> {
  for (const server of servers) {
    await server.query(`ALTER TABLE ${change}`, DATABASE);
    const isDone = `SELECT min(is_done) FROM system.mutations WHERE database = '${DATABASE}'`;
    while ((await server.query(isDone, DATABASE)) !== '1') {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** A copy of a capture for a sensor, with one more packet: else it would be the same capture, which is known by its content. */
export function captureFor({ folder }: Pick<Servers, 'folder'>, sensor: string, capture: string): string {
  const bytes = fs.readFileSync(capture);
  const text = Buffer.from(sensor);
  // After the times of the first record, the captured and the original length.
  const record = Buffer.concat([bytes.subarray(24, 32), Buffer.alloc(8), text]);
  record.writeUInt32LE(text.length, 8);
  record.writeUInt32LE(text.length, 12);
  const copy = path.join(folder, `${Buffer.from(sensor).toString('hex')}-${path.basename(capture)}`);
  fs.writeFileSync(copy, Buffer.concat([bytes, record]));
  return copy;
}
