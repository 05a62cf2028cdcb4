// The judgements of the rows of a tally, for summaries that count or choose by them.

import type { Names } from '../../names/names.js';
import { handshakesOf, type RowEvidence } from '../../tally/row-evidence.js';
import { collectUses, type Use } from '../evidence.js';
import type { Inventory } from '../inventory.js';
import { type Basis, type Judgements, judge } from '../verdicts/judge.js';
import { isLevelIn, type Judgement, levelOf, type Only } from '../verdicts/verdict.js';
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
  readonly #counted: Counted;
  readonly #only: Only;
  readonly #judgements: Judgements | undefined;
  /** The use that each row belongs to, in the order of rows. */
  readonly #uses: readonly Use[];

  constructor(
    inventory: Inventory,
    names: Names,
    { counted = 'syn-acks', only = 'all', judged = false }: Pick<Query, 'counted' | 'only' | 'judged'>,
  ) {
    this.#counted = counted;
    this.#only = only;
    const isNeeded = judged || counted === 'used' || only !== 'all';
    const { evidence, uses } = isNeeded ? collectUses(inventory) : { evidence: undefined, uses: [] };
    this.#judgements = evidence && judge(evidence, names);
    this.#uses = uses;
  }

  get basis(): Basis | undefined {
    return this.#judgements?.basis;
  }

  /** Judges a row by its number in the order of `rowsOf`. Undefined if its evidence is not known. */
  judge(row: number, count: number, evidence: RowEvidence | undefined): Judgement | undefined {
    return this.#judgements?.ofPart(this.#uses[row] as Use, { count, evidence });
  }

  /** Returns what counts of a row. @throws EvidenceError if that is not known */
  countOf(synAcks: number, evidence: RowEvidence | undefined, judgement: Judgement | undefined): number {
    if (this.#counted === 'syn-acks') return synAcks;
    if (evidence === undefined) throw new EvidenceError();
    if (this.#counted === 'handshakes') return handshakesOf(synAcks, evidence);
    return judgement !== undefined && levelOf(judgement.verdict) === 'yes' ? judgement.handshakes : 0;
  }

  isChosen(judgement: Judgement | undefined): boolean {
    return isLevelIn(this.#only, judgement);
  }
}
