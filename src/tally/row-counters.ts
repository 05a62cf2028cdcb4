// The evidence of many rows in flat memory, by the numbers of the rows: an object for each would take far more.

import { COPIES, COUNTER_COUNT, MUTUAL, RESENT, UNKNOWN_EVIDENCE } from './layout.js';
import { packEvidence, type RowEvidence, unpackEvidence } from './row-evidence.js';

export class RowCounters {
  readonly #values: Float64Array;

  /** @param values the counters of each row, as unpackEvidence reads them; this object changes them */
  constructor(values: Float64Array) {
    this.#values = values;
  }

  copy(): RowCounters {
    return new RowCounters(this.#values.slice());
  }

  /** Whether the evidence of a row is known. */
  isKnown(row: number): boolean {
    return this.#values[row * COUNTER_COUNT] !== UNKNOWN_EVIDENCE;
  }

  /** Returns a counter of a row whose evidence is known, by its number in layout.ts. */
  get(row: number, counter: number): number {
    return this.#values[row * COUNTER_COUNT + counter] as number;
  }

  /** The number of different handshakes that this number of SYN-ACKs of a row belongs to. */
  handshakesOf(row: number, synAcks: number): number {
    return synAcks - this.get(row, COPIES) - this.get(row, RESENT) - this.get(row, MUTUAL);
  }

  /** Returns the evidence of a row; undefined if it is not known. */
  evidenceOf(row: number): RowEvidence | undefined {
    return unpackEvidence(this.#values, row * COUNTER_COUNT);
  }

  set(row: number, evidence: RowEvidence | undefined): void {
    this.#values.set(packEvidence(evidence), row * COUNTER_COUNT);
  }

  /** Adds a row of these or other counters to a row; the sum is not known if one of them is not. */
  add(to: number, from: RowCounters, row: number): void {
    if (!this.isKnown(to)) return;
    if (!from.isKnown(row)) this.#values[to * COUNTER_COUNT] = UNKNOWN_EVIDENCE;
    else {
      for (let counter = 0; counter < COUNTER_COUNT; counter++) {
        this.#values[to * COUNTER_COUNT + counter]! += from.get(row, counter);
      }
    }
  }
}
