// The counts of items that are shown while they grow: rows, services or machines. They know only their numbers.

import { grown, Series } from './series.js';

export class Counts {
  size: number = 0;
  /** SYN-ACKs of each item. */
  counts: Float64Array = new Float64Array(0);
  /** Microseconds since the epoch. */
  firsts: Float64Array = new Float64Array(0);
  lasts: Float64Array = new Float64Array(0);
  /** When a sample first had the item, in milliseconds of the caller's clock; `-Infinity` for those of the first sample. */
  since: Float64Array = new Float64Array(0);
  readonly series: Series = new Series();

  /** Adds an item without any SYN-ACKs, and returns its number. */
  add(since: number): number {
    const item = this.size;
    if (item === this.counts.length) this.#grow(Math.max(64, 2 * item));
    this.size += 1;
    this.firsts[item] = Number.POSITIVE_INFINITY;
    this.lasts[item] = Number.NEGATIVE_INFINITY;
    this.since[item] = since;
    return item;
  }

  /** Counts SYN-ACKs that were seen between these times. */
  count(item: number, synAcks: number, first: number, last: number): void {
    this.counts[item]! += synAcks;
    if (first < this.firsts[item]!) this.firsts[item] = first;
    if (last > this.lasts[item]!) this.lasts[item] = last;
  }

  #grow(capacity: number): void {
    this.counts = grown(this.counts, capacity);
    this.firsts = grown(this.firsts, capacity);
    this.lasts = grown(this.lasts, capacity);
    this.since = grown(this.since, capacity);
    this.series.grow(capacity);
  }
}
