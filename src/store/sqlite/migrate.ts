// Makes a store of an earlier version one of this version, in one transaction. A copy of it as it was is kept.

import fs from 'node:fs';
import { StoreError } from '../errors.js';
import type { SqlValue } from './driver.js';
import { MIGRATIONS, SCHEMA_VERSION } from './schema.js';

/** The part of a store that this needs. */
interface Upgradable {
  readonly path: string;
  run(sql: string, ...values: readonly SqlValue[]): unknown;
  value(sql: string): SqlValue;
  exec(sql: string): void;
  transaction<T>(change: () => T): T;
}

/**
 * Upgrades a store that is open for recording. Returns the name of the copy; undefined if nothing had to be done.
 * @throws StoreError if there is no room for the copy; then the store is unchanged
 */
export function migrate(store: Upgradable): string | undefined {
  const version = versionOf(store);
  if (version >= SCHEMA_VERSION) return undefined;
  const copy = keepCopy(store, version);
  const isOurs = store.transaction(() => {
    // Another recorder may have done it since.
    if (versionOf(store) !== version) return false;
    for (let from = version; from < SCHEMA_VERSION; from++) {
      const change = MIGRATIONS.get(from);
      if (change === undefined) throw new StoreError(`found a store of version ${from}, expected 1 or later`);
      store.exec(change);
    }
    store.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    return true;
  });
  if (isOurs) return copy;
  fs.rmSync(copy, { force: true });
  return undefined;
}

function versionOf(store: Upgradable): number {
  return store.value('PRAGMA user_version') as number;
}

/** Copies a store to a name that nothing has: an earlier copy may be all that is left of another store. */
function keepCopy(store: Upgradable, version: number): string {
  const unfinished = `${store.path}.v${version}.${process.pid}`;
  try {
    store.run('VACUUM INTO ?', unfinished);
    const fd = fs.openSync(unfinished, 'r+');
    fs.fsyncSync(fd);
    fs.closeSync(fd);
    for (let number = 1; ; number++) {
      const name = `${store.path}.v${version}${number === 1 ? '' : `.${number}`}`;
      if (fs.existsSync(name)) continue;
      fs.renameSync(unfinished, name);
      return name;
    }
  } finally {
    fs.rmSync(unfinished, { force: true });
  }
}
