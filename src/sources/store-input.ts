// Reads a store into a tally. Loaded only when a store is named.

import { SAVED_STORE } from '../inventory/inventory.js';
import { StoreError } from '../store/errors.js';
import { openToAsk } from '../store/open.js';
import { parseStoreName, type Selection } from '../store/selection.js';
import type { Tally } from '../tally/tally.js';
import { makeProblem } from '../text/problem.js';
import { type InputResult, nothingRead } from './input-result.js';
import { noteUndecoded } from './problems/note-undecoded.js';

/** Adds what is asked of a store to a tally. The times of the tally, if it has any, limit the question further. */
export async function readStoreInput(name: string, tally: Tally): Promise<InputResult> {
  try {
    const { path, selection } = parseStoreName(name, Date.now());
    const store = await openToAsk(path);
    try {
      const answered = await store.answer(within(selection, tally), tally);
      const { captures, scans, kept, totals, undecoded } = answered;
      const notes = [...answered.notes, ...((await noteUndecoded(answered)).notes ?? [])];
      const packetsRead = captures.reduce((sum, capture) => sum + capture.packetsRead, 0);
      const { bytesRead, bytesSkipped, gaps } = totals;
      return {
        report: {
          name,
          format: SAVED_STORE,
          linkTypes: [],
          packetsRead,
          ...(undecoded === undefined ? {} : { undecoded }),
          captures,
          problems: store.missing,
          ...(notes.length === 0 ? {} : { notes }),
        },
        scans,
        kept,
        bytesRead,
        bytesSkipped,
        gaps,
      };
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    // A store is used completely or not at all, as a saved inventory is.
    tally.takePart();
    return nothingRead(name, [makeProblem('invalid-document', error.message)]);
  }
}

function within(selection: Selection, { options }: Tally): Selection {
  const later = [selection.since, options.since].filter((time) => time !== undefined);
  const earlier = [selection.until, options.until].filter((time) => time !== undefined);
  return {
    ...selection,
    ...(later.length === 0 ? {} : { since: Math.max(...later) }),
    ...(earlier.length === 0 ? {} : { until: Math.min(...earlier) }),
  };
}
