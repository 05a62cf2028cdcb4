// Finds out which batches a fleet has, and keeps copies of one from being counted twice.

import { COMMIT_COLUMNS } from './commit.js';
import type { Fleet, OpenShard } from './fleet.js';
import { ADDED_UP, IN_TIME } from './schema.js';
import { quote, type Shard } from './shard.js';

export interface FoundBatch {
  /** Whether its rows may have been added up with others, so that it cannot be replaced. */
  readonly isAddedUp: boolean;
  /** Whether there are copies of it, and readers do not know. */
  readonly isRepeated: boolean;
}

/** Why a batch cannot be replaced. */
export const GROWN_AFTER_SUMS =
  'has grown since its hours were added up in the fleet, so what is new in it cannot be told apart';

/** Names in one query. */
const AT_ONCE = 5_000;

interface FoundCopy {
  readonly id: string;
  readonly isAddedUp: boolean;
  readonly isDoubtful: boolean;
}

/** Those of these batches that a shard which answers has, whether they count or were replaced, from any sensor. */
export async function findInFleet(fleet: Fleet, ids: readonly string[]): Promise<Map<string, FoundBatch>> {
  return fleet.ask(async (shards) => {
    const copies = await Promise.all(shards.map((open) => findOn(open, ids)));
    const found = new Map<string, FoundCopy[]>();
    for (const copy of copies.flat()) found.set(copy.id, [...(found.get(copy.id) ?? []), copy]);
    return new Map(
      [...found].map(([id, all]) => [
        id,
        {
          isAddedUp: all.some(({ isAddedUp }) => isAddedUp),
          isRepeated: all.length > 1 && !all.some(({ isDoubtful }) => isDoubtful),
        },
      ]),
    );
  });
}

async function findOn({ shard }: OpenShard, ids: readonly string[]): Promise<FoundCopy[]> {
  const found: FoundCopy[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE);
    const rows = await shard.all(
      // A later row of the same sensor takes the place of one that is marked.
      `SELECT batch, sensor, max(${ADDED_UP}), max(doubtful) FROM batches WHERE ${IN_TIME} AND batch IN (${some.map(quote).join()})
        GROUP BY batch, sensor, attempt ORDER BY attempt DESC LIMIT 1 BY batch, sensor`,
      (row) => {
        const id = row.text();
        row.text();
        return { id, isAddedUp: row.u8() === 1, isDoubtful: row.u8() === 1 };
      },
    );
    found.push(...rows);
  }
  return found;
}

/**
 * Marks those of these batches of which there are copies, now that they are written: of two that are written at the same time,
 * at least one finds the other.
 */
export async function markCopies(fleet: Fleet, ids: readonly string[]): Promise<void> {
  const found = await findInFleet(fleet, ids);
  const repeated = ids.filter((id) => found.get(id)?.isRepeated === true);
  if (repeated.length === 0) return;
  await fleet.ask((shards) => Promise.all(shards.map(({ shard }) => markOn(shard, repeated))));
}

/** Marks batches of a shard as doubtful: readers look for copies of those. */
export async function markOn(shard: Shard, ids: readonly string[]): Promise<void> {
  await copyRows(shard, ids, { doubtful: '1' });
}

/** Withdraws batches of a shard, as their rows are about to go because another copy counts. */
export async function withdraw(shard: Shard, ids: readonly string[]): Promise<void> {
  await copyRows(shard, ids, { doubtful: '1', withdrawn: '1', attempt: 'attempt + 1' });
}

/** Writes the latest rows of batches once more, with other values. */
async function copyRows(
  shard: Shard,
  ids: readonly string[],
  values: Readonly<Record<string, string>>,
): Promise<void> {
  if (ids.length === 0) return;
  const columns = [...COMMIT_COLUMNS, 'committed', 'withdrawn'];
  const selected = columns.map((name) =>
    values[name] === undefined ? name : `${values[name]} AS new_${name}`,
  );
  await shard.run(
    `INSERT INTO batches (${columns.join()}) SELECT ${selected.join()} FROM
      (SELECT * FROM batches WHERE ${IN_TIME} AND batch IN (${ids.map(quote).join()}) ORDER BY attempt DESC LIMIT 1 BY batch) AS latest`,
  );
}
