// CSV after RFC 4180, but with \n line ends, as the CSV tools of unix print it. It must hand a spreadsheet
// nothing that runs as a formula: https://owasp.org/www-community/attacks/CSV_Injection

import type { Summary } from '../inventory/summary.js';
import { readCell } from './columns.js';
import { visible } from './escape.js';
import { formatTime } from './time.js';

// The full-width forms of = + - @ count too: some spreadsheets take them for the plain ones.
const FORMULA_START = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const NEEDS_QUOTES = /[",\r\n]/;

export function* renderCsv(summary: Summary): Generator<string, void, undefined> {
  yield `${['count', ...summary.by, 'first_seen', 'last_seen'].join(',')}\n`;
  for (const row of summary.rows) {
    let line = String(row.count);
    for (const column of summary.by) line += `,${quoteCell(readCell(row, column))}`;
    yield `${line},${formatTime(row.firstSeen)},${formatTime(row.lastSeen)}\n`;
  }
}

function quoteCell(text: string): string {
  const cell = FORMULA_START.test(text) ? `'${visible(text)}` : visible(text);
  return NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
