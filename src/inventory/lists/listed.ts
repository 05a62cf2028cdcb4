// A list of services or machines, whatever its rows are.

/** The rows of a list, and how much they leave out. */
export interface Listed<Row> {
  readonly rows: readonly Row[];
  /** Rows that the query left out. */
  readonly filteredOut: number;
  /** Rows that `top` cut off. */
  readonly cutRows: number;
  /**
   * Rows of client, server and port that did not fit into memory; anything known only from them is missing.
   */
  readonly foldedRows: number;
}
