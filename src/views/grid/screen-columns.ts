// How tables on a terminal show the kinds of columns that several grids have.

import { OTHER, REMOTE } from '../../inventory/endpoints.js';
import type { Clock } from '../../text/clock.js';
import { formatCount } from '../../text/count-noun.js';
import type { Look } from '../screen.js';
import type { ScreenColumn } from './grid.js';

/** Enough to recognise a machine by. */
const LEAST_NAME = 16;
/** Enough for most services, and for a word or two. */
const LEAST_TEXT = 12;

/** Machines. A name that stands for many machines is faint. */
export function nameColumn<Row>(nameOf: (row: Row) => string): ScreenColumn<Row> {
  return { leastWidth: LEAST_NAME, look: (row) => lookOf(nameOf(row)) };
}

/** Services and other text. */
export const TEXT_COLUMN: { readonly leastWidth: number } = { leastWidth: LEAST_TEXT };

function lookOf(name: string): Look | undefined {
  return name === REMOTE || name === OTHER ? 'faint' : undefined;
}

/** Numbers, with thousands separated as in `12,092`. */
export function numberColumn<Row>(numberOf: (row: Row) => number): ScreenColumn<Row> {
  return { cell: (row) => formatCount(numberOf(row)) };
}

/** Times, in microseconds since the epoch. `leaveOut` as in `ScreenColumn`. */
export function timeColumn<Row>(
  clock: Clock,
  timeOf: (row: Row) => number,
  leaveOut?: number,
): ScreenColumn<Row> {
  return {
    cell: (row) => clock.spaced(timeOf(row)),
    shortCell: (row) => clock.short(timeOf(row)),
    ...(leaveOut === undefined ? {} : { leaveOut }),
  };
}
