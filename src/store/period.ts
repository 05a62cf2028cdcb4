// The spans of time that a store adds up: hours, days and months of UTC.

import type { TimelineUnit } from '../inventory/history/history.js';
import { HOUR, HOURS_PER_DAY } from '../tally/layout.js';
import { clampTime } from '../text/time.js';

const DAY = HOUR * HOURS_PER_DAY;

/** From `start` on and before `start + length`, in microseconds since the epoch. */
export interface Period {
  readonly start: number;
  readonly length: number;
}

function hourAt(time: number): Period {
  return { start: Math.floor(time / HOUR) * HOUR, length: HOUR };
}

export function dayAt(time: number): Period {
  return { start: Math.floor(time / DAY) * DAY, length: DAY };
}

export function monthAt(time: number): Period {
  const date = new Date(Math.floor(time / 1000));
  const start = Date.UTC(date.getUTCFullYear(), date.getUTCMonth()) * 1000;
  return { start, length: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1) * 1000 - start };
}

/** The shortest period, of those that are added up, that contains both times; of several months, if it must be. */
export function periodOf(first: number, last: number): Period {
  const [from, to] = [clampTime(first), clampTime(last)];
  for (const period of [hourAt(from), dayAt(from), monthAt(from)]) {
    if (to < period.start + period.length) return period;
  }
  const { start } = monthAt(from);
  const end = monthAt(to);
  return { start, length: end.start + end.length - start };
}

/** 1970 began on a Thursday, and weeks begin on Mondays. */
const WEEK_OFFSET = 3 * DAY;

/** The units of a timeline: their lengths, and by how much they begin before multiples of them; microseconds. */
export const UNITS: Readonly<Record<TimelineUnit, { readonly length: number; readonly offset: number }>> = {
  hour: { length: HOUR, offset: 0 },
  day: { length: DAY, offset: 0 },
  week: { length: 7 * DAY, offset: WEEK_OFFSET },
};
