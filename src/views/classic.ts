// Classic lines: the requested columns, byte for byte as `synack-summary | uniq -c` printed them. It knows nothing
// about terminals. GNU uniq writes the count as `%7d `, synack-summary wrote `%-15s %-15s %10s`.

import type { Column, Summary, SummaryRow } from '../inventory/summary/summary.js';
import { visible } from '../text/escape.js';
import { readCell } from './grid/summary-grid.js';

/** Matches nearly every cell, and replaces two slower checks. */
const PLAIN = /^[!-~]*$/;

export function* renderClassic(summary: Summary): Generator<string, void, undefined> {
  const { rows } = summary;
  if (rows.joinCells !== undefined) {
    for (const { count, cells } of rows.joinCells(writeCell)) {
      yield `${String(count).padStart(7)} ${cells.trimEnd()}\n`;
    }
    return;
  }
  const columns = columnsOf(summary.by);
  for (const row of rows) {
    yield `${String(row.count).padStart(7)} ${columns(row)}\n`;
  }
}

/** Returns a function that writes the columns without the count, as synack-summary did for each SYN-ACK. */
export function columnsOf(by: readonly Column[]): (row: SummaryRow) => string {
  // Rows are sorted, so most have a cell of the row before.
  const cells = by.map((column) => ({ column, text: '', cell: writeCell('', column) }));
  return (row) => {
    let line = '';
    for (const last of cells) {
      const text = readCell(row, last.column);
      if (text !== last.text) {
        last.text = text;
        last.cell = writeCell(text, last.column);
      }
      line += last.cell;
    }
    return line.trimEnd();
  };
}

/** Scripts split the lines at spaces, so a name must not contain any. Longer names are not cut. */
function writeCell(text: string, column: Column): string {
  const shown = PLAIN.test(text) ? text : visible(text).replaceAll(' ', '_');
  return `${column === 'client' || column === 'server' ? shown.padEnd(15) : shown.padStart(10)} `;
}
