// Opens SQLite databases, by Node's own driver where there is one, else by a package with the same interface. Loaded only
// when a store is named.

import { StoreError } from '../errors.js';

export type SqlValue = number | string | Uint8Array | null;
/** The values of a row, in the order of the columns. */
export type SqlRow = readonly SqlValue[];

export interface Statement {
  run(...values: readonly SqlValue[]): {
    readonly changes: number | bigint;
    readonly lastInsertRowid: number | bigint;
  };
  get(...values: readonly SqlValue[]): unknown;
  iterate(...values: readonly SqlValue[]): Iterable<unknown>;
  setReturnArrays(isArrays: boolean): void;
}

/** The part of `node:sqlite` that the store uses. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

interface Driver {
  readonly DatabaseSync: new (path: string, options?: { readonly readOnly?: boolean }) => Database;
}

const PACKAGE = '@photostructure/sqlite';
/** Built in since Node 22.5, and without a flag since 22.13. */
const BUILT_IN = 'node:sqlite';

/** @throws StoreError if there is no driver, or the file cannot be opened */
export async function openDatabase(path: string, options: { readonly readOnly: boolean }): Promise<Database> {
  const { DatabaseSync } = await loadDriver();
  return new DatabaseSync(path, options);
}

/** The driver in use, and its version of SQLite. @throws StoreError if there is none */
export async function describeDriver(): Promise<{ readonly name: string; readonly version: string }> {
  const database = await openDatabase(':memory:', { readOnly: false });
  try {
    const statement = database.prepare('SELECT sqlite_version()');
    const [version] = Object.values(statement.get() as Record<string, unknown>);
    return { name: isPackage ? PACKAGE : BUILT_IN, version: String(version) };
  } finally {
    database.close();
  }
}

let isPackage = false;
let driver: Promise<Driver> | undefined;

function loadDriver(): Promise<Driver> {
  driver ??= loadBuiltIn().catch(loadPackage);
  return driver;
}

/** Node 22 warns that its driver is experimental. Users of synsum can do nothing about that. */
async function loadBuiltIn(): Promise<Driver> {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return (await import(BUILT_IN)) as Driver;
  } finally {
    process.emitWarning = emitWarning;
  }
}

async function loadPackage(): Promise<Driver> {
  try {
    const loaded = (await import(PACKAGE)) as Driver;
    isPackage = true;
    return loaded;
  } catch {
    throw new StoreError(
      `a store needs SQLite, which this Node (${process.version}) does not have; ` +
        `use Node 22.13 or later, or run: npm install ${PACKAGE}`,
    );
  }
}
