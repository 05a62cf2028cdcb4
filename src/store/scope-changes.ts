// When what counted as local changed, from the times at which each sensor began with each list of local addresses.

import { makeProblem, type Problem } from '../text/problem.js';
import { formatShort } from '../text/time.js';

/** The first use of a list of local addresses by a sensor. */
interface FirstUse {
  readonly sensor: unknown;
  /** Microseconds since the epoch. */
  readonly start: number;
}

/** Says when sensors changed their lists. Sensors may have different lists all the time. */
export function describeChanges(uses: readonly FirstUse[]): Problem[] {
  const sensors = new Set<unknown>();
  const changes = new Set<string>();
  for (const { sensor, start } of uses.toSorted((a, b) => a.start - b.start)) {
    if (sensors.has(sensor)) changes.add(formatShort(start));
    sensors.add(sensor);
  }
  return [...changes].map((start) =>
    makeProblem(
      'other',
      `the local and named addresses were changed before what was recorded from ${start} on, so machines may appear or vanish there that did not`,
    ),
  );
}
