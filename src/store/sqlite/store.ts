// A store in one SQLite file, with a write-ahead log: a recorder and any number of readers never wait for each other.

import fs from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StoreError } from '../errors.js';
import { type Database, openDatabase, type SqlRow, type SqlValue, type Statement } from './driver.js';
import { migrate } from './migrate.js';
import { APPLICATION_ID, SCHEMA_VERSION, TABLES, TABLES_OF_SOME, VIEWS_OF_OLD_USES } from './schema.js';

/** Milliseconds that one recorder waits for another. */
const BUSY_TIMEOUT = 60_000;
/** KiB of pages that are kept in memory. Recording mostly adds to the last ones. */
const CACHE = 64 << 10;
const CACHE_TO_RECORD = 16 << 10;

/** An open store. Failures of SQLite are StoreErrors with the name of the file. */
export class Store {
  readonly path: string;
  readonly #database: Database;
  readonly #statements = new Map<string, Statement>();

  readonly #isReadOnly: boolean;
  #isClosed = false;
  /** The copy of the store as it was before it was upgraded, if it was. */
  upgradedFrom: string | undefined;

  constructor(path: string, database: Database, isReadOnly: boolean) {
    this.path = path;
    this.#database = database;
    this.#isReadOnly = isReadOnly;
  }

  run(sql: string, ...values: readonly SqlValue[]): { readonly id: number; readonly changes: number } {
    return this.guard(() => {
      const { lastInsertRowid, changes } = this.prepare(sql).run(...values);
      return { id: Number(lastInsertRowid), changes: Number(changes) };
    });
  }

  /** The first row; undefined if there is none. */
  get(sql: string, ...values: readonly SqlValue[]): SqlRow | undefined {
    return this.guard(() => this.prepare(sql).get(...values) as SqlRow | undefined);
  }

  /** The first value of the first row, which must be there. */
  value(sql: string, ...values: readonly SqlValue[]): SqlValue {
    return this.get(sql, ...values)?.[0] ?? null;
  }

  /** Rows that are read while they are asked for. */
  *all(sql: string, ...values: readonly SqlValue[]): Generator<SqlRow> {
    const rows = this.guard(() =>
      this.prepare(sql)
        .iterate(...values)
        [Symbol.iterator](),
    );
    for (;;) {
      const next = this.guard(() => rows.next());
      if (next.done === true) return;
      yield next.value as SqlRow;
    }
  }

  prepare(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Does all of it or, after an error or a crash, nothing. */
  transaction<T>(change: () => T): T {
    return this.guard(() => {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        const result = change();
        this.#database.exec('COMMIT');
        return result;
      } catch (error) {
        try {
          this.#database.exec('ROLLBACK');
        } catch {
          // SQLite has rolled back already, as it does when the disk is full.
        }
        throw error;
      }
    });
  }

  /** Asks several questions of one state of the store. */
  snapshot<T>(ask: () => T): T {
    return this.guard(() => {
      this.#database.exec('BEGIN');
      try {
        return ask();
      } finally {
        this.#database.exec('COMMIT');
      }
    });
  }

  exec(sql: string): void {
    this.guard(() => this.#database.exec(sql));
  }

  /** May be called again. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // The drivers do not all do this, and then a copy of the file alone would lack the latest batches.
    if (!this.#isReadOnly) this.checkpoint();
    this.#statements.clear();
    this.#database.close();
  }

  /** Writes the log into the file, as far as readers and recorders allow: it does not wait for them, nor they for it. */
  checkpoint(): void {
    try {
      this.#database.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // The log stays, and SQLite reads it.
    } finally {
      this.#database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
    }
  }

  /** @throws StoreError for an error of SQLite */
  guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asStoreError(error);
    }
  }
}

/**
 * Opens the store for recording, and makes it if it is not there. A store of an earlier version is upgraded.
 * @throws StoreError if it cannot be used
 */
