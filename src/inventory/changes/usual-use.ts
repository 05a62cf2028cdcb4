// Knows in which hours something was used in the baseline, and derives what is usual: the number of connections to expect
// in other captures, and the longest silence. It uses the hours of the day that a tally counts; see src/tally/hours.ts.

import { hourOf, unpackHours } from '../../tally/hours.js';
import { HOUR, HOURS_PER_DAY, KEPT_DAYS, MAX_HOUR_COUNT } from '../../tally/layout.js';
import type { Coverage } from '../coverage.js';
import type { Use } from '../evidence.js';

const HOURS_PER_WEEK = 7 * HOURS_PER_DAY;
const WEEK = HOURS_PER_WEEK * HOUR;

/** An hour of the baseline, and how much of it captures cover, in microseconds. */
interface UsualHour {
  /** Hours since the epoch. */
  readonly hour: number;
  readonly length: number;
  readonly isUsed: boolean;
}

/** A silence of the baseline, in microseconds of captures. */
export interface Pause {
  /** The hours without use. */
  readonly length: number;
  /** The same with the hours of the last use before it and the first use after it: it cannot have been longer. */
  readonly limit: number;
}

/** A group of similar hours: their number, how many of them had use, and how much of them captures cover. */
interface Group {
  hours: number;
  used: number;
  length: number;
}

export class UsualUse {
  /** Ascending; of the last days before the last use, and after it. */
  readonly #hours: readonly UsualHour[];
  /** Connections by hour of the day, on all days. */
  readonly #counts: readonly number[];
  /** Time that captures cover, by hour of the day, on all days. */
  readonly #lengths: readonly number[];

  private constructor(hours: readonly UsualHour[], counts: readonly number[], lengths: readonly number[]) {
    this.#hours = hours;
    this.#counts = counts;
    this.#lengths = lengths;
  }

  /**
   * @param coverage of the captures of the baseline
   * @returns undefined if it is not known in which hours all of these uses were
   */
  static of(uses: readonly Use[], coverage: Coverage): UsualUse | undefined {
    const lastHour = Math.max(...uses.map(({ lastSeen }) => hourOf(lastSeen)));
    const lastDay = Math.floor(lastHour / HOURS_PER_DAY);
    const counts = emptyDay();
    const used = new Set<number>();
    for (const use of uses) {
      const hours = hoursOfUse(use, lastDay);
      if (hours === undefined) return undefined;
      for (const [hour, count, days] of hours) {
        counts[hour] = (counts[hour] ?? 0) + count;
        for (const day of daysIn(days)) used.add((lastDay - day) * HOURS_PER_DAY + hour);
      }
    }
    const first = (lastDay - KEPT_DAYS + 1) * HOURS_PER_DAY;
    const covered = new Map([...used].map((hour) => [hour, 0]));
    const lengths = emptyDay();
    for (const { hour, length } of coverage.hours) {
      const ofDay = hourOfDay(hour);
      lengths[ofDay] = (lengths[ofDay] ?? 0) + length;
      if (hour >= first) covered.set(hour, length);
    }
    const hours = [...covered].map(([hour, length]) => ({ hour, length, isUsed: used.has(hour) }));
    return new UsualUse(
      hours.sort((a, b) => a.hour - b.hour),
      counts,
      lengths,
    );
  }

  /** How much of these hours captures cover, in microseconds. */
  get length(): number {
    return this.#hours.reduce((sum, { length }) => sum + length, 0);
  }

  /** Whether captures cover every hour of the day, so that the usual hours are known. */
  get coversDay(): boolean {
    return this.#lengths.every((length) => length > 0);
  }

