// Two servers for the tests of a file, which are stopped at its end, and the command line that asks them.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { ClickHouse, DATABASE, HAS_CLICKHOUSE, PASSWORD, USER } from '../../helpers/clickhouse.js';
import { type Result, synsum } from '../../helpers/program.js';

export interface Servers {
  /** A folder for the files of the tests. */
  readonly folder: string;
  readonly servers: readonly ClickHouse[];
  /** The address of the fleet that both are. */
  readonly url: string;
}

/** Starts both before the first test, and empties their database before each. */
export function useServers(): Servers {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'synsum-fleet-'));
  const servers: ClickHouse[] = [];
  if (HAS_CLICKHOUSE) {
    beforeAll(async () => {
      const folders = [1, 2].map((number) => fs.mkdtempSync(path.join(folder, `server-${number}-`)));
      servers.push(...(await Promise.all(folders.map((each) => ClickHouse.start(each)))));
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

export function urlOf(hosts: readonly string[], database: string = DATABASE): string {
  return `clickhouse://${USER}@${hosts.join()}/${database}`;
}

/** Runs the program with the password in its environment. */
export function inFleet(args: readonly string[], env: Record<string, string> = {}): Promise<Result> {
  return synsum(args, { env: { SYNSUM_CLICKHOUSE_PASSWORD: PASSWORD, ...env } });
}
