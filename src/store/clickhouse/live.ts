// Which batches count. A batch counts once its row in `batches` is written, if that was in time, unless another one replaces it. Two copies of
// one batch, on two shards, from two runs at once or from two sensors, count as one, wherever the question is asked.

import type { Selection } from '../selection.js';
import type { OpenShard } from './fleet.js';
import { ADDED_UP, IN_TIME } from './schema.js';
import { quote, type Shard } from './shard.js';

/** The batches of a shard that count for a question. All queries of the question see the same ones. */
export interface Live {
  readonly open: OpenShard;
  readonly shard: Shard;
  /** The rows of `batches` that count, each once: this is a query in parentheses. */
  readonly batches: string;
  /** A condition on `part`, for all other tables. */
  readonly parts: string;
  /** Batches of which another shard has the copy that counts. */
  readonly lost: readonly string[];
}

/** A row of `batches` that is not plain: new, in doubt, or replacing others. */
interface Special {
  readonly batch: string;
  readonly attempt: bigint;
  readonly isNew: boolean;
  readonly isDoubtful: boolean;
  readonly replaces: readonly string[];
}

/** Finds the batches that count for a selection, on each of these shards. */
export async function findLive(shards: readonly OpenShard[], selection: Selection): Promise<Live[]> {
  const where = conditionsOf(selection).join(' AND ');
  const special = await Promise.all(shards.map((open) => findSpecial(open, where)));
  const replaced = new Set(special.flat().flatMap(({ replaces }) => replaces));
  const doubtful = new Set(
    special.flat().flatMap(({ batch, isDoubtful }) => (isDoubtful && !replaced.has(batch) ? [batch] : [])),
  );
  const seen = shards.map((open, at) => seenBy(open, special[at] ?? []));
  const copies = await Promise.all(
    shards.map(({ shard }, at) => findCopies(shard, doubtful, seen[at] as string)),
  );
  const winners = new Map<string, Copy>();
  for (const copy of copies.flat()) {
    const other = winners.get(copy.batch);
    if (!copy.isWithdrawn && (other === undefined || isBefore(other, copy))) winners.set(copy.batch, copy);
  }
  const attempts = [...winners.values()].map(({ attempt }) => attempt);
  return shards.map((open, at): Live => {
    const left = [
      ...(replaced.size === 0 ? [] : [`batch NOT IN (${[...replaced].map(quote).join()})`]),
      ...(doubtful.size === 0
        ? []
        : [`(batch NOT IN (${[...doubtful].map(quote).join()})${orAttempts(attempts)})`]),
    ];
    const conditions = [seen[at], ...left, where].join(' AND ');
    const batches = `(SELECT * FROM batches WHERE ${conditions} ORDER BY attempt DESC LIMIT 1 BY batch)`;
    const parts = `(part = 0 OR part IN (SELECT arrayJoin(parts) FROM ${batches}))`;
    const own = copies[at] ?? [];
    const lost = own.filter((copy) => !copy.isWithdrawn && winners.get(copy.batch) !== copy);
    return { open, shard: open.shard, batches, parts, lost: lost.map(({ batch }) => batch) };
  });
}

/** Rows of this second or later may belong to parts that came after the query read the tables. */
function seenBy({ opened }: OpenShard, special: readonly Special[]): string {
  const fresh = special.filter(({ isNew }) => isNew).map(({ attempt }) => attempt);
  return `(committed < ${opened}${orAttempts(fresh)})`;
}

function orAttempts(attempts: readonly bigint[]): string {
  return attempts.length === 0 ? '' : ` OR attempt IN (${attempts.join()})`;
}

/** The latest copy of a batch on a shard. */
interface Copy {
  readonly batch: string;
  readonly attempt: bigint;
  /** Whether its rows are no longer there, because another copy counts. */
  readonly isWithdrawn: boolean;
  /** Whether its rows are part of sums, from which they cannot be taken. */
  readonly isAddedUp: boolean;
}

/** Whether the other copy counts instead of this one. */
function isBefore(copy: Copy, other: Copy): boolean {
  return copy.isAddedUp === other.isAddedUp ? copy.attempt < other.attempt : other.isAddedUp;
}

/** A batch without a time, such as one that only takes others back, whatever their times are. */
const TIMELESS = 'last_end < first_start';

/** Conditions on `batches` that leave no batch out which might be needed. */
function conditionsOf({ since, until, sensor }: Selection): string[] {
  return [
    IN_TIME,
    ...(since === undefined ? [] : [`(last_end > ${Math.floor(since)} OR ${TIMELESS})`]),
    ...(until === undefined ? [] : [`(first_start < ${Math.ceil(until)} OR ${TIMELESS})`]),
    ...(sensor === undefined ? [] : [`sensor = ${quote(sensor)}`]),
  ];
}

async function findSpecial({ shard, opened }: OpenShard, where: string): Promise<Special[]> {
  return shard.all(
    // Only one row of a batch may be marked, and not the latest.
    `SELECT batch, max(attempt), argMax(committed >= ${opened}, attempt), max(doubtful), argMax(replaces, attempt) FROM batches
      WHERE ${where} AND (committed >= ${opened} OR doubtful = 1 OR notEmpty(replaces)) GROUP BY batch`,
    (row) => ({
      batch: row.text(),
      attempt: row.id(),
      isNew: row.u8() === 1,
      isDoubtful: row.u8() === 1,
      replaces: row.list((item) => item.text()),
    }),
  );
}

async function findCopies(shard: Shard, batches: ReadonlySet<string>, seen: string): Promise<Copy[]> {
  if (batches.size === 0) return [];
  return shard.all(
    `SELECT batch, max(attempt), argMax(withdrawn, attempt), argMax(${ADDED_UP}, attempt)
      FROM batches WHERE ${IN_TIME} AND ${seen} AND batch IN (${[...batches].map(quote).join()}) GROUP BY batch`,
    (row): Copy => ({
      batch: row.text(),
      attempt: row.id(),
      isWithdrawn: row.u8() === 1,
      isAddedUp: row.u8() === 1,
    }),
  );
}
