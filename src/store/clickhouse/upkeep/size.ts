// Removes the oldest rows of a fleet until no server holds more than it should. All shards keep the same times, so that an answer
// is complete from one time on.

import type { Pruning } from '../../store.js';
import type { Fleet } from '../fleet.js';
import { findLive, type Live } from '../live.js';
import { CLOSED_AFTER } from '../schema.js';
import type { Shard } from '../shard.js';
import { pruneFleet, withAllShards } from './weeks.js';

/** Rows that end at the same time and were inserted in the same week. */
interface Old {
  readonly week: string;
  readonly end: number;
  readonly rows: number;
}

/** @param size the bytes that each server may hold */
export async function pruneFleetToSize(fleet: Fleet, size: number): Promise<Pruning> {
  return withAllShards(fleet, () => pruneAll(fleet, size));
}

async function pruneAll(fleet: Fleet, size: number): Promise<Pruning> {
  let rows = 0;
  for (;;) {
    const live = await findLive(fleet.shards, { across: 'sum' });
    const times = await Promise.all(live.map((each) => timeToKeepFrom(each, size)));
    const until = Math.max(...times);
    // The size of what goes is an estimate, so the next round may find that it was not enough.
    const removed = Number.isFinite(until) ? await pruneFleet(fleet, until) : 0;
    rows += removed;
    if (removed === 0) break;
  }
  const sizes = await Promise.all(
    fleet.shards.map(async ({ shard, name }) => ({ name, bytes: await sizeOf(shard) })),
  );
  const larger = sizes.filter(({ bytes }) => bytes > size);
  return {
    rows,
    left: larger.map(
      ({ name, bytes }) =>
        `${name} still holds ${bytes.toLocaleString('en')} bytes: rows pushed in the last nine days cannot be removed yet`,
    ),
  };
}

/** -Infinity if the shard is small enough, or has no rows that can be removed. */
async function timeToKeepFrom({ shard, parts, open }: Live, size: number): Promise<number> {
  let excess = (await sizeOf(shard)) - size;
  if (excess <= 0) return Number.NEGATIVE_INFINITY;
  const weights = new Map(
    await shard.all(
      `SELECT toString(partition), sum(bytes_on_disk) / sum(rows) FROM system.parts
        WHERE active AND database = currentDatabase() AND table = 'uses' GROUP BY partition`,
      (row) => [row.text(), row.f64()] as const,
    ),
  );
  const old = await shard.all(
    `SELECT toString(pushed) AS week, start + length AS end, count() FROM uses
      WHERE toUInt32(toDateTime(pushed)) < ${open.opened - CLOSED_AFTER} AND ${parts}
      GROUP BY week, end ORDER BY end`,
    (row): Old => ({ week: row.text(), end: row.i64(), rows: row.u64() }),
  );
  let until = Number.NEGATIVE_INFINITY;
  for (const { week, end, rows } of old) {
    // All rows that end at the same time go together.
    if (excess <= 0 && end > until) break;
    until = end;
    excess -= rows * (weights.get(week) ?? 0);
  }
  return until;
}

/** The bytes of all tables, without those that are replaced and will be deleted. */
async function sizeOf(shard: Shard): Promise<number> {
  const [bytes = 0] = await shard.all(
    'SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = currentDatabase()',
    (row) => row.u64(),
  );
  return bytes;
}
