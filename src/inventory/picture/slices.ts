// The SYN-ACKs of services in each slice of time, where a tally has counted them. Saved inventories do not say when each of
// their SYN-ACKs came, so a service that they know has no counts.

import type { Tally } from '../../tally/tally.js';
import type { Use } from '../evidence.js';
import type { Activity } from './spans.js';

/** Counts the slices of each service. @param usesOf the use of each service that is on the map */
export function countSlices(
  activity: readonly Activity[],
  usesOf: ReadonlyMap<Activity, readonly Use[]>,
  tally: Tally,
): Activity[] {
  const slices = tally.timeSlices?.count ?? 0;
  const [rows4, rows6] = [tally.readRows(4), tally.readRows(6)];
  return activity.map((service) => {
    const counts = new Float64Array(slices);
    let missing = 0;
    for (const { row = 0, count } of usesOf.get(service) ?? []) {
      missing += count;
      if (row < rows4.size) rows4.addActivityOf(row, counts);
      else rows6.addActivityOf(row - rows4.size, counts);
    }
    for (const count of counts) missing -= count;
    return slices > 0 && missing === 0 ? { ...service, counts: [...counts] } : service;
  });
}
