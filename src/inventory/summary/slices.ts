// Slices of time, for summaries by hour or day, in UTC or in another zone.

import { clockOf, offsetsOf, zoneName } from '../../text/clock.js';
import { clampTime } from '../../text/time.js';
import type { Column } from './columns.js';

/** A column that shows a slice of time. */
export type SliceColumn = Extract<Column, 'hour' | 'day'>;

const UTC = 'UTC';
const SECOND = 1_000_000;
const QUARTER = 900 * SECOND;
const HOUR = 4 * QUARTER;
/** In microseconds. */
const LENGTHS: Readonly<Record<SliceColumn, number>> = { hour: HOUR, day: 24 * HOUR };

const DATE_LENGTH = '2026-05-31'.length;

/** Offsets are remembered for this many quarters of an hour. */
const MAX_REMEMBERED = 65_536;

/**
 * Returns the length of the slices of time, in microseconds, that an inventory must be read with so that it can be grouped
 * by these columns; undefined if none of them is `hour` or `day`.
 * @param tz the zone of `Query`: its hours may begin at a quarter of an hour of UTC
 */
export function sliceFor(by: readonly Column[], tz: string = UTC): number | undefined {
  const column = sliceColumnOf(by);
  if (column === undefined) return undefined;
  return isUtc(tz) ? LENGTHS[column] : unitOf(tz);
}

/** Returns the column that divides time most finely. */
export function sliceColumnOf(by: readonly Column[]): SliceColumn | undefined {
  return by.includes('hour') ? 'hour' : by.includes('day') ? 'day' : undefined;
}

/** The hours and days of a zone. */
export class Slices {
  /** Its name; undefined if none was asked for, which means UTC. */
  readonly tz: string | undefined;
  readonly #offsetAt: (time: number) => number;
  readonly #write: (time: number) => string;

  /** @throws RangeError for a zone that is not known */
  constructor(tz?: string) {
    const zone = zoneName(tz ?? UTC);
    this.tz = tz === undefined ? undefined : zone;
    this.#offsetAt = isUtc(zone) ? () => 0 : remembering(offsetsOf(zone));
    this.#write = clockOf(zone).second;
  }

  /** Returns the number of the slice that contains a time: slices have ascending numbers, though not successive ones. */
  numberOf(column: SliceColumn, time: number): number {
    const clamped = clampTime(time);
    // When clocks are set back, an hour has the same time of day as the one before. Days have one date whatever happens.
    return column === 'hour'
      ? this.#hourOf(clamped) / QUARTER
      : Math.floor((clamped + this.#offsetAt(clamped)) / LENGTHS.day);
  }

  /** Writes the slice that contains a time: the beginning of an hour, `2026-05-31T14:00:00Z`, or the date of a day. */
  format(column: SliceColumn, time: number): string {
    const clamped = clampTime(time);
    return column === 'hour'
      ? this.#write(this.#hourOf(clamped))
      : this.#write(clamped).slice(0, DATE_LENGTH);
  }

  /** The beginning of an hour of the zone. */
  #hourOf(time: number): number {
    const offset = this.#offsetAt(time);
    const inZone = Math.floor((time + offset) / HOUR) * HOUR;
    return Math.floor((inZone - offset) / QUARTER) * QUARTER;
  }
}

/** A summary by hour or day was asked of an inventory whose rows cover several of them. */
export class SliceError extends RangeError {
  override readonly name = 'SliceError';

  constructor(readonly column: SliceColumn) {
    super(`found counts that are not divided by ${column}, expected an inventory that was read with "slice"`);
  }
}

function isUtc(tz: string): boolean {
  return zoneName(tz) === UTC;
}

/**
 * The largest of an hour, half an hour and a quarter that divides all offsets of a zone, in summer and winter of the years in
 * which captures are made: Kolkata needs half hours, Kathmandu quarters.
 */
function unitOf(tz: string): number {
  const offsetAt = offsetsOf(tz);
  let unit = HOUR;
  for (let year = 1990; year < 2040; year++) {
    for (const month of [0, 6]) {
      while ((offsetAt(Date.UTC(year, month) * 1000) * SECOND) % unit !== 0 && unit > QUARTER) unit /= 2;
    }
  }
  return unit;
}

/**
 * Offsets in microseconds, which zones change at a quarter of an hour of UTC. (Newfoundland did so a minute later until
 * 2011.)
 */
function remembering(offsetAt: (time: number) => number): (time: number) => number {
  const known = new Map<number, number>();
  return (time) => {
    const quarter = Math.floor(time / QUARTER);
    let offset = known.get(quarter);
    if (offset === undefined) {
      if (known.size >= MAX_REMEMBERED) known.clear();
      offset = offsetAt(quarter * QUARTER) * SECOND;
      known.set(quarter, offset);
    }
    return offset;
  };
}
