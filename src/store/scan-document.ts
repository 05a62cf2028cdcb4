// A scan is kept as a document of an inventory that has nothing else.

import { renderDocument } from '../inventory/document/writer.js';
import type { Scan } from '../inventory/scan.js';
import { NOTHING_FOLDED } from '../tally/tally.js';
import { NO_TOTALS } from '../tally/totals.js';

export function scanDocument(scan: Scan): string {
  const contents = {
    captures: [],
    totals: NO_TOTALS,
    folded: NOTHING_FOLDED,
    connections: [],
    scans: [scan],
  };
  return [...renderDocument(contents)].join('');
}