export async function openForRecording(path: string): Promise<Store> {
  const isThere = fs.existsSync(path);
  if (isThere) checkFile(path);
  // Otherwise, SQLite would only say that it cannot open a file.
  checkFolder(path, isThere);
  const store = await open(path, false);
  try {
    store.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
    if (isEmpty(store)) {
      // Only before there are tables: if another recorder was killed then, its settings stay.
      store.exec('PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL');
    } else {
      checkVersion(store);
      checkTriggers(store);
    }
    // They would cost three look-ups for each row, and a batch fits together.
    store.exec(`PRAGMA foreign_keys = OFF; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL`);
    store.exec(`PRAGMA cache_size = -${CACHE_TO_RECORD}`);
    // Another recorder may have made the tables since.
    store.transaction(() => {
      if (store.value('PRAGMA user_version') !== 0) return;
      store.exec(TABLES);
      store.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
    });
    store.upgradedFrom = migrate(store);
    return store;
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Opens a store that is there for recording: upkeep does not make one. @throws StoreError if it cannot be used */
export async function openExisting(path: string): Promise<Store> {
  checkFile(path);
  return openForRecording(path);
}

/** @throws StoreError if the store, or its folder, cannot be written to */
function checkFolder(path: string, isThere: boolean): void {
  const folder = dirname(path);
  if (!fs.existsSync(folder)) throw new StoreError(`there is no folder ${folder}`);
  try {
    if (isThere) fs.accessSync(path, fs.constants.W_OK);
    fs.accessSync(folder, fs.constants.W_OK);
  } catch {
    throw new StoreError(FAILURES[READ_ONLY] as string);
  }
}

/** Opening a pipe would wait for its writer. @throws StoreError */
function checkFile(path: string): void {
  if (!fs.existsSync(path)) throw new StoreError('there is no such file; synsum record makes a store');
  if (fs.statSync(path).isFile()) return;
  throw new StoreError('found something that is not a file, expected a store that synsum record made');
}

/** Opens a store that is there to ask it. @throws StoreError if it cannot be used */
export async function openForReading(path: string): Promise<Store> {
  checkFile(path);
  try {
    return await openToRead(path, path);
  } catch (error) {
    if (!(error instanceof StoreError) || error.message !== FAILURES[CANNOT_OPEN]) throw error;
    // In a folder that cannot be written to, there is no room for the index of the log.
    if (hasLog(path)) throw new StoreError(LOG_IN_THE_WAY);
    return openToRead(path, `${pathToFileURL(path).href}?immutable=1`);
  }
}

const LOG_IN_THE_WAY =
  'a crash left its log, and its folder cannot be written to; copy it with the file that ends in -wal to another folder';

function hasLog(path: string): boolean {
  return (fs.statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** @param address the path, or a URI with options of SQLite */
async function openToRead(path: string, address: string): Promise<Store> {
  const store = await open(path, true, address);
  try {
    store.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}; PRAGMA cache_size = -${CACHE}`);
    if (checkVersion(store) < 3) store.exec(VIEWS_OF_OLD_USES);
    return store;
  } catch (error) {
    store.close();
    throw error;
  }
}

async function open(path: string, readOnly: boolean, address = path): Promise<Store> {
  try {
    return new Store(path, await openDatabase(address, { readOnly }), readOnly);
  } catch (error) {
    throw asStoreError(error);
  }
}

/** Whether nobody has made anything in it: a recorder makes all tables at once, a moment after the file. */
function isEmpty(store: Store): boolean {
  return (
    store.value('PRAGMA application_id') === 0 && store.value('SELECT count(*) FROM sqlite_schema') === 0
  );
}

function checkVersion(store: Store): number {
  const application = store.value('PRAGMA application_id');
  const version = store.value('PRAGMA user_version') as number;
  if (application !== APPLICATION_ID) {
    throw new StoreError(
      isEmpty(store)
        ? 'found an empty database, expected a store that synsum record made'
        : 'found an SQLite database of another program, expected a store that synsum record made',
    );
  }
  if (version > SCHEMA_VERSION) {
    throw new StoreError(
      `found a store of version ${version}, expected at most ${SCHEMA_VERSION}; use a later synsum`,
    );
  }
  checkTables(store, version);
  return version;
}

const TABLE_NAMES = [...TABLES.matchAll(/^CREATE TABLE (\w+)/gm)].map(([, name = '']) => name);

/** A view instead of a table could make a question endless. */
function checkTables(store: Store, version: number): void {
  const rows = store.all(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'",
  );
  const found = new Set([...rows].map(([name]) => name));
  const expected = version < 3 ? TABLE_NAMES.filter((name) => !TABLES_OF_SOME.includes(name)) : TABLE_NAMES;
  const missing = expected.find((name) => !found.has(name));
  if (missing !== undefined)
    throw new StoreError(`found no table ${missing}, expected a store that synsum record made`);
  // The value of one may be of any size, though the file is small.
  const generated = store.value(
    `SELECT tables.name FROM sqlite_schema AS tables JOIN pragma_table_xinfo(tables.name) AS columns
      WHERE tables.name IN (SELECT value FROM json_each(?)) AND columns.hidden > 1`,
    JSON.stringify(expected),
  );
  if (generated !== null) {
    throw new StoreError(
      `found a generated column in ${generated}, expected a store that synsum record made`,
    );
  }
}

/** Triggers run with every change, and may do anything to the store, or never end. */
function checkTriggers(store: Store): void {
  const name = store.value("SELECT name FROM sqlite_schema WHERE type = 'trigger'");
  if (name === null) return;
  throw new StoreError(
    `found a trigger, ${JSON.stringify(name)}, which synsum does not make and which runs with every change; remove it with DROP TRIGGER to record`,
  );
}

/** SQLite's own words for what users can do something about. */
const FAILURES: Readonly<Record<number, string>> = {
  5: 'another process has been writing to it for a minute; try again',
  8: 'it, or its folder, cannot be written to',
  11: 'the file is damaged; sqlite3 FILE .recover may save what is left',
  10: 'the disk failed, or is full; the last change was undone',
  13: 'the disk is full; the last change was undone',
  14: 'the file cannot be opened',
  26: 'found a file of another kind, expected a store that synsum record made',
};

const READ_ONLY = 8;
const CANNOT_OPEN = 14;

/** Failures that may be over when synsum runs again. */
const PASSING: readonly number[] = [5, 10, 13];

/** The part of an error number that says what kind it is. */
const KIND = 0xff;

function asStoreError(error: unknown): unknown {
  if (error instanceof StoreError || !(error instanceof Error)) return error;
  const { errcode, code } = error as { errcode?: number; code?: string };
  if (code === 'ERR_OUT_OF_RANGE') return new StoreError('found a number that is too large for any count');
  if (typeof errcode !== 'number') return code?.includes('SQLITE') ? new StoreError(error.message) : error;
  const kind = errcode & KIND;
  return new StoreError(FAILURES[kind] ?? `SQLite says: ${error.message}`, PASSING.includes(kind));
}
