// What the table, CSV and Markdown are made from: columns, and rows that their cells are read from. It knows
// neither what the rows are nor how they are drawn.

export interface GridColumn<Row> {
  /** Its name in the header of CSV, where a column without one is left out. */
  readonly key?: string;
  /** What people read above it; they do not see a column without one. */
  readonly heading?: string;
  readonly isRightAligned?: boolean;
  /** As it came from outside: each view escapes it. */
  readonly cell: (row: Row) => string;
}

export type ShownColumn<Row> = GridColumn<Row> & { readonly heading: string };

/** To be read as often as one likes. */
interface GridRows<Row> extends Iterable<Row> {
  readonly length: number;
}

export interface Grid<Row> {
  readonly columns: readonly GridColumn<Row>[];
  readonly rows: GridRows<Row>;
  /** Sentences on what the rows do not show. */
  readonly notes: readonly string[];
  /** Says that there is nothing to show, and why. */
  readonly empty: string;
  /** Says what is not shown if only so many rows are. */
  readonly describeHidden: (shown: number) => string;
}

/** The columns that people see. */
export function shownColumns<Row>({ columns }: Grid<Row>): ShownColumn<Row>[] {
  return columns.filter((column): column is ShownColumn<Row> => column.heading !== undefined);
}
