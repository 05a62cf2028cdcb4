// Which batches count. A batch counts once its row in `batches` is written, if that was in time, unless another one replaces it. Two copies of
// one batch, on two shards or from two runs at once, count as the later one, wherever the question is asked.

import type { Selection } from '../selection.js';
import type { OpenShard } from './fleet.js';
import { IN_TIME } from './schema.js';
import type { Shard } from './shard.js';

/** The batches of a shard that count for a question. All queries of the question see the same ones. */
export interface Live {
  readonly open: OpenShard;
  readonly shard: Shard;
  /** The rows of `batches` that count, each once: this is a query in parentheses. */
  readonly batches: string;
  /** A condition on `part`, for all other tables. */
  readonly parts: string;
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
  const copies = await Promise.all(shards.map((open) => findCopies(open, doubtful)));
  const latest = new Map<string, bigint>();
  for (const [batch, attempt] of copies.flatMap((found) => [...found])) {
    if (attempt > (latest.get(batch) ?? -1n)) latest.set(batch, attempt);
  }
  return shards.map((open, at) => {
    const elsewhere = [...(copies[at] ?? [])].filter(([batch, attempt]) => attempt !== latest.get(batch));
    const left = [...replaced, ...elsewhere.map(([batch]) => batch)];
    const fresh = (special[at] ?? []).filter(({ isNew }) => isNew).map(({ attempt }) => attempt);
    return liveOf(open, where, left, fresh);
  });
}

function liveOf(open: OpenShard, where: string, left: readonly string[], fresh: readonly bigint[]): Live {
  // Rows of this second or later may belong to parts that came after the query read the tables.
  const seen = `(committed < ${open.opened}${fresh.length === 0 ? '' : ` OR attempt IN (${fresh.join()})`})`;
  const isKept = left.length === 0 ? '' : ` AND batch NOT IN (${left.map(quote).join()})`;
  const batches = `(SELECT * FROM batches WHERE ${seen}${isKept} AND ${where} ORDER BY attempt DESC LIMIT 1 BY batch)`;
  const parts = `(part = 0 OR part IN (SELECT arrayJoin(parts) FROM ${batches}))`;
  return { open, shard: open.shard, batches, parts };
}

/** Conditions on `batches` that leave no batch out which might be needed. */
function conditionsOf({ since, until, sensor }: Selection): string[] {
  return [
    IN_TIME,
    ...(since === undefined ? [] : [`last_end > ${Math.floor(since)}`]),
    ...(until === undefined ? [] : [`first_start < ${Math.ceil(until)}`]),
    ...(sensor === undefined ? [] : [`sensor = ${quote(sensor)}`]),
  ];
}

async function findSpecial({ shard, opened }: OpenShard, where: string): Promise<Special[]> {
  return shard.all(
    `SELECT batch, attempt, committed >= ${opened}, doubtful, replaces FROM batches
      WHERE ${where} AND (committed >= ${opened} OR doubtful = 1 OR notEmpty(replaces))
      ORDER BY attempt DESC LIMIT 1 BY batch`,
    (row) => ({
      batch: row.text(),
      attempt: row.id(),
      isNew: row.u8() === 1,
      isDoubtful: row.u8() === 1,
      replaces: row.list((item) => item.text()),
    }),
  );
}

async function findCopies({ shard }: OpenShard, batches: ReadonlySet<string>): Promise<Map<string, bigint>> {
  if (batches.size === 0) return new Map();
  const found = await shard.all(
    `SELECT batch, max(attempt) FROM batches WHERE ${IN_TIME} AND batch IN (${[...batches].map(quote).join()}) GROUP BY batch`,
    (row) => [row.text(), row.id()] as const,
  );
  return new Map(found);
}

/** A text in a query. */
export function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\0', '\\0')}'`;
}
