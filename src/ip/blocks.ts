// Sets of addresses as CIDR blocks, exact or widened. Firewalls take blocks; most of them do not take other ranges.

import { ADDRESS_BITS, type AddressRange, blockOf } from './address.js';
import { mergeRanges } from './merge-ranges.js';

/** Returns the same addresses as the fewest CIDR blocks, ascending. */
export function blocksOf(ranges: readonly AddressRange[]): AddressRange[] {
  const blocks: AddressRange[] = [];
  for (const { family, first, last } of mergeRanges(ranges)) {
    for (let from = first; from <= last; ) {
      // The largest block that begins here and does not end after the range.
      let size = from === 0n ? 1n << BigInt(ADDRESS_BITS[family]) : from & -from;
      while (from + size - 1n > last) size >>= 1n;
      blocks.push({ family, first: from, last: from + size - 1n });
      from += size;
    }
  }
  return blocks;
}

/** The number of addresses in ranges that do not overlap. */
export function countAddresses(ranges: readonly AddressRange[]): bigint {
  return ranges.reduce((sum, { first, last }) => sum + (last - first + 1n), 0n);
}

/** The number of leading bits that all addresses of a CIDR block share. */
export function prefixLengthOf({ family, first, last }: AddressRange): number {
  return ADDRESS_BITS[family] - ((last - first + 1n).toString(2).length - 1);
}

/**
 * Returns fewer CIDR blocks that contain all of these, which are the exact blocks of one family. They have at most
 * `factor` times the addresses. Small blocks are united first, where uniting them adds the fewest addresses for each
 * block that it saves.
 * @param factor a whole number, at least 1
 */
export function widenBlocks(exact: readonly AddressRange[], factor: number): AddressRange[] {
  let spare = countAddresses(exact) * BigInt(factor - 1);
  let blocks: readonly AddressRange[] = exact;
  const lengths = new Set(exact.slice(1).map((block, at) => commonLength(exact[at] as AddressRange, block)));
  for (const length of [...lengths].sort((a, b) => b - a)) {
    const groups = groupByBlock(blocks, length);
    const unions = groups.filter(({ parts }) => parts.length > 1).sort(compareGroups);
    for (const group of unions) {
      if (group.cost > spare) continue;
      spare -= group.cost;
      group.isUnited = true;
    }
    blocks = groups.flatMap(({ union, parts, isUnited }) => (isUnited ? [union] : parts));
  }
  return [...blocks];
}

/** Blocks that lie in one larger block. */
interface Group {
  readonly union: AddressRange;
  readonly parts: AddressRange[];
  /** The number of addresses that uniting the parts adds. */
  cost: bigint;
  isUnited: boolean;
}

function groupByBlock(blocks: readonly AddressRange[], length: number): Group[] {
  const groups: Group[] = [];
  for (const block of blocks) {
    const before = groups.at(-1);
    const size = block.last - block.first + 1n;
    if (before !== undefined && block.first <= before.union.last) {
      before.parts.push(block);
      before.cost -= size;
      continue;
    }
    const around = blockOf(block.family, block.first, length);
    const union = around.last < block.last ? block : around;
    groups.push({ union, parts: [block], cost: union.last - union.first + 1n - size, isUnited: false });
  }
  return groups;
}

function compareGroups(a: Group, b: Group): number {
  const [ofA, ofB] = [a.cost * savedBy(b), b.cost * savedBy(a)];
  if (ofA === ofB) return a.union.first < b.union.first ? -1 : 1;
  return ofA < ofB ? -1 : 1;
}

function savedBy({ parts }: Group): bigint {
  return BigInt(parts.length - 1);
}

/** The length of the longest prefix that both blocks have. */
function commonLength(a: AddressRange, b: AddressRange): number {
  return ADDRESS_BITS[a.family] - (a.first ^ b.last).toString(2).length;
}
