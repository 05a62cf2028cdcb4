// CSV according to RFC 4180, but with \n as the line end, like the CSV tools of Unix. It must not contain a cell that a
// spreadsheet runs as a formula: https://owasp.org/www-community/attacks/CSV_Injection

import { visible } from '../../text/escape.js';
import type { Grid } from './grid.js';

// Some spreadsheets treat the full-width forms of = + - @ like the plain ones.
const FORMULA_START = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const NEEDS_QUOTES = /[",\r\n]/;
// Matches nearly every cell: numbers, times, addresses, names. It replaces three tests by one.
const HARMLESS = /^\w[\w .:/-]*$/;

export function* renderCsv<Row>(grid: Grid<Row>): Generator<string, void, undefined> {
  const columns = grid.columns.filter(({ key }) => key !== undefined);
  yield `${columns.map(({ key }) => key).join(',')}\n`;
  // Most rows have several cells of the row before.
  const last = columns.map(({ cell }) => ({ cell, text: '', quoted: '' }));
  for (const row of grid.rows) {
    let line = '';
    for (const column of last) {
      const text = column.cell(row);
      if (text !== column.text) {
        column.text = text;
        column.quoted = quoteCell(text);
      }
      line += `${column.quoted},`;
    }
    yield `${line.slice(0, -1)}\n`;
  }
}

/** A cell as CSV has it. */
export function quoteCell(text: string): string {
  if (HARMLESS.test(text)) return text;
  const cell = FORMULA_START.test(text) ? `'${visible(text)}` : visible(text);
  return NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
