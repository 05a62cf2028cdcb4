// Sets of addresses as ranges.

import { ADDRESS_BITS, type Address, type AddressRange, compareAddresses } from './address.js';

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

/** Returns the addresses that are in ranges of both, as `mergeRanges` does. */
export function intersectRanges(a: readonly AddressRange[], b: readonly AddressRange[]): AddressRange[] {
  const [left, right] = [mergeRanges(a), mergeRanges(b)];
  const common: AddressRange[] = [];
  for (let [i, j] = [0, 0]; i < left.length && j < right.length; ) {
    const [one, other] = [left[i] as AddressRange, right[j] as AddressRange];
    if (one.family === other.family) {
      let { first, last } = one;
      if (other.first > first) first = other.first;
      if (other.last < last) last = other.last;
      if (first <= last) common.push({ family: one.family, first, last });
    }
    if (compareAddresses(lastOf(one), lastOf(other)) < 0) i += 1;
    else j += 1;
  }
  return common;
}

/** Whether an address is in one of the ranges, which are ascending and disjoint, as `mergeRanges` returns them. */
export function includesAddress(ranges: readonly AddressRange[], address: Address): boolean {
  let from = 0;
  let to = ranges.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (compareAddresses(lastOf(ranges[middle] as AddressRange), address) < 0) from = middle + 1;
    else to = middle;
  }
  const range = ranges[from];
  return range !== undefined && compareAddresses(firstOf(range), address) <= 0;
}

function lastOf({ family, last }: AddressRange): Address {
  return { family, value: last };
}

function firstOf({ family, first }: AddressRange): Address {
  return { family, value: first };
}

/** Returns the addresses of a family that are in none of the ranges, which are as `mergeRanges` returns them. */
export function complementOf(family: 4 | 6, ranges: readonly AddressRange[]): AddressRange[] {
  const others: AddressRange[] = [];
  const last = (1n << BigInt(ADDRESS_BITS[family])) - 1n;
  let next = 0n;
  for (const range of ranges) {
    if (range.family !== family) continue;
    if (range.first > next) others.push({ family, first: next, last: range.first - 1n });
    next = range.last + 1n;
  }
  if (next <= last) others.push({ family, first: next, last });
  return others;
}
