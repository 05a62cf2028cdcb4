// A summary as a grid: the names and the cells of its columns.

import { OTHER } from '../../inventory/endpoints.js';
import type { Column, Summary, SummaryRow } from '../../inventory/summary/summary.js';
import { type Clock, UTC_CLOCK } from '../../text/clock.js';
import { countNoun } from '../../text/count-noun.js';
import { formatTime } from '../../text/time.js';
import { COUNTED_NOUNS, describeEmpty, describeMissing } from '../notes.js';
import { evidenceColumns, judgementColumn } from './evidence-columns.js';
import type { Grid, GridColumn } from './grid.js';
import { nameColumn, numberColumn, timeColumn } from './screen-columns.js';

const HEADINGS: Readonly<Record<Column, string>> = {
  client: 'Client',
  server: 'Server',
  service: 'Service',
  port: 'Port',
  hour: 'Hour',
  day: 'Day',
};

const COUNT_HEADINGS: Readonly<Record<Summary['counted'], string>> = {
  'syn-acks': 'Count',
  handshakes: 'Handshakes',
  used: 'Used',
};

export function summaryGrid(summary: Summary, clock: Clock = UTC_CLOCK): Grid<SummaryRow> {
  const { isJudged } = summary;
  return {
    columns: [
      {
        key: 'count',
        heading: COUNT_HEADINGS[summary.counted],
        isRightAligned: true,
        cell: ({ count }) => String(count),
        onScreen: numberColumn(({ count }) => count),
      },
      ...summary.by.map((column) => columnOf(column, summary)),
      ...(isJudged ? [judgementColumn<SummaryRow>()] : []),
      { key: 'first_seen', cell: ({ firstSeen }) => formatTime(firstSeen) },
      { key: 'last_seen', cell: ({ lastSeen }) => formatTime(lastSeen) },
      ...sortedTime(summary, clock),
      ...(isJudged ? evidenceColumns<SummaryRow>() : []),
    ],
    rows: summary.rows,
    notes: describeMissing(summary),
    empty: describeEmpty(summary),
    describeHidden: (shown) => describeHidden(summary, shown),
  };
}

function columnOf(column: Column, { tz }: Summary): GridColumn<SummaryRow> {
  return {
    key: column,
    // A day does not end with its offset, as hours and other times do.
    heading: column === 'day' && tz !== undefined ? `Day (${tz})` : HEADINGS[column],
    isRightAligned: column === 'port',
    cell: (row) => readCell(row, column),
    ...(column === 'hour' && { onScreen: { cell: (row: SummaryRow) => spaced(readCell(row, column)) } }),
    ...(isName(column) && { onScreen: nameColumn((row: SummaryRow) => readCell(row, column)) }),
  };
}

function isName(column: Column): boolean {
  return column === 'client' || column === 'server' || column === 'service';
}

/** `2026-05-31 14:00Z` instead of `2026-05-31T14:00:00Z`, and likewise with an offset. */
function spaced(hour: string): string {
  return hour.replace(/T(\d\d:\d\d):\d\d(?=Z|[+-])/, ' $1');
}

/** The time that rows are sorted by: people do not see it otherwise. */
function sortedTime({ sort }: Summary, clock: Clock): GridColumn<SummaryRow>[] {
  switch (sort) {
    case 'first_seen':
      return [timeOfRow(clock, 'First seen', ({ firstSeen }) => firstSeen)];
    case 'last_seen':
      return [timeOfRow(clock, 'Last seen', ({ lastSeen }) => lastSeen)];
    default:
      return [];
  }
}

function timeOfRow(
  clock: Clock,
  heading: string,
  timeOf: (row: SummaryRow) => number,
): GridColumn<SummaryRow> {
  return { heading, cell: (row) => clock.second(timeOf(row)), onScreen: timeColumn(clock, timeOf) };
}

/** The row `(other)` has no port, because a port is a number: its cell says `(other)` like the rest of the row. */
export function readCell(row: SummaryRow, column: Column): string {
  return String(row[column] ?? OTHER);
}

function describeHidden({ rows, counted }: Summary, shown: number): string {
  let count = 0;
  let at = 0;
  for (const row of rows) if (at++ >= shown) count += row.count;
  const hidden = rows.length - shown;
  const are = hidden === 1 ? 'is' : 'are';
  return (
    `${countNoun(hidden, 'more row')} with ${countNoun(count, COUNTED_NOUNS[counted])} ${are} not shown: ` +
    '-f csv shows every row, --top 20 the busiest.'
  );
}
