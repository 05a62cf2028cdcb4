// The table for a terminal, drawn by cli-table3, whose time grows with the square of the rows: it must not get all rows of
// a large grid.

import Table from 'cli-table3';
import { visible } from '../../text/escape.js';
import { type Grid, shownColumns } from './grid.js';

/** The most rows that are shown. cli-table3 takes about a tenth of a second for 1000, more than a second for 5000. */
export const MAX_ROWS = 1000;

// Two spaces between columns and a rule below the header: quiet, and easy to copy from.
const CHARS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '─',
  'mid-mid': '  ',
  right: '',
  'right-mid': '',
  middle: '  ',
};

export function* renderTable<Row>(grid: Grid<Row>): Generator<string, void, undefined> {
  if (grid.rows.length === 0) {
    yield `${grid.empty}\n`;
    return;
  }
  yield drawTable(grid);
  const notes = grid.rows.length > MAX_ROWS ? [grid.describeHidden(MAX_ROWS), ...grid.notes] : grid.notes;
  if (notes.length > 0) yield `\n${notes.join('\n')}\n`;
}

function drawTable<Row>(grid: Grid<Row>): string {
  const columns = shownColumns(grid);
  const table = new Table({
    head: columns.map(({ heading }) => heading),
    colAligns: columns.map(({ isRightAligned = false }) => (isRightAligned ? 'right' : 'left')),
    chars: CHARS,
    // No colours; with `compact`, the only rule is the one below the header.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  for (const row of grid.rows) {
    if (table.length === MAX_ROWS) break;
    table.push(columns.map(({ cell }) => visible(cell(row))));
  }
  return table
    .toString()
    .split('\n')
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}
