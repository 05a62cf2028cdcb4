// What the columns of a row are called and what stands in them, for all views that show columns. The text
// is as it came from outside: each view escapes it.

import type { Column, SummaryRow } from '../inventory/summary.js';

export const HEADINGS: Readonly<Record<Column, string>> = {
  client: 'Client',
  server: 'Server',
  service: 'Service',
  port: 'Port',
};

// The row of what was given up for memory has no port, which is a number; its other columns say this.
const OTHER = '(other)';

export function readCell(row: SummaryRow, column: Column): string {
  return String(row[column] ?? OTHER);
}
