// The evidence of the rows of a summary, and their judgements, made while the rows are read.

import { COUNTER_COUNT } from '../../tally/layout.js';
import { RowCounters } from '../../tally/row-counters.js';
import type { RowEvidence } from '../../tally/row-evidence.js';
import { type Judgement, VERDICTS } from '../verdicts/verdict.js';
import type { Entries } from './entries.js';
import type { JudgedRows } from './judged-rows.js';

export class GroupEvidence {
  readonly #entries: Entries;
  readonly #judged: JudgedRows;

  constructor(entries: Entries, judged: JudgedRows) {
    this.#entries = entries;
    this.#judged = judged;
  }

  /** Returns the evidence of the entries order[start, end) together; undefined if that of one is not known. */
  evidenceOf(order: Uint32Array, start: number, end: number): RowEvidence | undefined {
    const { counters } = this.#judged;
    const { rows } = this.#entries;
    if (counters === undefined) return undefined;
    if (end - start === 1) return counters.evidenceOf(rows[order[start] as number] as number);
    const sum = new RowCounters(new Float64Array(COUNTER_COUNT));
    for (let at = start; at < end; at++) sum.add(0, counters, rows[order[at] as number] as number);
    return sum.evidenceOf(0);
  }

  /** Returns the strongest verdict of the entries order[start, end), as `joinJudgements`; undefined if one has none. */
  judgementOf(order: Uint32Array, start: number, end: number): Judgement | undefined {
    const { counters } = this.#judged;
    const { rows, synAcks } = this.#entries;
    let best = VERDICTS.length + 1;
    let [handshakes, of] = [0, 0];
    for (let at = start; at < end; at++) {
      const entry = order[at] as number;
      const row = rows[entry] as number;
      const count = synAcks[entry] as number;
      const code = this.#judged.codeOf(row);
      if (code === 0 || counters === undefined) return undefined;
      of += counters.handshakesOf(row, count);
      if (code < best) [best, handshakes] = [code, 0];
      if (code === best) handshakes += this.#judged.handshakesOf(row, count);
    }
    const verdict = VERDICTS[best - 1];
    return verdict && { verdict, handshakes, of };
  }
}
