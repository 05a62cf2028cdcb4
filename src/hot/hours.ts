// In which hours of the week a row was seen, and how often: an ascending list of 4-byte numbers, an hour each. The same as
// src/tally/hours.ts, which says why. The layout is in src/tally/layout.ts.

import { FIRST_HOUR, HOUR, HOUR_SHIFT, HOURS_PER_WEEK, MAX_HOUR_COUNT } from '../tally/layout';
import { insertAt, LENGTH, makeList, placeOf } from './list';

/** The hour of the week of a time in microseconds since the epoch, from 0 on. */
export function hourOf(time: f64): u32 {
  const hour = floor<f64>(time / <f64>HOUR) + <f64>FIRST_HOUR;
  return <u32>(hour - floor<f64>(hour / <f64>HOURS_PER_WEEK) * <f64>HOURS_PER_WEEK);
}

/** Adds SYN-ACKs of an hour, and returns where the list is from then on. */
export function addHour(list: usize, hour: u32, count: u32): usize {
  if (list === 0) return makeList((hour << HOUR_SHIFT) | count);
  const place = placeOf(list, hour << HOUR_SHIFT);
  const at = list + LENGTH + place;
  if (place === load<u32>(list) || load<u32>(at) >> HOUR_SHIFT !== hour) {
    return insertAt(list, place, (hour << HOUR_SHIFT) | count);
  }
  const sum = min<u32>((load<u32>(at) & MAX_HOUR_COUNT) + count, MAX_HOUR_COUNT);
  store<u32>(at, (hour << HOUR_SHIFT) | sum);
  return list;
}

/** Adds what is in another list, which is not on the heap. */
export function uniteHours(list: usize, other: usize): usize {
  const length = load<u32>(other);
  let united = list;
  for (let at: u32 = 0; at < length; at += 4) {
    const entry = load<u32>(other + LENGTH + at);
    united = addHour(united, entry >> HOUR_SHIFT, entry & MAX_HOUR_COUNT);
  }
  return united;
}
