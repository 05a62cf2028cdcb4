// Sets of addresses as ranges.

import { type Address, type AddressRange, compareAddresses } from './address.js';

/** Returns the same addresses as disjoint ranges in ascending order, with gaps between them. */
export function mergeRanges(ranges: readonly AddressRange[]): AddressRange[] {
  const merged: AddressRange[] = [];
  for (const range of ranges.toSorted((a, b) => compareAddresses(firstOf(a), firstOf(b)))) {
    const before = merged.at(-1);
    if (before === undefined || before.family !== range.family || range.first > before.last + 1n) {
      merged.push(range);
    } else if (range.last > before.last) {
      merged[merged.length - 1] = { ...before, last: range.last };
    }
  }
  return merged;
}

function firstOf({ family, first }: AddressRange): Address {
  return { family, value: first };
}
