// The counters of evidence, by their columns.

import { EVIDENCE } from '../../inventory/document/fields.js';
import { COUNTER_COUNT } from '../../tally/layout.js';
import { type RowEvidence, unpackEvidence } from '../../tally/row-evidence.js';
import type { SqlValue } from './driver.js';

/** All of them, by their names in documents. */
export const EVIDENCE_COLUMNS: readonly string[] = Object.keys(EVIDENCE);
/** Those in `uses`. A row in which they are NULL was recorded without evidence. */
export const COMMON_COUNTERS: readonly string[] = ['copies', 'plain', 'judged', 'completed', 'data'];
/** Those in `details`: in most rows they are all 0, and each column of a row takes a byte and time. */
export const RARE_COUNTERS: readonly string[] = EVIDENCE_COLUMNS.filter(
  (name) => !COMMON_COUNTERS.includes(name),
);

/** The places of columns among the counters of a row in a tally. */
export function placesOf(columns: readonly string[]): number[] {
  const places = unpackEvidence(Float64Array.from({ length: COUNTER_COUNT }, (_, at) => at)) as RowEvidence;
  return columns.map((column) => places[EVIDENCE[column] as keyof RowEvidence]);
}

/** Reads counters that are in some columns of a row, in the order of these, from a place on. */
export class CountersReader {
  readonly #places: readonly number[];
  readonly #counters = new Float64Array(COUNTER_COUNT);

  constructor(columns: readonly string[]) {
    this.#places = placesOf(columns);
  }

  /** Undefined if one is not a count. */
  read(row: readonly SqlValue[], from: number): RowEvidence | undefined {
    for (let at = 0; at < this.#places.length; at++) {
      const counter = row[from + at];
      if (!Number.isSafeInteger(counter) || (counter as number) < 0) return undefined;
      this.#counters[this.#places[at] as number] = counter as number;
    }
    return unpackEvidence(this.#counters);
  }
}
