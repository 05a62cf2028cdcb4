// Remarks on the packets that were not decoded when a saved inventory or a store was made.

import type { Undecoded } from '../../inventory/inventory.js';
import type { Totals } from '../../tally/totals.js';
import type { Problem } from '../../text/problem.js';

/** The counts were read completely, so packets that were not decoded are only a note. */
export async function noteUndecoded({
  totals,
  undecoded = [],
}: {
  readonly totals: Totals;
  readonly undecoded?: readonly Undecoded[] | undefined;
}): Promise<{ notes?: Problem[] }> {
  if (undecoded.length === 0) return {};
  const { judgeUndecoded } = await import('./undecoded.js');
  const { problems, notes } = judgeUndecoded(undecoded, totals.packetsRead, totals.synAcks);
  const all = [...problems, ...notes];
  return all.length === 0 ? {} : { notes: all };
}
