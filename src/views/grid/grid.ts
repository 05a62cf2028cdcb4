// The data of tables, CSV and Markdown: columns, and the rows from which they read their cells. It knows neither what the
// rows are nor how they are drawn.

import type { Look } from '../screen.js';

export interface GridColumn<Row> {
  /** Its name in the header of CSV; absent if CSV does not have the column. */
  readonly key?: string;
  /** The heading for people; absent if they do not see the column. */
  readonly heading?: string;
  readonly isRightAligned?: boolean;
  /** How a table on a terminal treats the column; CSV and Markdown ignore it. */
  readonly onScreen?: ScreenColumn<Row>;
  /** Returns text that may come from outside: each view must escape it. */
  readonly cell: (row: Row) => string;
}

/** Without any of these, the cells of a column are always shown completely. */
export interface ScreenColumn<Row> {
  /** Cells are cut to this width, or less if there is no other way; absent if they must not be cut. */
  readonly leastWidth?: number;
  /** Columns are left out of a table that is too wide in the order of these numbers; absent if it must stay. */
  readonly leaveOut?: number;
  /** The cell as a table shows it, if that is not the cell of the other formats. */
  readonly cell?: (row: Row) => string;
  /** The cell in a column of this width, if it is not simply cut. */
  readonly cellOfWidth?: (row: Row, width: number) => string;
  /** The cell of a table that is too wide. */
  readonly shortCell?: (row: Row) => string;
  /** A cell that says nothing: a column of such cells, or of empty ones, is not shown. */
  readonly isNothing?: (row: Row) => boolean;
  readonly look?: (row: Row) => Look | undefined;
}

export type ShownColumn<Row> = GridColumn<Row> & { readonly heading: string };

/** Can be read any number of times. */
interface GridRows<Row> extends Iterable<Row> {
  readonly length: number;
}

export interface Grid<Row> {
  readonly columns: readonly GridColumn<Row>[];
  readonly rows: GridRows<Row>;
  /** Sentences about what the rows do not show. */
  readonly notes: readonly string[];
  /** Says that there is nothing to show, and why. */
  readonly empty: string;
  /** Says what is missing if only the first `shown` rows are shown. */
  readonly describeHidden: (shown: number) => string;
}

/** The columns that people see. */
export function shownColumns<Row>({ columns }: Grid<Row>): ShownColumn<Row>[] {
  return columns.filter((column): column is ShownColumn<Row> => column.heading !== undefined);
}
