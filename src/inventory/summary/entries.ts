// The selected rows of a tally, with numbers instead of machines and services, and groups of rows that look
// the same. Everything is in flat memory. It does not know what the numbers stand for.

import { addEvidence, type RowEvidence } from '../../tally/row-evidence.js';
import { type Judgement, joinJudgements } from '../verdicts/verdict.js';

export class Entries {
  size = 0;
  /** Each array has one element for each entry. */
  readonly clients: Uint32Array;
  readonly servers: Uint32Array;
  readonly services: Uint32Array;
  /** The counts: of SYN-ACKs or of handshakes. */
  readonly counts: Float64Array;
  /** SYN-ACKs; the same array if these are counted. */
  readonly synAcks: Float64Array;
  readonly firsts: Float64Array;
  readonly lasts: Float64Array;
  /** The evidence of each entry; empty if evidence was not counted. */
  readonly #evidence: (RowEvidence | undefined)[] = [];
  /** The judgement of each entry; empty if they were not judged. */
  readonly #judgements: (Judgement | undefined)[] = [];

  /** @param hasSynAcks whether something other than SYN-ACKs is counted */
  constructor(capacity: number, hasSynAcks: boolean) {
    this.clients = new Uint32Array(capacity);
    this.servers = new Uint32Array(capacity);
    this.services = new Uint32Array(capacity);
    this.counts = new Float64Array(capacity);
    this.synAcks = hasSynAcks ? new Float64Array(capacity) : this.counts;
    this.firsts = new Float64Array(capacity);
    this.lasts = new Float64Array(capacity);
  }

  add(client: number, server: number, service: number, count: number, first: number, last: number): void {
    const entry = this.size;
    this.size += 1;
    this.clients[entry] = client;
    this.servers[entry] = server;
    this.services[entry] = service;
    this.counts[entry] = count;
    this.firsts[entry] = first;
    this.lasts[entry] = last;
  }

  /** Adds the evidence of the entry that was added last, and its judgement. */
  addEvidence(evidence: RowEvidence | undefined, judgement?: Judgement): void {
    this.#evidence[this.size - 1] = evidence;
    if (judgement !== undefined) this.#judgements[this.size - 1] = judgement;
  }

  /** Joins the judgements of the entries in order[start, end); undefined if that of one is not known. */
  judgementOf(order: Uint32Array, start: number, end: number): Judgement | undefined {
    const judgements = Array.from(order.subarray(start, end), (entry) => this.#judgements[entry]);
    return joinJudgements(judgements);
  }

  /** Returns the evidence of the entries in order[start, end) together; undefined if that of one is not known. */
  evidenceOf(order: Uint32Array, start: number, end: number): RowEvidence | undefined {
    let sum = this.#evidence[order[start] as number];
    for (let at = start + 1; at < end && sum !== undefined; at++) {
      sum = addEvidence(sum, this.#evidence[order[at] as number]);
    }
    return sum;
  }
}

/**
 * Returns the place of an entry in the order of a column: a whole number, equal for entries that look the
 * same.
 */
export type Rank = (entry: number) => number;

export class Groups {
  readonly size: number;
  /** All entries, with those of a group next to each other. */
  readonly order: Uint32Array;
  /** Where in `order` each group begins, followed by where the last one ends. */
  readonly starts: Uint32Array;

  /**
   * Groups those of the entries 0 to count - 1 that have the same rank in every column. Groups are in the
   * order of these ranks; the first column matters most.
   */
  constructor(count: number, columns: readonly Rank[]) {
    this.order = sortByRanks(count, columns);
    this.starts = new Uint32Array(count + 1);
    let size = 0;
    for (let at = 0; at < count; at++) {
      const [before, entry] = [this.order[at - 1] as number, this.order[at] as number];
      if (at === 0 || columns.some((rank) => rank(before) !== rank(entry))) this.starts[size++] = at;
    }
    this.starts[size] = count;
    this.size = size;
  }
}

/** Sorts by the last column first: each sort keeps the order of the sorts before it among equal ranks. */
function sortByRanks(count: number, columns: readonly Rank[]): Uint32Array {
  const order = new Uint32Array(count);
  for (let at = 0; at < count; at++) order[at] = at;
  const before = new Uint32Array(count);
  const keys = new Float64Array(count);
  for (const rank of columns.toReversed()) {
    before.set(order);
    // A key is the rank followed by the place in the order so far: numbers need no function that compares
    // them.
    for (let at = 0; at < count; at++) keys[at] = rank(before[at] as number) * count + at;
    keys.sort();
    for (let at = 0; at < count; at++) order[at] = before[(keys[at] as number) % count] as number;
  }
  return order;
}
