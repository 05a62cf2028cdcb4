// Remembers the pushes of a store to fleets. A store has none of these tables until it is pushed for the first time.

import { batchId } from '../batch.js';
import type { SqlValue } from './driver.js';
import type { Store } from './store.js';

const TABLES = `
-- Batches that are in a fleet, by their names there. \`local\` is the batch here, if it is here.
CREATE TABLE IF NOT EXISTS pushed (
  target TEXT NOT NULL,
  batch TEXT NOT NULL,
  local INTEGER,
  PRIMARY KEY (target, batch)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pushed_by_local ON pushed (local);
-- Batches that were here, and the one that replaced them; -1 if none did.
CREATE TABLE IF NOT EXISTS removed (
  batch TEXT PRIMARY KEY,
  sensor TEXT NOT NULL,
  replaced_by INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;

/** Instead of the number of a batch. */
export const NONE = -1;

export function makePushTables(store: Store): void {
  store.transaction(() => store.exec(TABLES));
}

/** The name of a batch in a fleet. */
export function idOfBatch(
  sensor: string,
  digests: readonly (string | null)[],
  {
    stream,
    sequence,
    recorded,
    source,
  }: Readonly<Record<'stream' | 'sequence' | 'recorded' | 'source', SqlValue | undefined>>,
): string {
  const isPiece = typeof sequence === 'number';
  const known = digests.every((digest) => digest !== null) ? (digests as readonly string[]) : [];
  return batchId(sensor, {
    digests: isPiece ? [] : known,
    otherwise: isPiece ? [stream as string, sequence] : ['recorded', recorded as number, source as string],
  });
}

function isPushed(store: Store): boolean {
  return store.get("SELECT 1 FROM sqlite_master WHERE name = 'pushed'") !== undefined;
}

/** Notes that a batch is about to be removed, so that the next push removes it from fleets too. */
export function noteRemoval(store: Store, batch: number): void {
  if (!isPushed(store)) return;
  const [sensor, recorded, source, stream, sequence] =
    store.get(
      `SELECT name, recorded, source, stream, sequence FROM batches JOIN sensors ON sensors.id = sensor
        WHERE batches.id = ?`,
      batch,
    ) ?? [];
  const digests = ['captures', 'scans'].flatMap((table) =>
    [...store.all(`SELECT digest FROM ${table} WHERE batch = ?`, batch)].map(
      ([digest]) => digest as string | null,
    ),
  );
  const id = idOfBatch(sensor as string, digests, { recorded, source, stream, sequence });
  store.run('UPDATE removed SET replaced_by = ? WHERE replaced_by = ?', NONE, batch);
  store.run(
    'INSERT OR REPLACE INTO removed (batch, sensor, replaced_by) VALUES (?, ?, ?)',
    id,
    sensor as string,
    NONE,
  );
  store.run('UPDATE pushed SET local = NULL WHERE local = ?', batch);
}

/** Notes that a batch replaces those of its sensor that were just removed. */
export function noteReplacement(store: Store, sensor: number, batch: number): void {
  if (!isPushed(store)) return;
  store.run(
    'UPDATE removed SET replaced_by = ? WHERE replaced_by = ? AND sensor = (SELECT name FROM sensors WHERE id = ?)',
    batch,
    NONE,
    sensor,
  );
}

/**
 * A condition on `slots` for those whose rows must stay apart, because a fleet lacks them: sums cannot be pushed where the
 * fleet has a part of them. Undefined if there is none.
 */
export function unpushedSlots(store: Store): string | undefined {
  if (!isPushed(store)) return undefined;
  return `batch IS NOT NULL AND (SELECT count(*) FROM pushed WHERE local = slots.batch)
    < (SELECT count(DISTINCT target) FROM pushed)`;
}

/** The fleets that the store was pushed to. */
export function targetsOf(store: Store): string[] {
  return [...store.all('SELECT DISTINCT target FROM pushed ORDER BY target')].map(
    ([target]) => target as string,
  );
}

/** The fleets that the store was pushed to, and that lack some of its rows. */
export function lackingTargets(store: Store): string[] {
  const lacking = `SELECT 1 FROM slots WHERE batch IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM pushed WHERE target = ? AND local = slots.batch)`;
  return targetsOf(store).filter((target) => store.get(lacking, target) !== undefined);
}

/** Forgets a fleet whose servers are all in another one: nothing is pushed to it alone any more. */
export function forgetTarget(store: Store, target: string): void {
  store.run('DELETE FROM pushed WHERE target = ?', target);
}
