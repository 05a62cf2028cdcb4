// Slices of time, for summaries by hour or day. Slices are hours and days of UTC, as they begin at multiples of their length
// since the epoch.

import { clampTime, formatTime } from '../../text/time.js';
import type { Column } from './columns.js';

/** A column that shows a slice of time. */
export type SliceColumn = Extract<Column, 'hour' | 'day'>;

const HOUR = 3_600_000_000;
/** In microseconds. */
const LENGTHS: Readonly<Record<SliceColumn, number>> = { hour: HOUR, day: 24 * HOUR };

/** How much of an ISO time names a slice. */
const TEXT_LENGTHS: Readonly<Record<SliceColumn, number>> = {
  hour: '2026-05-31T14:00:00'.length,
  day: '2026-05-31'.length,
};

/**
 * Returns the length of the slices of time, in microseconds, that an inventory must be read with so that it can be grouped
 * by these columns; undefined if none of them is `hour` or `day`.
 */
export function sliceFor(by: readonly Column[]): number | undefined {
  return by.includes('hour') ? LENGTHS.hour : by.includes('day') ? LENGTHS.day : undefined;
}

/** Returns the number of the slice that contains a time, by its column. */
export function sliceNumber(column: SliceColumn, time: number): number {
  return Math.floor(clampTime(time) / LENGTHS[column]);
}

/** Writes the beginning of the slice that contains a time: `2026-05-31T14:00:00Z`, or `2026-05-31` for a day. */
export function formatSlice(column: SliceColumn, time: number): string {
  const start = formatTime(sliceNumber(column, time) * LENGTHS[column]).slice(0, TEXT_LENGTHS[column]);
  return column === 'hour' ? `${start}Z` : start;
}

/** A summary by hour or day was asked of an inventory whose rows cover several of them. */
export class SliceError extends RangeError {
  override readonly name = 'SliceError';

  constructor(readonly column: SliceColumn) {
    super(`found counts that are not divided by ${column}, expected an inventory that was read with "slice"`);
  }
}
