// The hours in which a row was seen: for each hour of the day how often, and on which of the last days.
// src/tally/hours.ts explains and reads them. The layout is in src/tally/layout.ts.

import {
  DAYS_AT,
  ENTRIES_AT,
  FIRST_DAY,
  HOUR,
  HOUR_ENTRY,
  HOUR_SHIFT,
  HOURS_PER_DAY,
  KEPT_DAYS,
  LAST_HOUR,
  LATEST_DAY_AT,
  MAX_HOUR_COUNT,
} from '../tally/layout';

/** The days that are kept, as bits. */
const ALL_DAYS: u64 = ((<u64>1) << KEPT_DAYS) - 1;

/** Returns the number of the hour of a time in microseconds since the epoch. src/tally/hours.ts has it too, and says why. */
export function hourOf(time: f64): u32 {
  const hour = floor<f64>(time / <f64>HOUR) + <f64>(FIRST_DAY * HOURS_PER_DAY);
  return <u32>max<f64>(0, min<f64>(hour, <f64>LAST_HOUR));
}

/** Adds a SYN-ACK in an hour to a block, 0 for an empty one; returns where the block is from then on. */
export function addHour(block: usize, hour: u32): usize {
  return add(block, hour / HOURS_PER_DAY, hour % HOURS_PER_DAY, 1, 1);
}

/** Adds the hours of another block, which is not on the heap; returns where the first is from then on. */
export function uniteHours(block: usize, other: usize): usize {
  const end = other + 4 + load<u32>(other);
  const day = load<u32>(other, LATEST_DAY_AT);
  let united = block;
  for (let at = other + ENTRIES_AT; at < end; at += HOUR_ENTRY) {
    const counted = load<u32>(at);
    united = add(united, day, counted >> HOUR_SHIFT, counted & MAX_HOUR_COUNT, load<u64>(at, DAYS_AT));
  }
  return united;
}

/** @param days bit n is set if there were SYN-ACKs n days before `day` */
function add(block: usize, day: u32, hour: u32, count: u32, days: u64): usize {
  const own = block === 0 ? makeBlock(day) : block;
  const latest = load<u32>(own, LATEST_DAY_AT);
  if (day > latest) moveTo(own, day);
  const seen = day > latest ? days : earlier(days, latest - day);
  const end = own + 4 + load<u32>(own);
  let at = own + ENTRIES_AT;
  while (at < end && load<u32>(at) >> HOUR_SHIFT < hour) at += HOUR_ENTRY;
  if (at === end || load<u32>(at) >> HOUR_SHIFT !== hour) {
    return insert(own, at - own, (hour << HOUR_SHIFT) | count, seen);
  }
  const sum = min<u32>((load<u32>(at) & MAX_HOUR_COUNT) + count, MAX_HOUR_COUNT);
  store<u32>(at, (hour << HOUR_SHIFT) | sum);
  store<u64>(at, load<u64>(at, DAYS_AT) | seen, DAYS_AT);
  return own;
}

function makeBlock(day: u32): usize {
  const block = heap.alloc(ENTRIES_AT + HOUR_ENTRY);
  store<u32>(block, ENTRIES_AT - 4);
  store<u32>(block, day, LATEST_DAY_AT);
  return block;
}

/** Makes a later day the latest. */
function moveTo(block: usize, day: u32): void {
  const by = day - load<u32>(block, LATEST_DAY_AT);
  const end = block + 4 + load<u32>(block);
  for (let at = block + ENTRIES_AT; at < end; at += HOUR_ENTRY) {
    store<u64>(at, earlier(load<u64>(at, DAYS_AT), by), DAYS_AT);
  }
  store<u32>(block, day, LATEST_DAY_AT);
}

/** Returns the same days, as seen from this many days later. */
function earlier(days: u64, by: u32): u64 {
  return by < <u32>KEPT_DAYS ? (days << by) & ALL_DAYS : 0;
}

function insert(block: usize, place: usize, counted: u32, days: u64): usize {
  const length = load<u32>(block);
  const grown = heap.realloc(block, 4 + length + HOUR_ENTRY);
  const at = grown + place;
  memory.copy(at + HOUR_ENTRY, at, 4 + length - place);
  store<u32>(at, counted);
  store<u64>(at, days, DAYS_AT);
  store<u32>(grown, length + HOUR_ENTRY);
  return grown;
}
