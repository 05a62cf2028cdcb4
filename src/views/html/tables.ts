// Shared by the tables of a page.

import { type Html, html } from './html.js';
import { count } from './wording.js';

/** The last row of a table that does not show all, so that its sums are complete. */
export function othersRow(
  rows: number,
  noun: string,
  connections: number,
  columns: number,
): Html | undefined {
  if (rows === 0) return undefined;
  return html`<tr class="others"><td colspan="${columns}">Others: ${count(rows, noun)} with ${count(connections, 'connection')}</td></tr>`;
}
