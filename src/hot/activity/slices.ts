// The slices of time in which a tally counts the activity of its rows. They begin with seconds, and are made wider when there
// are too many slices, or too many entries of rows. Each width divides the next one, so nothing is lost, and the width depends
// only on all that was counted, not on the order: a part of it never needs wider slices than the whole.

import {
  ACTIVITY_ENTRIES,
  ACTIVITY_ENTRY,
  FIRST_SLICE,
  LAST_SLICE,
  MAX_ENTRIES,
  MAX_SECOND,
  MAX_SLICES,
  NO_SLICE,
  OTHER_FIRST,
  OTHER_WIDTH,
  SLICE_STEP,
  SLICE_STEPS,
  SLICE_WIDTH,
  SLICE_WIDTHS,
} from '../../tally/layout';
import { Blocks } from '../blocks';
import { Rows } from '../rows';
import { rows4, rows6 } from '../tables';
import { addToSlice, joinSlices } from './block';

/** Returns the second of a time in microseconds since the epoch. src/tally/activity.ts has it too. */
function secondOf(time: f64): u32 {
  return <u32>max<f64>(0, min<f64>(floor<f64>(time / 1000000), <f64>MAX_SECOND));
}

/** Adds the last batch of rows, each of one SYN-ACK. */
export function addActivity<R>(rows: Rows<R>, from: usize, count: u32): void {
  let first: u32 = MAX_SECOND;
  let last: u32 = 0;
  for (let at: u32 = 0; at < count; at++) {
    const second = secondOf(changetype<R>(from + at * offsetof<R>()).first);
    first = min(first, second);
    last = max(last, second);
  }
  if (count > 0) holdSeconds(first, last);
  const width = load<u32>(SLICE_WIDTH);
  const blocks = rows.openActivity();
  for (let at: u32 = 0; at < count; at++) {
    const index = rows.indexOf(at);
    const second = secondOf(changetype<R>(from + at * offsetof<R>()).first);
    blocks.put(index, addToSlice(blocks.of(index), second / width, 1));
  }
  limitEntries();
}

/** Prepares for blocks of another tally, by its widest slices. */
export function holdSlices(step: u32, first: u32, last: u32): void {
  while (load<u32>(SLICE_STEP) < step) widen();
  const width = widthOf(step);
  store<u32>(OTHER_WIDTH, width);
  store<u32>(OTHER_FIRST, first);
  if (first <= last) holdSeconds(first * width, last * width);
}

/** Makes the slices so wide that there are not too many entries. */
export function limitEntries(): void {
  while (load<u32>(ACTIVITY_ENTRIES) > <u32>MAX_ENTRIES && load<u32>(SLICE_STEP) < <u32>SLICE_STEPS - 1)
    widen();
}

/** Counts the entries again, after rows were given up. */
export function recountEntries(): void {
  const length =
    rows4.activity.lengthOf(rows4.size) +
    rows6.activity.lengthOf(rows6.size) -
    8 * (rows4.activity.countOf(rows4.size) + rows6.activity.countOf(rows6.size));
  store<u32>(ACTIVITY_ENTRIES, <u32>(length / ACTIVITY_ENTRY));
}

/** Begins again with the finest slices. The rows have been forgotten. */
export function clearSlices(): void {
  store<u32>(ACTIVITY_ENTRIES, 0);
  store<u32>(SLICE_STEP, 0);
  store<u32>(SLICE_WIDTH, widthOf(0));
  store<u32>(FIRST_SLICE, NO_SLICE);
  store<u32>(LAST_SLICE, 0);
}

/** Makes these seconds, and all before, be in a few successive slices. */
function holdSeconds(firstSecond: u32, lastSecond: u32): void {
  for (;;) {
    const width = load<u32>(SLICE_WIDTH);
    const first = min(load<u32>(FIRST_SLICE), firstSecond / width);
    const last = max(load<u32>(LAST_SLICE), lastSecond / width);
    if (last - first < <u32>MAX_SLICES) {
      store<u32>(FIRST_SLICE, first);
      store<u32>(LAST_SLICE, last);
      return;
    }
    widen();
  }
}

/** Goes to the next width. The widest has two slices at most. */
function widen(): void {
  const step = load<u32>(SLICE_STEP) + 1;
  const by = widthOf(step) / load<u32>(SLICE_WIDTH);
  joinAll(rows4.activity, rows4.size, by);
  joinAll(rows6.activity, rows6.size, by);
  recountEntries();
  if (load<u32>(FIRST_SLICE) !== <u32>NO_SLICE) {
    store<u32>(FIRST_SLICE, load<u32>(FIRST_SLICE) / by);
    store<u32>(LAST_SLICE, load<u32>(LAST_SLICE) / by);
  }
  store<u32>(SLICE_STEP, step);
  store<u32>(SLICE_WIDTH, widthOf(step));
}

function joinAll(blocks: Blocks, rows: u32, by: u32): void {
  for (let row: u32 = 0; row < rows; row++) {
    const block = blocks.of(row);
    if (block !== 0) blocks.put(row, joinSlices(block, by));
  }
}

/** Seconds. */
function widthOf(step: u32): u32 {
  return load<u32>(SLICE_WIDTHS + step * 4);
}
