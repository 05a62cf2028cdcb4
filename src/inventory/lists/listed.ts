// A list of services or machines, whatever its rows are.

import type { Basis } from '../verdicts/judge.js';

/** The rows of a list, and how much they leave out. */
export interface Listed<Row> {
  readonly rows: readonly Row[];
  /** Rows that the query left out. */
  readonly filteredOut: number;
  /** Those of them that `only` left out, and not a pattern; absent if there are none. */
  readonly unchosen?: number;
  /** Rows left out because their connections are not the use of a service; absent if there are none. */
  readonly notServices?: number;
  /** The basis of the judgements of the rows, if they are judged. */
  readonly basis?: Basis;
  /** Rows that `top` cut off. */
  readonly cutRows: number;
  /**
   * Rows of client, server and port that did not fit into memory; anything known only from them is missing.
   */
  readonly foldedRows: number;
}
