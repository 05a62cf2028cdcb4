// Folds rows when there are too many: those with the fewest SYN-ACKs are given up, and only their sums are kept.

import {
  COUNT_SHIFT,
  COUNTER_COUNT,
  FOLDED,
  FOLDED_EVIDENCE,
  HAS_ACTIVITY,
  MAX_COUNT,
  UNKNOWN_EVIDENCE,
} from '../tally/layout';
import { recountEntries } from './activity/slices';
import { Counters } from './counters';
import { moveTargets } from './handshakes';
import { moveRecords } from './repeats';
import { Rows } from './rows';
import { rows4, rows6 } from './tables';

/** Counts below this are sorted by counting them; few rows have more. */
const SMALL_COUNTS: u32 = 4096;

/**
 * Folds rows until `keep` are left: those with the fewest SYN-ACKs first and, among equal ones, those that came later. A
 * flood of forged addresses makes rows of one packet each, so the rows from before it are kept.
 */
export function fold(keep: u32): void {
  if (rows4.size + rows6.size <= keep) return;
  const threshold = findThreshold(keep);
  const equals = keep - countFrom(rows4, threshold + 1) - countFrom(rows6, threshold + 1);
  retain(6, rows6, threshold, retain(4, rows4, threshold, equals));
  if (load<u32>(HAS_ACTIVITY) !== 0) recountEntries();
}

/** Finds the largest count that at least `keep` rows reach. */
function findThreshold(keep: u32): u64 {
  const histogram = heap.alloc(SMALL_COUNTS * 4);
  memory.fill(histogram, 0, SMALL_COUNTS * 4);
  let reached = countInto(histogram, rows4) + countInto(histogram, rows6);
  let threshold: u64 = SMALL_COUNTS;
  if (reached >= keep) {
    threshold = findLargeThreshold(keep);
  } else {
    while (reached < keep) {
      threshold -= 1;
      reached += load<u32>(histogram + <usize>threshold * 4);
    }
  }
  heap.free(histogram);
  return threshold;
}

/** Counts the rows with each small count, and returns the number of the others. */
function countInto<R>(histogram: usize, rows: Rows<R>): u32 {
  let large: u32 = 0;
  for (let at: u32 = 0; at < rows.size; at++) {
    const count = rows.row(at).counted >> COUNT_SHIFT;
    if (count < SMALL_COUNTS) {
      const place = histogram + <usize>count * 4;
      store<u32>(place, load<u32>(place) + 1);
    } else {
      large += 1;
    }
  }
  return large;
}

/** The same for large counts, by bisection. */
function findLargeThreshold(keep: u32): u64 {
  let low: u64 = SMALL_COUNTS;
  let high: u64 = MAX_COUNT + 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (countFrom(rows4, middle) + countFrom(rows6, middle) >= keep) low = middle;
    else high = middle;
  }
  return low;
}

/** Counts the rows with at least this count. */
function countFrom<R>(rows: Rows<R>, least: u64): u32 {
  let found: u32 = 0;
  for (let at: u32 = 0; at < rows.size; at++) {
    if (rows.row(at).counted >> COUNT_SHIFT >= least) found += 1;
  }
  return found;
}

/** Keeps the rows above the threshold and `equalsToKeep` equal to it, in their order; returns how many more could be kept. */
function retain<R>(family: u32, rows: Rows<R>, threshold: u64, equalsToKeep: u32): u32 {
  const counters = rows.counters;
  const places = counters.isOpen ? heap.alloc(<usize>rows.size * 4) : 0;
  let equals = equalsToKeep;
  let kept: u32 = 0;
  for (let at: u32 = 0; at < rows.size; at++) {
    const row = rows.row(at);
    const count = row.counted >> COUNT_SHIFT;
    if (count > threshold || (count === threshold && equals > 0)) {
      if (count === threshold) equals -= 1;
      if (kept !== at) rows.move(at, kept);
      kept += 1;
      if (places !== 0) store<u32>(places + <usize>at * 4, kept);
    } else {
      noteFolded(<f64>count, row.first, row.last);
      if (places !== 0) {
        store<u32>(places + <usize>at * 4, 0);
        foldEvidence(counters, at);
      }
    }
  }
  if (places !== 0) {
    moveTargets(family, places);
    moveRecords(family, places);
    heap.free(places);
  }
  rows.truncate(kept);
  return equals;
}

function noteFolded(count: f64, first: f64, last: f64): void {
  store<f64>(FOLDED, load<f64>(FOLDED) + 1);
  store<f64>(FOLDED, load<f64>(FOLDED, 8) + count, 8);
  store<f64>(FOLDED, min(load<f64>(FOLDED, 16), first), 16);
  store<f64>(FOLDED, max(load<f64>(FOLDED, 24), last), 24);
}

function foldEvidence(counters: Counters, row: u32): void {
  if (load<f64>(FOLDED_EVIDENCE) === UNKNOWN_EVIDENCE) return;
  if (counters.isUnknown(row)) {
    store<f64>(FOLDED_EVIDENCE, UNKNOWN_EVIDENCE);
    return;
  }
  for (let counter: u32 = 0; counter < <u32>COUNTER_COUNT; counter++) {
    const at = FOLDED_EVIDENCE + counter * 8;
    store<f64>(at, load<f64>(at) + counters.valueOf(row, counter));
  }
}