  /** Whether captures cover seven days or more from end to end, so that the usual days are known. */
  get coversWeek(): boolean {
    const [first, last] = [this.#hours[0], this.#hours.at(-1)];
    return first !== undefined && last !== undefined && last.hour - first.hour + 1 >= HOURS_PER_WEEK;
  }

  /**
   * The longest silence. The time after the last use and the time before the first one count as one silence, because use
   * that repeats every day or week may be silent for as long as both together.
   * @returns undefined if there was use in every hour
   */
  get longestPause(): Pause | undefined {
    // From the first hour with use around to the same hour.
    const start = this.#hours.findIndex(({ isUsed }) => isUsed);
    const around = [...this.#hours.slice(start), ...this.#hours.slice(0, start + 1)];
    let longest: Pause | undefined;
    let [length, before] = [0, 0];
    for (const hour of around) {
      if (!hour.isUsed) {
        length += hour.length;
        continue;
      }
      const limit = before + length + hour.length;
      if (length > 0 && limit > (longest?.limit ?? 0)) longest = { length, limit };
      [length, before] = [0, hour.length];
    }
    return longest;
  }

  /**
   * The number of connections to expect in other captures: the average of the baseline for the same hours of the day and,
   * if these are known, for the same days of the week.
   */
  expectedIn(coverage: Coverage): number {
    const [days, weeks] = [this.#groupBy(hourOfDay), this.#groupBy(hourOfWeek)];
    let expected = 0;
    for (const { hour, length } of coverage.hours) {
      const [ofDay, count] = [days.get(hourOfDay(hour)), this.#counts[hourOfDay(hour)] ?? 0];
      if (ofDay === undefined || ofDay.used === 0) continue;
      // The counts are those of all days, but the hours only those of the last days.
      const share = ofDay.length === 0 ? 1 : ofDay.length / (this.#lengths[hourOfDay(hour)] ?? 0);
      const perUsedHour = (count * share) / ofDay.used;
      const { used, hours } = (this.coversWeek ? weeks.get(hourOfWeek(hour)) : undefined) ?? ofDay;
      const usual = ofDay.length / ofDay.hours;
      expected += perUsedHour * (used / hours) * (usual === 0 ? 1 : Math.min(1, length / usual));
    }
    return expected;
  }

  #groupBy(keyOf: (hour: number) => number): ReadonlyMap<number, Group> {
    const groups = new Map<number, Group>();
    for (const { hour, length, isUsed } of this.#hours) {
      const key = keyOf(hour);
      const group = groups.get(key) ?? { hours: 0, used: 0, length: 0 };
      group.hours += 1;
      group.used += Number(isUsed);
      group.length += length;
      groups.set(key, group);
    }
    return groups;
  }
}

/** Whether a baseline with this coverage is shorter than a week from end to end, so that it may lack a weekend. */
export function isShorterThanWeek({ extent }: Coverage): boolean {
  return extent < WEEK;
}

/** The hours of all connections of a use; undefined if the hours of some are not known. */
function hoursOfUse(
  { hours, count }: Use,
  lastDay: number,
): (readonly [number, number, number])[] | undefined {
  if (hours === undefined) return undefined;
  const known = unpackHours(hours, lastDay);
  const missing = count - known.reduce((sum, [, ofHour]) => sum + ofHour, 0);
  if (missing === 0) return known;
  const full = known.filter(([, ofHour]) => ofHour === MAX_HOUR_COUNT).length;
  if (full === 0) return undefined;
  return known.map(([hour, ofHour, days]) => [
    hour,
    ofHour === MAX_HOUR_COUNT ? ofHour + missing / full : ofHour,
    days,
  ]);
}

/** Yields the number of each set bit, which is a number of days ago. */
function* daysIn(days: number): Generator<number> {
  for (let [rest, day] = [days, 0]; rest > 0; rest = Math.floor(rest / 2), day++)
    if (rest % 2 === 1) yield day;
}

function emptyDay(): number[] {
  return new Array<number>(HOURS_PER_DAY).fill(0);
}

function hourOfDay(hour: number): number {
  return modulo(hour, HOURS_PER_DAY);
}

function hourOfWeek(hour: number): number {
  return modulo(hour, HOURS_PER_WEEK);
}

function modulo(value: number, by: number): number {
  return value - Math.floor(value / by) * by;
}
