// Loads the client of ClickHouse, which is an optional package, and only when a fleet is named.

import type { Readable } from 'node:stream';
import { StoreError } from '../errors.js';

/** The part of `@clickhouse/client` that the store uses. */
export interface Client {
  exec(params: {
    readonly query: string;
    readonly values?: Readable;
    readonly clickhouse_settings?: Readonly<Record<string, number | string>>;
    readonly abort_signal?: AbortSignal;
  }): Promise<{ readonly stream: Readable }>;
  close(): Promise<void>;
}

interface Driver {
  createClient(options: object): Client;
}

const PACKAGE = '@clickhouse/client';

/** Milliseconds that a server may take for one answer. */
const REQUEST_TIMEOUT = 3_600_000;

export interface ClientOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** @throws StoreError if the package is not installed */
export async function makeClient({ url, user, password, database }: ClientOptions): Promise<Client> {
  const { createClient } = await load();
  return createClient({
    url,
    username: user,
    password,
    database,
    request_timeout: REQUEST_TIMEOUT,
    // A connection that the server closes while it is idle would look like a lost answer.
    keep_alive: { enabled: false },
    // Without it, an error in mid-stream arrives as part of the answer.
    clickhouse_settings: { wait_end_of_query: 1 },
    // Messages of its own could show what was sent.
    log: { level: 127 },
  });
}

async function load(): Promise<Driver> {
  try {
    return (await import(PACKAGE)) as unknown as Driver;
  } catch {
    throw new StoreError(`a fleet needs the client of ClickHouse; run: npm install ${PACKAGE}`);
  }
}
