// Shared by the tables of a page.

import { type Html, html } from './html.js';
import { count } from './wording.js';

export interface Column {
  readonly title: string;
  /** Numbers are at the right. */
  readonly isNumber?: true;
  /** The name by which the script sorts. */
  readonly key?: string;
}

export type Cell = Html | string | number | undefined;

export interface TableParts {
  /** Columns that are undefined are left out, with their cells. */
  readonly columns: readonly (Column | undefined)[];
  readonly rows: readonly { readonly cells: readonly Cell[]; readonly attributes?: Html }[];
  readonly others?: Html | undefined;
  readonly attributes?: Html;
}

export function tableHtml({ columns, rows, others, attributes }: TableParts): Html {
  const heads = columns.map(
    (column) =>
      column && html`<th scope="col"${column.isNumber && NUMBER}${keyOf(column)}>${column.title}</th>`,
  );
  const lines = rows.map(({ cells, attributes: ofRow }) => {
    const shown = columns.map(
      (column, at) => column && html`<td${column.isNumber && NUMBER}>${cells[at]}</td>`,
    );
    return html`<tr${ofRow}>${shown}</tr>`;
  });
  return html`<table${attributes}><thead><tr>${heads}</tr></thead><tbody>${lines}${others}</tbody></table>`;
}

const NUMBER: Html = html` class="n"`;

/** The rows of a page are sorted by their first column. */
function keyOf({ key }: Column): Html | undefined {
  if (key === undefined) return undefined;
  return html` data-k="${key}"${key === 'count' && html` aria-sort="descending"`}`;
}

/** A table that may be wider than the screen. */
export function scrolling(label: string, table: Html): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${table}</div>`;
}

/** The last row of a table that does not show all, so that its sums are complete. */
export function othersRow(
  rows: number,
  noun: string,
  connections: number,
  columns: number,
): Html | undefined {
  if (rows === 0) return undefined;
  const text = `Others: ${count(rows, noun)} with ${count(connections, 'connection')}`;
  return html`<tr class="others"><td colspan="${columns}">${text}</td></tr>`;
}

/** For any table with columns of machines. */
export const LIST: Html = html` class="list"`;
