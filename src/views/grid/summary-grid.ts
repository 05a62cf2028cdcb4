// A summary as a grid: the names and the cells of its columns.

import { OTHER } from '../../inventory/endpoints.js';
import type { Column, Summary, SummaryRow } from '../../inventory/summary/summary.js';
import { countNoun } from '../../text/count-noun.js';
import { formatTime } from '../../text/time.js';
import { describeEmpty, describeMissing } from '../notes.js';
import type { Grid, GridColumn } from './grid.js';

const HEADINGS: Readonly<Record<Column, string>> = {
  client: 'Client',
  server: 'Server',
  service: 'Service',
  port: 'Port',
  hour: 'Hour',
  day: 'Day',
};

export function summaryGrid(summary: Summary): Grid<SummaryRow> {
  return {
    columns: [
      { key: 'count', heading: 'Count', isRightAligned: true, cell: ({ count }) => String(count) },
      ...summary.by.map(columnOf),
      { key: 'first_seen', cell: ({ firstSeen }) => formatTime(firstSeen) },
      { key: 'last_seen', cell: ({ lastSeen }) => formatTime(lastSeen) },
    ],
    rows: summary.rows,
    notes: describeMissing(summary),
    empty: describeEmpty(summary),
    describeHidden: (shown) => describeHidden(summary, shown),
  };
}

function columnOf(column: Column): GridColumn<SummaryRow> {
  return {
    key: column,
    heading: HEADINGS[column],
    isRightAligned: column === 'port',
    cell: (row) => readCell(row, column),
  };
}

/** The row `(other)` has no port, because a port is a number: its cell says `(other)` like the rest of the row. */
export function readCell(row: SummaryRow, column: Column): string {
  return String(row[column] ?? OTHER);
}

function describeHidden({ rows }: Summary, shown: number): string {
  let synAcks = 0;
  let at = 0;
  for (const { count } of rows) if (at++ >= shown) synAcks += count;
  const hidden = rows.length - shown;
  const are = hidden === 1 ? 'is' : 'are';
  return (
    `${countNoun(hidden, 'more row')} with ${countNoun(synAcks, 'SYN-ACK')} ${are} not shown: ` +
    '-f csv shows every row, --top 20 the busiest.'
  );
}
