// The judgements of the rows of a tally, for summaries that count or choose by them.

import type { Names } from '../../names/names.js';
import type { RowCounters } from '../../tally/row-counters.js';
import { collectUses } from '../evidence.js';
import type { Inventory } from '../inventory.js';
import { readCounters } from '../use-table.js';
import { type Basis, type Judgements, judge } from '../verdicts/judge.js';
import { isVerdictIn, levelOf, type Only, VERDICTS } from '../verdicts/verdict.js';
import type { Counted, Query } from './query.js';

/** Handshakes were to be counted or judged of an inventory that does not know all of them. */
export class EvidenceError extends RangeError {
  override readonly name = 'EvidenceError';

  constructor() {
    super('found SYN-ACKs without evidence, expected an inventory that was read with "evidence"');
  }
}

/** Knows nothing, and chooses everything, unless the query asks for more than SYN-ACKs. */
export class JudgedRows {
  /** The evidence of each row, in the order of `rowsOf`, then that of all folded rows; undefined if it was not counted. */
  readonly counters: RowCounters | undefined;
  readonly #counted: Counted;
  readonly #only: Only;
  readonly #judgements: Judgements | undefined;
  /** The row that stands for each row in the judgements. */
  readonly #firstOf: Uint32Array | undefined;

  constructor(
    inventory: Inventory,
    names: Names,
    { counted = 'syn-acks', only = 'all', judged = false }: Pick<Query, 'counted' | 'only' | 'judged'>,
  ) {
    this.counters = readCounters(inventory.tally);
    this.#counted = counted;
    this.#only = only;
    if (!judged && counted !== 'used' && only === 'all') return;
    const { evidence, firstOf } = collectUses(inventory, this.counters);
    this.#judgements = judge(evidence, names);
    this.#firstOf = firstOf;
  }

  get basis(): Basis | undefined {
    return this.#judgements?.basis;
  }

  /** Returns the verdict of a row, as in `Judgements.codeOf`; 0 if its evidence is not known, or it was not judged. */
  codeOf(row: number): number {
    const first = this.#firstOf?.[row];
    if (first === undefined || this.counters?.isKnown(row) !== true) return 0;
    return this.#judgements?.codeOf(first) ?? 0;
  }

  /** Returns the handshakes on which the verdict of a row rests, if it has one. */
  handshakesOf(row: number, synAcks: number): number {
    const { counters } = this;
    const first = this.#firstOf?.[row];
    if (counters === undefined || first === undefined || this.#judgements === undefined) return 0;
    return this.#judgements.handshakesOf(first, counters, row, counters.handshakesOf(row, synAcks));
  }

  /** Returns what counts of a row. @throws EvidenceError if that is not known */
  countOf(row: number, synAcks: number): number {
    if (this.#counted === 'syn-acks') return synAcks;
    if (this.counters?.isKnown(row) !== true) throw new EvidenceError();
    if (this.#counted === 'handshakes') return this.counters.handshakesOf(row, synAcks);
    const verdict = VERDICTS[this.codeOf(row) - 1];
    return verdict !== undefined && levelOf(verdict) === 'yes' ? this.handshakesOf(row, synAcks) : 0;
  }

  isChosen(row: number): boolean {
    return this.#only === 'all' || isVerdictIn(this.#only, VERDICTS[this.codeOf(row) - 1]);
  }
}
