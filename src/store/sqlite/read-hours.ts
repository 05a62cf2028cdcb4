// The hours in which rows were seen. There are many more hours than rows, so they are read without anything else.

import { type HourOfDay, hourOf, isOneHour, packHours } from '../../tally/hours.js';
import { HOUR, HOURS_PER_DAY, KEPT_DAYS, MAX_HOUR_COUNT } from '../../tally/layout.js';
import type { TallyRow } from '../../tally/rows.js';
import type { SqlRow } from './driver.js';
import { damaged, isTime, isWhole, type RowReader } from './read-rows.js';
import type { SlotWindow } from './slots.js';
import type { Store } from './store.js';

/** Yields rows with their hours. The rows are ordered by server, port and client. */
export function* withHours(
  store: Store,
  { where, values }: SlotWindow,
  rows: Iterable<SqlRow>,
  reader: RowReader,
): Generator<TallyRow> {
  const hours = store.all(
    `SELECT server, port, client, sum(syn_acks), min(start + first), max(start + first + span), length
      FROM uses JOIN slots ON slots.id = slot WHERE ${where}
      GROUP BY server, port, client, start, length ORDER BY server, port, client`,
    ...values,
  );
  let next = hours.next();
  for (const row of rows) {
    const seen = new HoursSeen();
    while (!next.done && isSameKey(next.value, row)) {
      seen.add(next.value);
      next = hours.next();
    }
    const packed = seen.pack();
    yield packed === undefined ? reader.row(row) : { ...reader.row(row), hours: packed };
  }
}

function isSameKey(a: SqlRow, b: SqlRow): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2];
}

class HoursSeen {
  /** SYN-ACKs by hours since the epoch. */
  readonly #counts = new Map<number, number>();

  add([, , , count, first, last, length]: SqlRow): void {
    if (!isWhole(count, 0) || !isTime(first) || !isTime(last)) throw damaged('uses');
    // The hours of a longer time are not known, unless all came in one.
    if (length !== HOUR && !isOneHour(first, last)) return;
    const hour = hourOf(first);
    this.#counts.set(hour, (this.#counts.get(hour) ?? 0) + count);
  }

  pack(): TallyRow['hours'] {
    if (this.#counts.size === 0) return undefined;
    const latest = Math.max(...[...this.#counts.keys()].map((hour) => Math.floor(hour / HOURS_PER_DAY)));
    const byHour = new Map<number, { count: number; days: number }>();
    for (const [hour, count] of this.#counts) {
      const day = Math.floor(hour / HOURS_PER_DAY);
      const ofDay = byHour.get(hour - day * HOURS_PER_DAY) ?? { count: 0, days: 0 };
      byHour.set(hour - day * HOURS_PER_DAY, ofDay);
      ofDay.count = Math.min(ofDay.count + count, MAX_HOUR_COUNT);
      if (latest - day < KEPT_DAYS) ofDay.days += 2 ** (latest - day);
    }
    const hours = [...byHour].sort(([a], [b]) => a - b);
    return packHours(
      latest,
      hours.map(([hour, { count, days }]): HourOfDay => [hour, count, days]),
    );
  }
}
