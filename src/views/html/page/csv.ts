// Rows as CSV for the clipboard. RFC 4180; cells that a spreadsheet would take for formulas begin with an apostrophe, as
// OWASP recommends.

import type { Data } from './data.js';
import { cellsOf } from './table.js';

const HEAD = 'count,client,server,service,port,evidence,first_seen,last_seen';

export function csvOf(data: Data, rows: readonly number[]): string {
  const lines = rows.map((row) =>
    cellsOf(data, row).map(([text], at) => quote(at === 0 ? text.replaceAll(',', '') : text)),
  );
  return [HEAD, ...lines.map((cells) => cells.join(','))].join('\r\n');
}

function quote(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
