// The time that a fleet's answer covers, and how exactly it does.

import { HOUR } from '../../tally/layout.js';
import { makeProblem, type Problem } from '../../text/problem.js';
import { formatShort } from '../../text/time.js';
import { NO_TIME } from '../batch.js';
import { StoreError } from '../errors.js';
import { describeChanges } from '../scope-changes.js';
import type { Selection } from '../selection.js';
import type { Live } from './live.js';
import { quote } from './shard.js';

/** The slots of a window. */
export interface Window {
  /** A condition on columns of `uses`. */
  readonly where: string;
  /** The time that the slots cover: at least the time asked for. -Infinity and Infinity without limits. */
  readonly since: number;
  readonly until: number;
  /** Whether all times were asked for. */
  readonly isWhole: boolean;
  readonly longest: number;
  readonly notes: readonly Problem[];
}

/** Finds the slots that overlap the time asked for. @throws StoreError for a sensor that is not there */
export async function findWindow(live: readonly Live[], selection: Selection): Promise<Window> {
  const { since, until, sensor } = selection;
  if (sensor !== undefined) await checkSensor(live, sensor);
  const where = [
    '1',
    ...(sensor === undefined ? [] : [`sensor = ${quote(sensor)}`]),
    ...(since === undefined ? [] : [`start + length > ${Math.floor(since)}`]),
    ...(until === undefined ? [] : [`start < ${Math.ceil(until)}`]),
  ].join(' AND ');
  const isWhole = since === undefined && until === undefined;
  // For all times, no limit needs to be known.
  const { first, last, longest } = await extentOf(live, where);
  const covered = {
    since: since === undefined ? Number.NEGATIVE_INFINITY : Math.min(since, first ?? since),
    until: until === undefined ? Number.POSITIVE_INFINITY : Math.max(until, last ?? until),
  };
  const notes: Problem[] = [];
  if ((since ?? covered.since) !== covered.since || (until ?? covered.until) !== covered.until) {
    notes.push(describeCovered(covered, longest));
  }
  const pruned = await prunedUntil(live);
  if (pruned !== undefined && (since ?? Number.NEGATIVE_INFINITY) < pruned) {
    notes.push(
      makeProblem('other', `rows before ${formatShort(pruned)} were removed, so they are not in the answer`),
    );
  }
  return { where, ...covered, isWhole, longest, notes };
}

function describeCovered({ since, until }: { since: number; until: number }, longest: number): Problem {
  const unit = longest > HOUR ? 'days or months' : 'hours';
  const describe = (time: number, otherwise: string): string =>
    Number.isFinite(time) ? formatShort(time) : otherwise;
  return makeProblem(
    'other',
    `keeps whole ${unit}, so the answer is for ${describe(since, 'the beginning')} to ${describe(until, 'the end')}`,
  );
}

async function extentOf(
  live: readonly Live[],
  where: string,
): Promise<{ first: number | undefined; last: number | undefined; longest: number }> {
  const found = await Promise.all(
    live.map(({ shard, parts }) =>
      shard.all(
        `SELECT min(start), max(start + length), max(length) FROM uses WHERE ${where} AND ${parts} HAVING count() > 0`,
        (row) => ({ first: row.i64(), last: row.i64(), longest: row.i64() }),
      ),
    ),
  );
  const all = found.flat();
  if (all.length === 0) return { first: undefined, last: undefined, longest: 0 };
  return {
    first: Math.min(...all.map(({ first }) => first)),
    last: Math.max(...all.map(({ last }) => last)),
    longest: Math.max(...all.map(({ longest }) => longest)),
  };
}

async function prunedUntil(live: readonly Live[]): Promise<number | undefined> {
  const found = await Promise.all(
    live.map(({ shard }) => shard.all('SELECT max(pruned_until) FROM rollups', (row) => row.i64())),
  );
  // The maximum of no rows is 0.
  const times = found.flat().filter((time) => time !== NO_TIME.last && time !== 0);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** Says when what counted as local changed: addresses that were remote before cannot be told apart. */
export async function describeScopes(live: readonly Live[], { where }: Window): Promise<Problem[]> {
  const uses = await Promise.all(
    live.map(({ shard, parts }) =>
      shard.all(
        `SELECT sensor, scope, min(start) FROM uses WHERE ${where} AND ${parts} GROUP BY sensor, scope`,
        (row) => ({ sensor: row.text(), scope: row.id(), start: row.i64() }),
      ),
    ),
  );
  // A sensor may have rows on two shards.
  const first = new Map<string, { readonly sensor: string; readonly start: number }>();
  for (const { sensor, scope, start } of uses.flat()) {
    const key = `${sensor} ${scope}`;
    first.set(key, { sensor, start: Math.min(start, first.get(key)?.start ?? start) });
  }
  return describeChanges([...first.values()]);
}

/** How many sensors are listed where one is not found. */
const LISTED = 10;

/** @throws StoreError for a sensor that is not there */
export async function checkSensor(live: readonly Live[], sensor: string): Promise<void> {
  const found = await Promise.all(
    live.map(({ shard }) =>
      shard.all(`SELECT count() FROM batches WHERE sensor = ${quote(sensor)}`, (row) => row.u64()),
    ),
  );
  if (found.flat().some((count) => count > 0)) return;
  const names = await Promise.all(
    live.map(({ shard }) =>
      shard.all(`SELECT DISTINCT sensor FROM batches ORDER BY sensor LIMIT ${LISTED + 1}`, (row) =>
        row.text(),
      ),
    ),
  );
  const all = [...new Set(names.flat())].sort();
  const list = all.length > LISTED ? [...all.slice(0, LISTED), '…'] : all;
  throw new StoreError(
    `found no sensor ${JSON.stringify(sensor)}, expected ${list.length === 0 ? 'one that recorded something' : `one of ${list.join(', ')}`}`,
  );
}
