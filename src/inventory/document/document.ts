// The contents of a saved inventory, as docs/inventory.md describes it, and how they are added to a tally.

import type { AddressRange } from '../../ip/address.js';
import type { TallyRow } from '../../tally/rows.js';
import type { Folded, Tally } from '../../tally/tally.js';
import { packetsByClassOf, type Totals } from '../../tally/totals.js';
import type { CaptureRecord, Undecoded } from '../inventory.js';
import type { Scan } from '../scan.js';

export const SCHEMA = 'synsum.inventory';
/** Raised when a field is removed, is renamed, or changes its type or meaning. */
export const VERSION = 2;

/** The contents of a saved inventory; docs/inventory.md describes the fields. Times are microseconds since the epoch. */
export interface InventoryDocument {
  readonly captures: readonly CaptureRecord[];
  readonly totals: Totals;
  readonly folded: Folded;
  /** Packets that were not decoded to their end, in the order of the document; undefined if that is not known. */
  readonly undecoded?: readonly Undecoded[] | undefined;
  /** Addresses that were counted one by one in all captures; undefined if that is not known. */
  readonly kept?: readonly AddressRange[] | undefined;
  /** In the order of the document. */
  readonly connections: Iterable<TallyRow>;
  readonly scans: readonly Scan[];
}

/** The parts of a document that are not added to a tally. */
export interface DocumentRest extends Pick<InventoryDocument, 'captures' | 'scans' | 'undecoded'> {
  readonly totals: Pick<Totals, 'bytesRead' | 'bytesSkipped' | 'gaps'>;
}

/** Adds the rows and numbers of a document to a tally, and returns the rest of it. */
export function applyDocument(document: InventoryDocument, tally: Tally): DocumentRest {
  const { captures, totals, folded, undecoded, connections, scans } = document;
  for (const row of connections) tally.addRow(row);
  tally.addCounts(packetsByClassOf(totals), totals.outsideTime, folded);
  const { bytesRead, bytesSkipped, gaps } = totals;
  return { captures, scans, undecoded, totals: { bytesRead, bytesSkipped, gaps } };
}
