// Sets of addresses and ports, as ranges.

import { type AddressRange, compareAddresses } from '../../ip/address.js';
import type { PortRange } from '../../ip/port.js';

/** Returns the addresses of the first set that are not in the second. Both must be results of mergeRanges. */
export function subtractRanges(
  ranges: readonly AddressRange[],
  without: readonly AddressRange[],
): AddressRange[] {
  const left: AddressRange[] = [];
  let at = 0;
  for (const { family, first, last } of ranges) {
    let start = first;
    while (at < without.length && isBefore(without[at] as AddressRange, family, first)) at += 1;
    for (let next = at; next < without.length; next++) {
      const hole = without[next] as AddressRange;
      if (hole.family !== family || hole.first > last) break;
      if (hole.first > start) left.push({ family, first: start, last: hole.first - 1n });
      start = hole.last + 1n;
    }
    if (start <= last) left.push({ family, first: start, last });
  }
  return left;
}

export function countAddresses(ranges: readonly AddressRange[]): bigint {
  return ranges.reduce((count, { first, last }) => count + last - first + 1n, 0n);
}

/** Joins ranges that overlap or touch, and sorts them in ascending order. */
export function mergePorts(ranges: readonly PortRange[]): PortRange[] {
  const merged: PortRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.first - b.first)) {
    const before = merged.at(-1);
    if (before === undefined || range.first > before.last + 1) merged.push(range);
    else if (range.last > before.last) merged[merged.length - 1] = { ...before, last: range.last };
  }
  return merged;
}

/** Whether the range ends before the address. */
function isBefore(range: AddressRange, family: 4 | 6, value: bigint): boolean {
  return compareAddresses({ family: range.family, value: range.last }, { family, value }) < 0;
}
