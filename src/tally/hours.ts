// In which hours something was seen: for each hour of the day (UTC) how often, and on which of the last days. Use that
// comes at certain hours, such as a backup at night, is as certain as use that comes all the time, but silence between
// those hours means nothing. So it takes the hours to judge silence. They fit into bounded memory however long the captures
// are, and add up in any order: days are counted back from the latest one, and too early ones are given up.

import {
  FIRST_DAY,
  HOUR,
  HOUR_ENTRY,
  HOUR_SHIFT,
  HOURS_PER_DAY,
  KEPT_DAYS,
  LAST_HOUR,
  MAX_HOUR_COUNT,
} from './layout.js';

/** Hours as they are in memory: the block of src/hot/hours.ts, without its length. */
export type Hours = Uint32Array;

/** One hour of the day, as documents have it. */
export type HourOfDay = readonly [
  /** 0 to 23. */
  hour: number,
  /** SYN-ACKs, MAX_HOUR_COUNT at most. */
  count: number,
  /** On which days there were any: the latest day is 1, the day before it 2, the day before that 4, and so on. */
  days: number,
];

/** Numbers of 4 bytes in an entry. */
const ENTRY = HOUR_ENTRY / 4;
const UPPER = 2 ** 32;
const MAX_DAYS = 2 ** KEPT_DAYS - 1;

/**
 * Hours since the epoch. Times that are centuries away count as the nearest that there is a number for. src/hot/hours.ts has
 * the same arithmetic in AssemblyScript: there is often no engine here, and a file that both compilers read could hold only
 * numbers. test/tally/hours.test.ts compares them.
 */
export function hourOf(time: number): number {
  const first = -FIRST_DAY * HOURS_PER_DAY;
  return Math.max(first, Math.min(Math.floor(time / HOUR), first + LAST_HOUR));
}

/** Days since the epoch. */
export function dayOf(time: number): number {
  return Math.floor(hourOf(time) / HOURS_PER_DAY);
}

export function isOneHour(first: number, last: number): boolean {
  return hourOf(first) === hourOf(last);
}

/** The hours of SYN-ACKs that all came in one hour; undefined if they did not, as their times are then unknown. */
export function hoursBetween(first: number, last: number, count: number): Hours | undefined {
  if (!isOneHour(first, last)) return undefined;
  const day = dayOf(last);
  return packHours(day, [[hourOf(last) - day * HOURS_PER_DAY, Math.min(count, MAX_HOUR_COUNT), 1]]);
}

/** @param hours ascending */
export function packHours(latestDay: number, hours: readonly HourOfDay[]): Hours {
  const packed = new Uint32Array(1 + hours.length * ENTRY);
  packed[0] = latestDay + FIRST_DAY;
  for (const [index, [hour, count, days]] of hours.entries()) {
    packed.set([hour * 2 ** HOUR_SHIFT + count, days % UPPER, Math.floor(days / UPPER)], 1 + index * ENTRY);
  }
  return packed;
}

/** The hours, ascending, with their days counted back from this one, which is the latest day of the hours or later. */
export function unpackHours(hours: Hours, day: number): HourOfDay[] {
  const by = day - ((hours[0] as number) - FIRST_DAY);
  const unpacked: HourOfDay[] = [];
  for (let at = 1; at < hours.length; at += ENTRY) {
    const [counted, lower, upper] = hours.subarray(at, at + ENTRY) as unknown as [number, number, number];
    const days = by < KEPT_DAYS ? ((lower + upper * UPPER) % 2 ** (KEPT_DAYS - by)) * 2 ** by : 0;
    unpacked.push([counted >>> HOUR_SHIFT, counted & MAX_HOUR_COUNT, days]);
  }
  return unpacked;
}

/** Says what is wrong with hours from outside; undefined if nothing is. */
export function findHoursFault(hours: readonly HourOfDay[]): string | undefined {
  let before = -1;
  for (const [hour, count, days] of hours) {
    if (!(hour > before && hour < HOURS_PER_DAY)) {
      return `found the hour ${hour}, expected hours from 0 to ${HOURS_PER_DAY - 1}, ascending`;
    }
    if (!(count >= 1 && count <= MAX_HOUR_COUNT)) {
      return `found ${count} SYN-ACKs in an hour, expected 1 to ${MAX_HOUR_COUNT}`;
    }
    if (days > MAX_DAYS) return `found the days ${days}, expected at most ${MAX_DAYS}`;
    before = hour;
  }
  return undefined;
}
