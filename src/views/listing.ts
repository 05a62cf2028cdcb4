// Services or hosts to be shown, with what is to be told of where they come from.

import type { Inventory } from '../inventory/inventory.js';
import type { GridRows } from './grid/grid.js';

export interface Listing<Row> {
  /** In the order in which they are shown. */
  readonly rows: GridRows<Row>;
  readonly inventory: Pick<Inventory, 'inputs' | 'captures' | 'totals' | 'scans'>;
  /** Rows of the tally given up at the memory ceiling: what only they knew is not in `rows`. */
  readonly foldedRows: number;
  /** Rows that patterns left out. */
  readonly filteredOut: number;
}
