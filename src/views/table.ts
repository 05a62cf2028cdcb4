// The table for a terminal, drawn by cli-table3. It must not be given all rows of a large summary:
// cli-table3's time grows with their square.

import Table from 'cli-table3';
import type { Summary } from '../inventory/summary.js';
import { HEADINGS, readCell } from './columns.js';
import { visible } from './escape.js';
import { countNoun, describeEmpty, describeMissing } from './notes.js';

/** Rows shown at most. 1000 take cli-table3 about a tenth of a second, 5000 more than a second. */
export const MAX_ROWS = 1000;

// Two spaces between columns and a rule beneath the header: quiet, and easy to copy from.
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

export function* renderTable(summary: Summary): Generator<string, void, undefined> {
  if (summary.rows.length === 0) {
    yield `${describeEmpty(summary)}\n`;
    return;
  }
  yield drawTable(summary);
  const notes = describeMissing(summary);
  if (summary.rows.length > MAX_ROWS) notes.unshift(describeHidden(summary));
  if (notes.length > 0) yield `\n${notes.join('\n')}\n`;
}

function drawTable({ by, rows }: Summary): string {
  const table = new Table({
    head: ['Count', ...by.map((column) => HEADINGS[column])],
    colAligns: ['right', ...by.map((column) => (column === 'port' ? 'right' : 'left'))],
    chars: CHARS,
    // No colours; `compact` draws no rule but the one beneath the header.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  for (const row of rows) {
    if (table.length === MAX_ROWS) break;
    table.push([String(row.count), ...by.map((column) => visible(readCell(row, column)))]);
  }
  return table
    .toString()
    .split('\n')
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function describeHidden({ rows }: Summary): string {
  let synAcks = 0;
  let at = 0;
  for (const { count } of rows) if (at++ >= MAX_ROWS) synAcks += count;
  const hidden = rows.length - MAX_ROWS;
  const are = hidden === 1 ? 'is' : 'are';
  return (
    `${countNoun(hidden, 'more row')} with ${countNoun(synAcks, 'SYN-ACK')} ${are} not shown: ` +
    '-f csv shows every row, --top 20 the busiest.'
  );
}
