// Keeps a fleet small: adds up the hours of old days, and the days of old months, and removes old rows. Only weeks of
// inserts that are over are touched: nothing is ever added to them again, so nothing that was not read is replaced.

import { StoreError } from '../../errors.js';
import { dayAt, monthAt, type Period } from '../../period.js';
import type { Compaction, Retention } from '../../store.js';
import type { Fleet } from '../fleet.js';
import { withdraw } from '../known.js';
import { findLive, type Live } from '../live.js';
import { CLOSED_AFTER, WEEK } from '../schema.js';
import { ShardDown } from '../shard.js';
import { slotExpression } from '../slot-expression.js';
import {
  conditionFor,
  dropLeft,
  LIMITS,
  type Limits,
  type Plan,
  rewriteAsPlanned,
  type Week,
} from './rollup.js';

/** How often a week is begun again after an answer was lost. */
const ATTEMPTS = 8;

/** The change of the slots of a week. */
interface Rewriting {
  readonly slotFor: (slot: Period) => Period;
  /** Slots that end before are left out; microseconds since the epoch. */
  readonly until?: number;
  readonly limits: Limits;
}

/** Adds up old hours and days. @param now microseconds since the epoch */
export async function compactFleet(
  fleet: Fleet,
  retention: Retention,
  now: number,
  limits: Limits = LIMITS,
): Promise<Compaction> {
  const slotFor = (slot: Period): Period => targetOf(slot, retention, now);
  return rewriteWeeks(
    fleet,
    { slotFor, limits },
    ({ start }) => (start + WEEK) * 1e6 <= now - retention.hours,
  );
}

/** Removes the rows of times that end before this one, from all weeks of inserts that are over. Returns how many. */
export async function pruneFleet(fleet: Fleet, until: number): Promise<number> {
  const rewriting = { slotFor: (slot: Period) => slot, until, limits: LIMITS };
  const { before, after } = await rewriteWeeks(fleet, rewriting, () => true);
  return before - after;
}

function targetOf(slot: Period, { hours, days }: Retention, now: number): Period {
  let target = slot;
  for (const { unit, ends } of [
    { unit: dayAt, ends: now - hours },
    { unit: monthAt, ends: now - days },
  ]) {
    const period = unit(slot.start);
    if (slot.length <= period.length && period.start + period.length <= ends) target = period;
  }
  return target;
}

/** Does something that needs all shards. @throws StoreError if one is missing */
export async function withAllShards<T>(fleet: Fleet, work: () => Promise<T>): Promise<T> {
  const [absent] = fleet.absent;
  // A batch may be on two shards, and then one of the copies must go.
  if (absent !== undefined) throw new StoreError(`${absent.message}; upkeep needs all shards`);
  try {
    return await work();
  } catch (error) {
    throw error instanceof ShardDown ? new StoreError(`${error.message}; upkeep needs all shards`) : error;
  }
}

/** @param isOld whether a week is to be rewritten */
async function rewriteWeeks(
  fleet: Fleet,
  rewriting: Rewriting,
  isOld: (week: Week) => boolean,
): Promise<Compaction> {
  return withAllShards(fleet, async () => {
    let before = 0;
    let after = 0;
    for (const live of await findLive(fleet.shards, { across: 'sum' })) {
      await dropLeft(live.shard);
      await withdraw(live.shard, live.lost);
      const weeks = await live.shard.all(
        `SELECT DISTINCT toString(pushed) AS week, toUInt32(toDateTime(pushed)) AS second FROM uses
          WHERE second < ${live.open.opened - CLOSED_AFTER} ORDER BY week`,
        (row): Week => ({ name: row.text(), start: row.u32() }),
      );
      for (const week of weeks.filter(isOld)) {
        const counts = await rewriteWeek(live, week, rewriting);
        before += counts.before;
        after += counts.after;
      }
    }
    return { before, after };
  });
}

async function rewriteWeek(live: Live, week: Week, rewriting: Rewriting): Promise<Compaction> {
  const plan = await planFor(live, week, rewriting);
  if (plan === undefined) return { before: 0, after: 0 };
  for (let attempt = 1; ; attempt++) {
    try {
      return await rewriteAsPlanned(live, week, plan, rewriting.limits);
    } catch (error) {
      if (!(error instanceof ShardDown) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Undefined if the week is as it should be. */
async function planFor(
  { shard, parts }: Live,
  week: Week,
  { slotFor, until }: Rewriting,
): Promise<Plan | undefined> {
  const inWeek = conditionFor(week);
  const slots = await shard.all(
    `SELECT start, length, toUInt64(sum(part != 0)) FROM uses WHERE ${inWeek} AND ${parts} GROUP BY start, length`,
    (row) => ({ start: row.i64(), length: row.i64(), apart: row.u64() }),
  );
  const isPruned = ({ start, length }: Period): boolean => until !== undefined && start + length <= until;
  const changed = slots.filter((slot) => {
    const target = slotFor(slot);
    return target.start !== slot.start || target.length !== slot.length;
  });
  // Days may be in several parts still, and then they are added up too.
  const isDone =
    until === undefined
      ? changed.length === 0 && slots.every(({ apart }) => apart === 0)
      : !slots.some(isPruned);
  if (isDone) return undefined;
  const moves = changed.map((slot) => ({ from: slot, to: slotFor(slot) }));
  const stay = until === undefined ? '' : ` AND start + length > ${Math.floor(until)}`;
  return {
    where: `${inWeek} AND ${parts}${stay}`,
    start: slotExpression(moves, 'start'),
    length: slotExpression(moves, 'length'),
    prunedUntil: until ?? 0,
  };
}
