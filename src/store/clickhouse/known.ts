// Finds out which batches a fleet has.

import type { Fleet, OpenShard } from './fleet.js';
import { quote } from './live.js';
import { IN_TIME } from './schema.js';

export interface FoundBatch {
  /** Whether its rows may have been added up with others, so that it cannot be replaced. */
  readonly isAddedUp: boolean;
}

/** Names in one query. */
const AT_ONCE = 5_000;

/** Those of these batches that a shard which answers has, whether they count or were replaced. */
export async function findInFleet(
  fleet: Fleet,
  sensor: string,
  ids: readonly string[],
): Promise<Map<string, FoundBatch>> {
  return fleet.ask(async (shards) => {
    const found = new Map<string, FoundBatch>();
    await Promise.all(
      shards.map(async (open) => {
        for (let at = 0; at < ids.length; at += AT_ONCE) {
          await findOn(open, sensor, ids.slice(at, at + AT_ONCE), found);
        }
      }),
    );
    return found;
  });
}

async function findOn(
  { shard }: OpenShard,
  sensor: string,
  ids: readonly string[],
  found: Map<string, FoundBatch>,
): Promise<void> {
  // Its rows were inserted from the week of its first insert to the one of its last.
  const rows = await shard.all(
    `SELECT batch, max(pushed IN (SELECT pushed FROM rollups)
        OR toMonday(toDateTime(committed)) IN (SELECT pushed FROM rollups))
      FROM batches WHERE ${IN_TIME} AND sensor = ${quote(sensor)} AND batch IN (${ids.map(quote).join()}) GROUP BY batch`,
    (row) => ({ id: row.text(), isAddedUp: row.u8() === 1 }),
  );
  for (const { id, isAddedUp } of rows) {
    found.set(id, { isAddedUp: isAddedUp || found.get(id)?.isAddedUp === true });
  }
}
