// Decides whether an address is kept or is counted as remote. Usually that is one load from the table of the first two
// bytes; only addresses with a prefix that is partly kept are looked up in the ranges. See src/tally/scope.ts.

import {
  MIXED,
  PREFIXES_4,
  PREFIXES_6,
  RANGE_COUNT_4,
  RANGE_COUNT_6,
  RANGES_4,
  RANGES_6,
} from '../tally/layout';

/**
 * Returns all bits set if this address, in the byte order of packets, is kept; otherwise none. It is a mask because about
 * half of the addresses are remote, in no order: a branch would be mispredicted half of the time.
 */
export function mask4(address: u32): u32 {
  const known = knownOf(PREFIXES_4, address & 0xffff);
  return 0 - (known === MIXED ? <u32>searches4(bswap(address)) : known);
}

export function mask6(address0: u64, address1: u64): u64 {
  const known: u64 = knownOf(PREFIXES_6, <u32>address0 & 0xffff);
  return 0 - (known === MIXED ? <u64>searches6(bswap(address0), bswap(address1)) : known);
}

function knownOf(table: usize, prefix: u32): u32 {
  return (load<u8>(table + (prefix >> 2)) >> <u8>((prefix & 3) << 1)) & 3;
}

function searches4(address: u32): bool {
  const ranges = load<u32>(RANGES_4);
  const count = load<u32>(RANGE_COUNT_4);
  let low: u32 = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (address > load<u32>(ranges + middle * 8, 4)) low = middle + 1;
    else high = middle;
  }
  return low < count && address >= load<u32>(ranges + low * 8);
}

function searches6(address0: u64, address1: u64): bool {
  const ranges = load<u32>(RANGES_6);
  const count = load<u32>(RANGE_COUNT_6);
  let low: u32 = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAbove(address0, address1, ranges + middle * 32 + 16)) low = middle + 1;
    else high = middle;
  }
  return low < count && !isBelow(address0, address1, ranges + low * 32);
}

function isAbove(address0: u64, address1: u64, bound: usize): bool {
  const bound0 = load<u64>(bound);
  return address0 > bound0 || (address0 === bound0 && address1 > load<u64>(bound, 8));
}

function isBelow(address0: u64, address1: u64, bound: usize): bool {
  const bound0 = load<u64>(bound);
  return address0 < bound0 || (address0 === bound0 && address1 < load<u64>(bound, 8));
}
