// A list of services or hosts to show, and the inventory that it comes from.

import type { Inventory } from '../inventory/inventory.js';
import type { Listed } from '../inventory/lists/listed.js';

/** A list to show: `{ ...listServices(evidence, names), inventory }`. */
export interface Listing<Row> extends Listed<Row> {
  /** Whether CSV has the columns of evidence. */
  readonly hasEvidenceColumns?: boolean;
  /** The source of the rows: the views report its inputs, captures, scans and totals. */
  readonly inventory: Pick<Inventory, 'inputs' | 'captures' | 'totals' | 'scans'>;
}
