// In which hours of the week something was seen, and how often. Use that comes at certain hours, such as a backup at
// night, is no less certain than use that comes all the time, but its silence means nothing in between. A week of hours is
// as much as can be kept of any span of time in bounded memory, and adds up in any order. The hours are those of UTC.

import { FIRST_HOUR, HOUR, HOUR_SHIFT, HOURS_PER_WEEK, MAX_HOUR_COUNT } from './layout.js';

/**
 * Hours of the week in which there were SYN-ACKs, ascending: each with how many there were, MAX_HOUR_COUNT at most. It is
 * the list of src/hot/hours.ts.
 */
export type Hours = Uint32Array;

/** The hour of the week of a time in microseconds since the epoch: 0 is Monday from 00:00 to 01:00. */
export function hourOf(time: number): number {
  const hour = Math.floor(time / HOUR) + FIRST_HOUR;
  return hour - Math.floor(hour / HOURS_PER_WEEK) * HOURS_PER_WEEK;
}

/** Whether both times are in one and the same hour. */
export function isOneHour(first: number, last: number): boolean {
  return Math.floor(first / HOUR) === Math.floor(last / HOUR);
}

/** The hours of SYN-ACKs that all came in one hour; undefined if they did not: then their times do not tell. */
export function hoursBetween(first: number, last: number, count: number): Hours | undefined {
  return isOneHour(first, last) ? packHours([[hourOf(first), count]]) : undefined;
}

export function packHours(counts: Iterable<readonly [hour: number, count: number]>): Hours {
  return Uint32Array.from(
    counts,
    ([hour, count]) => hour * 2 ** HOUR_SHIFT + Math.min(count, MAX_HOUR_COUNT),
  );
}

export function* unpackHours(hours: Hours): Generator<readonly [hour: number, count: number]> {
  for (const entry of hours) yield [entry >>> HOUR_SHIFT, entry & MAX_HOUR_COUNT];
}

/** The SYN-ACKs of all hours. */
export function countIn(hours: Hours): number {
  let sum = 0;
  for (const [, count] of unpackHours(hours)) sum += count;
  return sum;
}

/** Says what is wrong with hours that come from outside; undefined if nothing is. */
export function findHoursFault(
  counts: readonly (readonly [hour: number, count: number])[],
): string | undefined {
  let before = -1;
  for (const [hour, count] of counts) {
    if (!(Number.isInteger(hour) && hour > before && hour < HOURS_PER_WEEK)) {
      return `found the hour ${hour}, expected hours of the week from 0 to ${HOURS_PER_WEEK - 1}, ascending`;
    }
    if (!(Number.isInteger(count) && count >= 1 && count <= MAX_HOUR_COUNT)) {
      return `found ${count} SYN-ACKs in an hour, expected 1 to ${MAX_HOUR_COUNT}`;
    }
    before = hour;
  }
  return undefined;
}
