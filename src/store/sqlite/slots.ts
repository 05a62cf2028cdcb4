// The slots that answer for a selection, and how exactly they do.

import { HOUR } from '../../tally/layout.js';
import { makeProblem, type Problem } from '../../text/problem.js';
import { formatShort } from '../../text/time.js';
import { StoreError } from '../errors.js';
import { describeChanges } from '../scope-changes.js';
import type { Selection } from '../selection.js';
import type { SqlValue } from './driver.js';
import { optionalTimeIn, textIn } from './read-rows.js';
import type { Store } from './store.js';

/** The slots of a window, as a condition. */
export interface SlotWindow {
  /** A condition on columns of `slots`, and a query for the numbers of batches. Both take the values. */
  readonly where: string;
  readonly batches: string;
  readonly values: readonly SqlValue[];
  /** The time that the slots cover: at least the time asked for. -Infinity and Infinity without limits. */
  readonly since: number;
  readonly until: number;
  /** Whether all times were asked for. */
  readonly isWhole: boolean;
  readonly notes: readonly Problem[];
}

/** The end of a slot. The hour of the latest time that is recorded ends after the largest number that JavaScript has. */
export const SLOT_END: string = `min(start + length, ${Number.MAX_SAFE_INTEGER})`;

/** Finds the slots that overlap the time asked for. @throws StoreError for a sensor that is not there */
export function findSlots(store: Store, { since, until, sensor }: Selection): SlotWindow {
  const conditions = ['1'];
  const values: SqlValue[] = [];
  let batches = 'SELECT id FROM batches';
  if (sensor !== undefined) {
    const id = store.value('SELECT id FROM sensors WHERE name = ?', sensor);
    if (id === null) throw new StoreError(describeMissing(store, sensor));
    conditions.push('sensor = ?1');
    values.push(id);
    batches = 'SELECT id FROM batches WHERE sensor = ?1';
  }
  const isWhole = since === undefined && until === undefined;
  if (since !== undefined) conditions.push(`start + length > ${since}`);
  if (until !== undefined) conditions.push(`start < ${until}`);
  const where = conditions.map((condition) => condition.replace('sensor', 'slots.sensor')).join(' AND ');
  const [first, last, longest] = store.get(
    `SELECT min(start), max(${SLOT_END}), max(length) FROM slots WHERE ${where}`,
    ...values,
  ) as [number | null, number | null, number | null];
  const covered = {
    since: since === undefined ? Number.NEGATIVE_INFINITY : Math.min(since, first ?? since),
    until: until === undefined ? Number.POSITIVE_INFINITY : Math.max(until, last ?? until),
  };
  const notes: Problem[] = [];
  if ((since ?? covered.since) !== covered.since || (until ?? covered.until) !== covered.until) {
    const unit = (longest ?? 0) > HOUR ? 'days or months' : 'hours';
    notes.push(
      makeProblem(
        'other',
        `keeps whole ${unit}, so the answer is for ${describeTime(covered.since, 'the beginning')} to ${describeTime(covered.until, 'the end')}`,
      ),
    );
  }
  const pruned = optionalTimeIn('pruned', store.value('SELECT max(until) FROM pruned'));
  if (pruned !== undefined && (since ?? Number.NEGATIVE_INFINITY) < pruned) {
    notes.push(
      makeProblem('other', `rows before ${formatShort(pruned)} were removed, so they are not in the answer`),
    );
  }
  return { where, batches, values, ...covered, isWhole, notes };
}

/** Says when what counted as local changed: addresses that were remote before cannot be told apart. */
export function describeScopes(store: Store, { where, values }: SlotWindow): Problem[] {
  const starts = store.all(
    `SELECT slots.sensor, min(start) FROM slots WHERE ${where} GROUP BY slots.sensor, scope`,
    ...values,
  );
  return describeChanges(
    [...starts].map(([sensor, start]) => ({ sensor, start: optionalTimeIn('slots', start) ?? 0 })),
  );
}

function describeTime(time: number, otherwise: string): string {
  return Number.isFinite(time) ? formatShort(time) : otherwise;
}

function describeMissing(store: Store, sensor: string): string {
  const names = [...store.all('SELECT name FROM sensors ORDER BY name LIMIT 11')].map(([name]) =>
    textIn('sensors', name),
  );
  const list = names.length > 10 ? [...names.slice(0, 10), '…'] : names;
  return `found no sensor ${JSON.stringify(sensor)}, expected ${list.length === 0 ? 'one that recorded something' : `one of ${list.join(', ')}`}`;
}
