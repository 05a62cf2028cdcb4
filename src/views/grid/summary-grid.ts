// A summary as a grid: what its columns are called, and what stands in them.

import type { Column, Summary, SummaryRow } from '../../inventory/summary/summary.js';
import { formatTime } from '../../text/time.js';
import { describeEmpty, describeMissing } from '../notes.js';
import { countNoun } from '../wording.js';
import type { Grid, GridColumn } from './grid.js';

const HEADINGS: Readonly<Record<Column, string>> = {
  client: 'Client',
  server: 'Server',
  service: 'Service',
  port: 'Port',
};

// The row of what was given up for memory has no port, which is a number; its other columns say this.
const OTHER = '(other)';

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
