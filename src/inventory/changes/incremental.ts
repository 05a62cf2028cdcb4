// Compares captures that arrive piece by piece with a baseline, each piece as it arrives. The report is based on all
// pieces since the baseline: when something new was first seen and how often, and for how long something has been
// silent.

import type { Names } from '../../names/names.js';
import type { Evidence } from '../evidence.js';
import { type Changes, NO_CHANGES } from './changes.js';
import { type CompareSettings, compareSides } from './compare.js';

/** The captures since the baseline was written. */
export interface Pieces {
  /** The latest piece; undefined if there is none. */
  readonly fresh: Evidence | undefined;
  /** All pieces, with the latest; undefined if there are none. */
  readonly all: Evidence | undefined;
}

/** The changes since the baseline was written. */
export interface IncrementalChanges {
  /** The changes that the latest piece shows. */
  readonly news: Changes;
  readonly all: Changes;
}

export interface IncrementalSettings extends Omit<CompareSettings, 'shownIn'> {
  readonly goneProbability: number;
  /** Where the captures of earlier states of the baseline ended, ascending; microseconds since the epoch. */
  readonly timeline: readonly number[];
}

export function compareIncrementally(
  before: Evidence,
  { fresh, all: after }: Pieces,
  names: Names,
  { goneProbability, timeline, ...settings }: IncrementalSettings,
): IncrementalChanges {
  if (after === undefined) return { news: NO_CHANGES, all: NO_CHANGES };
  const sides = { before, after, goneProbability, timeline };
  const all = compareSides(sides, names, settings);
  if (fresh === undefined) return { news: NO_CHANGES, all };
  return { news: compareSides(sides, names, { ...settings, shownIn: fresh }), all };
}
