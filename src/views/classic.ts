// Classic lines: the requested columns, byte for byte as `synack-summary | uniq -c` printed them. It knows nothing
// about terminals. GNU uniq writes the count as `%7d `, synack-summary wrote `%-15s %-15s %10s`.

import type { Column, Summary, SummaryRow } from '../inventory/summary/summary.js';
import { visible } from '../text/escape.js';
import { readCell } from './grid/summary-grid.js';

export function* renderClassic(summary: Summary): Generator<string, void, undefined> {
  for (const row of summary.rows) {
    yield `${String(row.count).padStart(7)} ${formatColumns(row, summary.by)}\n`;
  }
}

/** Writes the columns without the count, as synack-summary did for each SYN-ACK. Longer names are not cut. */
export function formatColumns(row: SummaryRow, by: readonly Column[]): string {
  let line = '';
  // Scripts split these lines at spaces, so a name must not contain any.
  for (const column of by) {
    line += `${padCell(visible(readCell(row, column)).replaceAll(' ', '_'), column)} `;
  }
  return line.trimEnd();
}

function padCell(text: string, column: Column): string {
  return column === 'client' || column === 'server' ? text.padEnd(15) : text.padStart(10);
}
