// The hours in which a use was seen. There are many more hours than uses, so SQLite lists those of each use in one value.

import { type Hours, hourOf } from '../../tally/hours.js';
import {
  ENTRIES_AT,
  FIRST_DAY,
  HOUR,
  HOUR_ENTRY,
  HOUR_SHIFT,
  HOURS_PER_DAY,
  KEPT_DAYS,
  LATEST_DAY_AT,
  MAX_HOUR_COUNT,
} from '../../tally/layout.js';
import type { SqlValue } from './driver.js';
import { damaged } from './read-rows.js';

/** SQLite rounds towards 0. With this, no time in question is below 0. */
const EPOCH = FIRST_DAY * HOURS_PER_DAY;
const hourAt = (time: string): string => `((${time} + ${EPOCH * HOUR}) / ${HOUR})`;

/**
 * An aggregate: the hours of uses, counted from FIRST_DAY on, and the SYN-ACKs in each, as in `12:3,13:1`. The hours of a
 * longer time are not known, unless all SYN-ACKs came in one. A use without SYN-ACKs, of a later piece of a stream, has none.
 */
export const LIST_OF_HOURS: string = `group_concat(CASE
  WHEN syn_acks > 0 AND (length = ${HOUR} OR ${hourAt('start + first')} = ${hourAt('start + first + span')})
  THEN ${hourAt('start + first')} || ':' || syn_acks END)`;

/** Reads such lists. */
export class HoursReader {
  /** By hour of the day. */
  readonly #counts = new Float64Array(HOURS_PER_DAY);
  /** The last days, from the latest on, a bit for each; 32 of them in the first number of an hour. */
  readonly #days = new Uint32Array(HOURS_PER_DAY * 2);

  /** Undefined if no hours are known. @throws StoreError */
  read(list: SqlValue | undefined): Hours | undefined {
    if (list === null) return undefined;
    if (typeof list !== 'string') throw damaged('uses');
    const numbers = numbersIn(list);
    let latest = 0;
    for (let index = 0; index < numbers.length; index += 2) {
      const hour = hourOf(((numbers[index] as number) - EPOCH) * HOUR) + EPOCH;
      numbers[index] = hour;
      latest = Math.max(latest, Math.floor(hour / HOURS_PER_DAY));
    }
    this.#counts.fill(0);
    this.#days.fill(0);
    for (let index = 0; index < numbers.length; index += 2) {
      const day = Math.floor((numbers[index] as number) / HOURS_PER_DAY);
      const hour = (numbers[index] as number) - day * HOURS_PER_DAY;
      this.#counts[hour] = (this.#counts[hour] as number) + (numbers[index + 1] as number);
      const back = latest - day;
      if (back < KEPT_DAYS) {
        const half = hour * 2 + (back < 32 ? 0 : 1);
        this.#days[half] = (this.#days[half] as number) | (1 << (back & 31));
      }
    }
    return this.#pack(latest);
  }

  #pack(latest: number): Hours {
    let used = 0;
    for (const count of this.#counts) if (count > 0) used += 1;
    const packed = new Uint32Array((ENTRIES_AT - LATEST_DAY_AT + used * HOUR_ENTRY) / 4);
    packed[0] = latest;
    let to = 1;
    for (let hour = 0; hour < HOURS_PER_DAY; hour++) {
      const count = this.#counts[hour] as number;
      if (count === 0) continue;
      packed[to] = hour * 2 ** HOUR_SHIFT + Math.min(count, MAX_HOUR_COUNT);
      packed[to + 1] = this.#days[hour * 2] as number;
      packed[to + 2] = this.#days[hour * 2 + 1] as number;
      to += HOUR_ENTRY / 4;
    }
    return packed;
  }
}

const COMMA = 44;
const COLON = 58;
const DIGIT_0 = 48;

/** The numbers of a list: an hour and a count, again and again. @throws StoreError */
function numbersIn(list: string): number[] {
  const numbers: number[] = [];
  let number = 0;
  for (let index = 0; index <= list.length; index++) {
    const code = index < list.length ? list.charCodeAt(index) : COMMA;
    if (code >= DIGIT_0 && code < DIGIT_0 + 10) {
      number = number * 10 + code - DIGIT_0;
      continue;
    }
    if (code !== (numbers.length % 2 === 0 ? COLON : COMMA) || !Number.isSafeInteger(number))
      throw damaged('uses');
    numbers.push(number);
    number = 0;
  }
  return numbers;
}
