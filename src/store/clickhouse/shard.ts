// One server of a fleet: sends it queries, and distinguishes servers that are down from servers that refuse.

import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../errors.js';
import type { Client } from './driver.js';
import { type RowReader, readRows } from './row-binary.js';

/** A server that cannot be reached, or stopped answering. */
export class ShardDown extends Error {
  override readonly name = 'ShardDown';
  readonly shard: string;

  constructor(shard: string, reason: string) {
    super(`${shard} is down: ${reason}`);
    this.shard = shard;
  }
}

/** Pauses in milliseconds before a query whose answer was lost is sent again. */
const PAUSES = [20, 50, 100, 150, 200, 250, 300, 400];
/** Long queries list what they leave out. */
const QUERY_SETTINGS = {
  max_query_size: 256 << 20,
  max_ast_elements: 10_000_000,
  max_expanded_ast_elements: 10_000_000,
} as const;

/** The most bytes of an answer that is not rows, and of a message that is shown. */
const MAX_MESSAGE = 300;

/** The error numbers of ClickHouse that users can do something about. */
const FAILURES: Readonly<Record<string, (user: string, database: string) => string>> = {
  '60': (_, database) =>
    `found no tables of synsum in the database ${database}; synsum push and synsum record make them`,
  '81': (_, database) => `found no database ${database}; make it: CREATE DATABASE ${database}`,
  '164': (user) => `the user ${user} may only read`,
  '192': wrongPassword,
  '193': wrongPassword,
  '194': wrongPassword,
  '241': () =>
    'the query needs more memory than the server allows; ask for less time, or raise max_memory_usage',
  '243': () => 'its disk is full',
  '497': (user) => `the user ${user} may not do this`,
  '516': wrongPassword,
};

/** A text in a query. */
export function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\0', '\\0')}'`;
}

/** Queries to one server fail with ShardDown, or with a StoreError that names it. */
export class Shard {
  /** `host:port`. */
  readonly name: string;
  readonly #client: Client;
  readonly #user: string;
  readonly #database: string;
  readonly #secrets: readonly string[];

  constructor(
    name: string,
    client: Client,
    { user, password, database }: { user: string; password: string; database: string },
  ) {
    this.name = name;
    this.#client = client;
    this.#user = user;
    this.#database = database;
    // As it is, and as HTTP sends it: a proxy or a server may show what it received.
    const sent = Buffer.from(`${user}:${password}`).toString('base64');
    this.#secrets = password === '' ? [] : [password, sent];
  }

  /** The rows of an answer in RowBinary, many at a time, while they arrive. @param signal ends it */
  async *rows<T>(sql: string, decode: (row: RowReader) => T, signal?: AbortSignal): AsyncGenerator<T[]> {
    const stream = await this.#ask(sql, { signal });
    const end = (): unknown => stream.destroy(new ShardDown(this.name, REASONS.ETIMEDOUT));
    signal?.addEventListener('abort', end);
    try {
      yield* readRows(stream, decode);
    } catch (error) {
      throw error instanceof RangeError
        ? new StoreError(`${this.name}: ${error.message}`)
        : this.#explain(error);
    } finally {
      signal?.removeEventListener('abort', end);
      stream.destroy();
    }
  }

  /** All rows of a short answer. */
  async all<T>(sql: string, decode: (row: RowReader) => T, signal?: AbortSignal): Promise<T[]> {
    const all: T[] = [];
    for await (const rows of this.rows(sql, decode, signal)) for (const row of rows) all.push(row);
    return all;
  }

  /** Runs a statement that may be run again. */
  async run(sql: string): Promise<void> {
    await drain(await this.#ask(sql, { format: '' }));
  }

  /** Runs a statement once. @throws ShardDown if it is not known whether it was run */
  async runOnce(sql: string): Promise<void> {
    try {
      await drain((await this.#client.exec({ query: sql, clickhouse_settings: QUERY_SETTINGS })).stream);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  /**
   * Inserts rows in RowBinary once: if the answer is lost, nobody knows whether they are there.
   * @throws ShardDown if it is not known whether they are there
   */
  async insert(table: string, columns: readonly string[], rows: Uint8Array): Promise<void> {
    try {
      const { stream } = await this.#client.exec({
        query: `INSERT INTO ${table} (${columns.join()}) FORMAT RowBinary`,
        values: Readable.from([rows], { objectMode: false }),
      });
      await drain(stream);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  /** Sends a query, again if its answer is lost. */
  async #ask(
    sql: string,
    {
      format = ' FORMAT RowBinary',
      signal,
    }: { readonly format?: string; readonly signal?: AbortSignal | undefined },
  ): Promise<Readable> {
    for (let attempt = 0; ; attempt++) {
      try {
        const { stream, response_headers: headers } = await this.#client.exec({
          query: `${sql}${format}`,
          clickhouse_settings: QUERY_SETTINGS,
          ...(signal === undefined ? {} : { abort_signal: signal }),
        });
        if (headers['content-length'] !== undefined || headers['transfer-encoding'] === 'chunked')
          return stream;
        stream.destroy();
        throw new StoreError(
          `${this.name}: found an answer without a length, expected one that shows if it is cut off`,
        );
      } catch (error) {
        if (signal?.aborted === true) throw new ShardDown(this.name, REASONS.ETIMEDOUT);
        const explained = this.#explain(error);
        const pause = PAUSES[attempt];
        if (!(explained instanceof ShardDown) || pause === undefined || isRefused(error)) throw explained;
        await sleep(pause);
      }
    }
  }

  #explain(error: unknown): unknown {
    if (error instanceof StoreError || error instanceof ShardDown || !(error instanceof Error)) return error;
    // The client does not know the errors of old versions.
    const [, number] = OLD_ERROR.exec(error.message) ?? [];
    const { code = number } = error as { code?: string };
    // The server's own errors have numbers, those of the network have names.
    if (code !== undefined && /^\d+$/.test(code)) {
      const known = FAILURES[code]?.(this.#user, this.#database);
      return new StoreError(`${this.name}: ${known ?? `ClickHouse says: ${this.#messageOf(error)}`}`);
    }
    if (error instanceof TypeError || error instanceof RangeError) return error;
    return new ShardDown(this.name, REASONS[code as keyof typeof REASONS] ?? this.#messageOf(error));
  }

  /** The message in a few words, without the password. */
  #messageOf({ message }: Error): string {
    return shorten(this.#secrets.reduce((text, secret) => text.replaceAll(secret, '…'), message));
  }
}

const OLD_ERROR = /^Code: (\d+), e\.displayText\(\) = DB::Exception: /;

const REASONS = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was lost',
  EPIPE: 'the connection was lost',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be resolved',
  ETIMEDOUT: 'there was no answer',
  EHOSTUNREACH: 'there is no route to the host',
} as const;

/** Whether sending again is useless: nobody listens there, or something that is not ClickHouse does. */
function isRefused(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === undefined || code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EHOSTUNREACH';
}

function wrongPassword(user: string): string {
  return (
    `the user ${user} or the password was refused; the password belongs into SYNSUM_CLICKHOUSE_PASSWORD, ` +
    'or a file that SYNSUM_CLICKHOUSE_PASSWORD_FILE or --password-file names'
  );
}

/** Servers write a page about an error; its first sentence says what it is. */
function shorten(message: string): string {
  const text = message
    .replace(OLD_ERROR, '')
    .replace(/, e\.what\(\) = .*$/s, '')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;
}

async function drain(stream: Readable): Promise<void> {
  for await (const _ of stream) {
    // Nothing is expected.
  }
}
