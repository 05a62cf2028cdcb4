// Loads the client of ClickHouse, which is an optional package, and only when a fleet is named.

import http from 'node:http';
import https from 'node:https';
import type { Duplex, Readable } from 'node:stream';
import { StoreError } from '../errors.js';

/** The part of `@clickhouse/client` that the store uses. */
export interface Client {
  exec(params: {
    readonly query: string;
    readonly values?: Readable;
    readonly clickhouse_settings?: Readonly<Record<string, number | string>>;
    readonly abort_signal?: AbortSignal;
  }): Promise<{
    readonly stream: Readable;
    readonly response_headers: Readonly<Record<string, unknown>>;
  }>;
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
    http_agent: limitErrors(
      url.startsWith('https:') ? new https.Agent({ keepAlive: false }) : new http.Agent({ keepAlive: false }),
    ),
    // Without it, an error in mid-stream arrives as part of the answer.
    clickhouse_settings: { wait_end_of_query: 1 },
    // Messages of its own could show what was sent.
    log: { level: 127 },
  });
}

/** The longest page about an error that is read, in bytes: the client takes long to understand long ones. */
const MAX_ERROR = 128 << 10;
const IS_ERROR = /^HTTP\/1\.\d [45]/;

/** Cuts connections on which a server explains an error at length. Each connection has one answer. */
function limitErrors(agent: http.Agent): http.Agent {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, done) => {
    const socket = connect(options, done);
    if (socket != null) watch(socket);
    return socket;
  };
  return agent;
}

function watch(socket: Duplex): void {
  let isError: boolean | undefined;
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    isError ??= IS_ERROR.test(chunk.toString('latin1', 0, 16));
    bytes += chunk.length;
    if (isError && bytes > MAX_ERROR) socket.destroy(new Error('its page about an error is too long'));
  });
}

async function load(): Promise<Driver> {
  try {
    return (await import(PACKAGE)) as unknown as Driver;
  } catch {
    throw new StoreError(`a fleet needs the client of ClickHouse; run: npm install ${PACKAGE}`);
  }
}
