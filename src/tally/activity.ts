// How often rows were seen in each slice of time, if it is asked for: at most 128 successive slices of one width for the whole
// tally, from a second up. They are made wider as the time grows, by whole numbers, so that counts stay exact, and add up to
// the same in any order. The counting is in src/hot/activity.

import type { Engine } from './engine.js';
import {
  FIRST_SLICE,
  HAS_ACTIVITY,
  LAST_SLICE,
  MAX_SECOND,
  SLICE_BITS,
  SLICE_STEP,
  SLICE_STEPS,
  SLICE_WIDTH,
  SLICE_WIDTHS,
} from './layout.js';

/** The slices of a tally. Times are in microseconds; the first slice begins at a multiple of the width. */
export interface TimeSlices {
  readonly start: number;
  readonly width: number;
  readonly count: number;
}

/** Activity as one thread passes it to another: blocks of the rows, and their slices. */
export interface ActivityPart {
  readonly blocks4: Uint8Array;
  readonly blocks6: Uint8Array;
  readonly step: number;
  readonly first: number;
  readonly last: number;
}

const SECOND = 1_000_000;
const DAY = 86_400;
/** Seconds; each divides the next one. They end where two slices are enough for all times. */
const WIDTHS: readonly number[] = [
  ...[1, 5, 10, 30, 60, 300, 600, 1200, 3600, 7200, 21_600, 43_200],
  ...Array.from({ length: 16 }, (_, doubled) => DAY * 2 ** doubled),
];
const ENTRY_UPPER = 2 ** (32 - SLICE_BITS);
const SLICE_MASK = 2 ** SLICE_BITS - 1;

/** Prepares the memory of a new engine for counting activity. */
export function prepareActivity(engine: Engine): void {
  const view = new DataView(engine.memory.buffer);
  view.setUint32(HAS_ACTIVITY, 1, true);
  for (let step = 0; step < SLICE_STEPS; step++) {
    view.setUint32(SLICE_WIDTHS + step * 4, WIDTHS[step] as number, true);
  }
  engine.clearSlices();
}

/** Returns the slices of an engine's memory; undefined if nothing was counted. */
export function readSlices(view: DataView): TimeSlices | undefined {
  const [width, first, last] = [SLICE_WIDTH, FIRST_SLICE, LAST_SLICE].map((at) => view.getUint32(at, true));
  if (width === undefined || first === undefined || last === undefined || first > last) return undefined;
  return { start: first * width * SECOND, width: width * SECOND, count: last - first + 1 };
}

/** The slices as they are in a part. */
export function slicesOfPart(view: DataView): Omit<ActivityPart, 'blocks4' | 'blocks6'> {
  const [step = 0, first = 0, last = 0] = [SLICE_STEP, FIRST_SLICE, LAST_SLICE].map((at) =>
    view.getUint32(at, true),
  );
  return { step, first, last };
}

/** Adds the activity of a row to sums by slice. @param block where its block is, with its length */
export function addActivity(view: DataView, block: number, sums: Float64Array): void {
  const first = view.getUint32(FIRST_SLICE, true);
  const end = block + 4 + view.getUint32(block, true);
  for (let at = block + 4; at < end; at += 8) {
    const lower = view.getUint32(at, true);
    const count = view.getUint32(at + 4, true) * ENTRY_UPPER + (lower >>> SLICE_BITS);
    sums[((lower - first) & SLICE_MASK) >>> 0]! += count;
  }
}

/**
 * Prepares an engine for the activity of a saved row, and returns its block; undefined if it is not known when its SYN-ACKs
 * came. They all came in one second, or in one slice of this length.
 * @param unit microseconds
 */
export function activityOf(
  engine: Engine,
  { first, last, count }: { readonly first: number; readonly last: number; readonly count: number },
  unit: number | undefined,
): Uint8Array | undefined {
  const isOneSecond = secondOf(first) === secondOf(last);
  const step = isOneSecond ? 0 : WIDTHS.indexOf((unit ?? 0) / SECOND);
  const width = WIDTHS[step];
  if (width === undefined) return undefined;
  const slice = Math.floor(secondOf(first) / width);
  if (slice !== Math.floor(secondOf(last) / width)) return undefined;
  engine.holdSlices(step, slice, slice);
  const block = new Uint8Array(8);
  const lower = (count % ENTRY_UPPER) * 2 ** SLICE_BITS + (slice & SLICE_MASK);
  new DataView(block.buffer).setUint32(0, lower, true);
  new DataView(block.buffer).setUint32(4, Math.floor(count / ENTRY_UPPER), true);
  return block;
}

/** src/hot/activity/slices.ts has the same arithmetic in AssemblyScript. */
function secondOf(time: number): number {
  return Math.max(0, Math.min(Math.floor(time / SECOND), MAX_SECOND));
}
