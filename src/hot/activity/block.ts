// How often a row was seen in each slice of time, as the block of a row. A tally has at most 128 successive slices, so an
// entry needs only the last bits of its slice's number: src/tally/layout.ts has the form, src/hot/activity/slices.ts the slices.

import {
  ACTIVITY_ENTRIES,
  ACTIVITY_ENTRY,
  FIRST_SLICE,
  OTHER_FIRST,
  OTHER_WIDTH,
  SLICE_BITS,
  SLICE_WIDTH,
} from '../../tally/layout';

const SLICE_MASK: u64 = (1 << SLICE_BITS) - 1;
const LENGTH: usize = 4;

/** Returns how many slices after `first` the slice of an entry is. */
function placeOf(entry: u64, first: u32): u32 {
  return (<u32>entry - first) & <u32>SLICE_MASK;
}

/** Adds SYN-ACKs in a slice to a block, 0 for an empty one; returns where the block is from then on. */
export function addToSlice(block: usize, slice: u32, count: u64): usize {
  const first = load<u32>(FIRST_SLICE);
  const place = slice - first;
  const length: usize = block === 0 ? 0 : load<u32>(block);
  let at = length;
  // Packets come in the order of time, so the slice is nearly always the last one.
  while (at > 0) {
    const before = block + LENGTH + at - ACTIVITY_ENTRY;
    const entry = load<u64>(before);
    const other = placeOf(entry, first);
    if (other === place) {
      store<u64>(before, entry + (count << SLICE_BITS));
      return block;
    }
    if (other < place) break;
    at -= ACTIVITY_ENTRY;
  }
  const size = LENGTH + length + ACTIVITY_ENTRY;
  const grown = block === 0 ? heap.alloc(size) : heap.realloc(block, size);
  const entryAt = grown + LENGTH + at;
  memory.copy(entryAt + ACTIVITY_ENTRY, entryAt, length - at);
  store<u64>(entryAt, (count << SLICE_BITS) | (<u64>slice & SLICE_MASK));
  store<u32>(grown, <u32>(length + ACTIVITY_ENTRY));
  store<u32>(ACTIVITY_ENTRIES, load<u32>(ACTIVITY_ENTRIES) + 1);
  return grown;
}

/** Adds another block, which is not on the heap and has the slices of OTHER; returns where the first is from then on. */
export function uniteActivity(block: usize, other: usize): usize {
  const first = load<u32>(OTHER_FIRST);
  const by = load<u32>(SLICE_WIDTH) / load<u32>(OTHER_WIDTH);
  const end = other + LENGTH + load<u32>(other);
  let united = block;
  for (let at = other + LENGTH; at < end; at += ACTIVITY_ENTRY) {
    const entry = load<u64>(at);
    united = addToSlice(united, (first + placeOf(entry, first)) / by, entry >> SLICE_BITS);
  }
  return united;
}

/** Joins each `by` slices of a block to one; returns where it is from then on. The slices have not been changed yet. */
export function joinSlices(block: usize, by: u32): usize {
  const first = load<u32>(FIRST_SLICE);
  const length: usize = load<u32>(block);
  let kept = block + LENGTH;
  let last: u32 = 0;
  for (let at: usize = 0; at < length; at += ACTIVITY_ENTRY) {
    const entry = load<u64>(block + LENGTH + at);
    const slice = (first + placeOf(entry, first)) / by;
    if (at > 0 && slice === last) {
      const before = kept - ACTIVITY_ENTRY;
      store<u64>(before, load<u64>(before) + (entry & ~SLICE_MASK));
      continue;
    }
    store<u64>(kept, (entry & ~SLICE_MASK) | (<u64>slice & SLICE_MASK));
    kept += ACTIVITY_ENTRY;
    last = slice;
  }
  const left = kept - block - LENGTH;
  store<u32>(block, <u32>left);
  return left === length ? block : heap.realloc(block, LENGTH + left);
}
