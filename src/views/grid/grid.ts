// The data of tables, CSV and Markdown: columns, and the rows from which they read their cells. It knows neither what the
// rows are nor how they are drawn.

export interface GridColumn<Row> {
  /** Its name in the header of CSV; absent if CSV does not have the column. */
  readonly key?: string;
  /** The heading for people; absent if they do not see the column. */
  readonly heading?: string;
  readonly isRightAligned?: boolean;
  /** Returns text that may come from outside: each view must escape it. */
  readonly cell: (row: Row) => string;
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
