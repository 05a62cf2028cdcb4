// The rows of a summary, made while they are read: a flood of forged addresses makes very many, and a view
// needs only one at a time.

import { handshakesOf, type RowEvidence } from '../../tally/row-evidence.js';
import { compareBytes } from '../../text/compare-bytes.js';
import type { Judgement } from '../verdicts/verdict.js';
import { type CountedCells, cellsOf, joinCells, type WriteCell } from './cells.js';
import type { Collected } from './collect.js';
import type { Column } from './columns.js';
import { type Entries, Groups } from './entries.js';
import { GroupEvidence } from './group-evidence.js';
import { type Machines, OTHER_MACHINE } from './machines.js';
import type { ResolvedQuery } from './query.js';
import { gather, type Ranking } from './ranking.js';
import { NO_PORT, type Services } from './services.js';
import { type SliceColumn, type Slices, sliceColumnOf } from './slices.js';

/** One row of a summary. Columns that were not asked for are absent. */
export interface SummaryRow {
  /** SYN-ACKs, unless the query counts handshakes. */
  readonly count: number;
  /** Name or address; `_` stands for every remote machine. */
  readonly client?: string;
  readonly server?: string;
  /** Service name, or `up:PORT` if it has none; in numeric summaries, port and protocol such as `22/tcp`. */
  readonly service?: string;
  /** Also absent in the row `(other)`. */
  readonly port?: number;
  /** The beginning of an hour, as in `2026-05-31T14:00:00Z` or, in another zone, `2026-05-31T16:00:00+02:00`. Also absent in the row `(other)`. */
  readonly hour?: string;
  /** A day, as in `2026-05-31`. Also absent in the row `(other)`. */
  readonly day?: string;
  /** Times of the first and last SYN-ACK, microseconds since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Handshakes, and what became of them; absent if they are not known for all SYN-ACKs, or were not counted. */
  readonly handshakes?: number;
  readonly evidence?: RowEvidence;
  /** Whether the service is used; absent if it is not known, or the query does not ask for it. */
  readonly judgement?: Judgement;
  /**
   * The addresses of the machines with this name, sorted; empty for `_`, and unless the query asks for
   * details.
   */
  readonly clientAddresses: readonly string[];
  readonly serverAddresses: readonly string[];
  /** The ports of the services with this name, ascending; empty unless the query asks for details. */
  readonly ports: readonly number[];
}

/**
 * The rows of a summary in order. They can be read any number of times, and are made again each time:
 * `for (const row of rows)`, or `[...rows]` for an array of all.
 */
export interface SummaryRows extends Iterable<SummaryRow> {
  readonly length: number;
  /**
   * Yields the count of each row, and the cells of its columns joined, in less time than rows take. Absent if a column is of
   * time.
   * @param write returns a cell
   * @internal
   */
  readonly joinCells?: ((write: WriteCell) => Iterable<CountedCells>) | undefined;
}

/** The values to sort by, such that the most important rows come first. */
const SORT_VALUES = {
  count: ({ count }: Sums): number => -count,
  first_seen: ({ firstSeen }: Sums): number => firstSeen,
  last_seen: ({ lastSeen }: Sums): number => -lastSeen,
} as const;

/** The totals of several rows. */
type Sums = Pick<SummaryRow, 'count' | 'firstSeen' | 'lastSeen'> & { readonly synAcks: number };

/** Shared by all rows without details. */
const NONE: readonly never[] = [];

export class GroupedRows implements SummaryRows {
  readonly length: number;
  readonly sums: Sums;
  /** The rows that `top` cut off. */
  readonly cut: { readonly rows: number; readonly synAcks: number };
  readonly #entries: Entries;
  readonly #machines: Machines;
  readonly #services: Services;
  readonly #slices: Slices;
  readonly #query: ResolvedQuery;
  readonly #evidence: GroupEvidence;
  readonly #groups: Groups;
  /** The groups in the order of the rows. */
  readonly #sequence: Uint32Array;

  constructor({ entries, machines, services, judged }: Collected, slices: Slices, query: ResolvedQuery) {
    this.#entries = entries;
    this.#machines = machines;
    this.#services = services;
    this.#evidence = new GroupEvidence(entries, judged);
    this.#slices = slices;
    this.#query = query;
    const { by, top, reverse = false } = query;
    const sort = query.sort ?? (top === undefined ? undefined : 'count');
    // The column to sort by comes before the others.
    const columns = by.toSorted((a, b) => Number(b === sort) - Number(a === sort));
    this.#groups = new Groups(
      entries.size,
      columns.map((column) => this.#rankBy(column)),
    );
    const sequence = new Uint32Array(this.#groups.size);
    for (let at = 0; at < sequence.length; at++) sequence[at] = at;
    if (sort === 'count' || sort === 'first_seen' || sort === 'last_seen') {
      const values = new Float64Array(sequence).map((group) => SORT_VALUES[sort](this.#sumsOfGroup(group)));
      sequence.sort((a, b) => (values[a] as number) - (values[b] as number));
    }
    if (reverse) sequence.reverse();
    this.#sequence = sequence.subarray(0, top);
    this.length = this.#sequence.length;
    const cut = sequence.subarray(this.length);
    this.sums = cut.length === 0 ? sumAll(entries) : this.#sumsOf(this.#sequence);
    this.cut = { rows: cut.length, synAcks: this.#sumsOf(cut).synAcks };
  }

  get joinCells(): ((write: WriteCell) => Iterable<CountedCells>) | undefined {
    if (sliceColumnOf(this.#query.by) !== undefined) return undefined;
    const columns = cellsOf(this.#entries, this.#machines, this.#services);
    return (write) => joinCells(this.#sequence, this.#entries, this.#groups, columns(this.#query.by, write));
  }

  *[Symbol.iterator](): Generator<SummaryRow, void, undefined> {
    for (const group of this.#sequence) yield this.#rowOf(group);
  }

  #rankBy(column: Column): Ranking {
    const { clients, servers, services } = this.#entries.columns();
    switch (column) {
      case 'client':
        return rankingOf(clients, this.#machines.ranking());
      case 'server':
        return rankingOf(servers, this.#machines.ranking());
      case 'service':
        return rankingOf(services, this.#services.ranking());
      case 'port':
        return rankingOf(services, this.#services.rankingByPort());
      case 'hour':
      case 'day':
        return this.#rankBySlice(column);
    }
  }

  /** Ranks by time; `(other)` comes first, as in the order of text. */
  #rankBySlice(column: SliceColumn): Ranking {
    const { clients, firsts } = this.#entries;
    const first = this.#slices.numberOf(column, Number.NEGATIVE_INFINITY);
    const ranks = new Float64Array(this.#entries.size).map((_, entry) =>
      clients[entry] === OTHER_MACHINE
        ? 0
        : 1 + this.#slices.numberOf(column, firsts[entry] as number) - first,
    );
    return { ranks, size: 2 + this.#slices.numberOf(column, Number.POSITIVE_INFINITY) - first };
  }

  #sumsOf(groups: Uint32Array): Sums {
    let count = 0;
    let synAcks = 0;
    let firstSeen = Number.POSITIVE_INFINITY;
    let lastSeen = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < groups.length; at++) {
      const sums = this.#sumsOfGroup(groups[at] as number);
      count += sums.count;
      synAcks += sums.synAcks;
      firstSeen = Math.min(firstSeen, sums.firstSeen);
      lastSeen = Math.max(lastSeen, sums.lastSeen);
    }
    return { count, synAcks, firstSeen, lastSeen };
  }

  #sumsOfGroup(group: number): Sums {
    const { counts, synAcks: ofEntries, firsts, lasts } = this.#entries;
    const { order, starts } = this.#groups;
    let count = 0;
    let synAcks = 0;
    let firstSeen = Number.POSITIVE_INFINITY;
    let lastSeen = Number.NEGATIVE_INFINITY;
    for (let at = starts[group] as number; at < (starts[group + 1] as number); at++) {
      const entry = order[at] as number;
      count += counts[entry] as number;
      synAcks += ofEntries[entry] as number;
      if ((firsts[entry] as number) < firstSeen) firstSeen = firsts[entry] as number;
      if ((lasts[entry] as number) > lastSeen) lastSeen = lasts[entry] as number;
    }
    return { count, synAcks, firstSeen, lastSeen };
  }

  #rowOf(group: number): SummaryRow {
    const { by, details = false, judged = false } = this.#query;
    const { clients, servers } = this.#entries;
    const { order, starts } = this.#groups;
    const { count, synAcks, firstSeen, lastSeen } = this.#sumsOfGroup(group);
    const row: Writable<SummaryRow> = {
      count,
      firstSeen,
      lastSeen,
      clientAddresses: details ? this.#addressesOf(group, clients) : NONE,
      serverAddresses: details ? this.#addressesOf(group, servers) : NONE,
      ports: details ? this.#portsOf(group) : NONE,
    };
    const [start, end] = [starts[group] as number, starts[group + 1] as number];
    const evidence = this.#evidence.evidenceOf(order, start, end);
    if (evidence !== undefined) {
      row.evidence = evidence;
      row.handshakes = handshakesOf(synAcks, evidence);
    }
    const judgement = judged ? this.#evidence.judgementOf(order, start, end) : undefined;
    if (judgement !== undefined) row.judgement = judgement;
    for (const column of by) this.#show(row, column, order[start] as number);
    return row;
  }

  /** Adds a column to a row. All entries of a group show the same in every column, so one of them is enough. */
  #show(row: Writable<SummaryRow>, column: Column, entry: number): void {
    const { clients, servers, services } = this.#entries;
    switch (column) {
      case 'client':
        row.client = this.#machines.labelOf(clients[entry] as number);
        break;
      case 'server':
        row.server = this.#machines.labelOf(servers[entry] as number);
        break;
      case 'service':
        row.service = this.#services.labelOf(services[entry] as number);
        break;
      case 'port': {
        const port = this.#services.portOf(services[entry] as number);
        if (port !== NO_PORT) row.port = port;
        break;
      }
      case 'hour':
      case 'day':
        if (clients[entry] !== OTHER_MACHINE) row[column] = this.#slices.format(column, row.firstSeen);
    }
  }

  #addressesOf(group: number, ends: Uint32Array): string[] {
    const texts: string[] = [];
    for (const machine of this.#distinct(group, (entry) => ends[entry] as number)) {
      const text = this.#machines.addressTextOf(machine);
      if (text !== undefined) texts.push(text);
    }
    return texts.length > 1 ? texts.sort(compareBytes) : texts;
  }

  #portsOf(group: number): number[] {
    const { services } = this.#entries;
    const ports = this.#distinct(group, (entry) => this.#services.portOf(services[entry] as number));
    if (ports.length === 1) return ports[0] === NO_PORT ? [] : ports;
    return ports.filter((port) => port !== NO_PORT).sort((a, b) => a - b);
  }

  /** Returns the distinct numbers that the entries of a group have. */
  #distinct(group: number, numberOf: (entry: number) => number): number[] {
    const { order, starts } = this.#groups;
    const [start, end] = [starts[group] as number, starts[group + 1] as number];
    // If there are very many groups, most have a single entry.
    if (end - start === 1) return [numberOf(order[start] as number)];
    const numbers = new Set<number>();
    for (let at = start; at < end; at++) numbers.add(numberOf(order[at] as number));
    return [...numbers];
  }
}

/** The order of entries that have these numbers. */
function rankingOf(numbers: Uint32Array, { ranks, size }: Ranking): Ranking {
  return { ranks: gather(numbers, ranks), size };
}

function sumAll({ size, counts, synAcks: ofEntries, firsts, lasts }: Entries): Sums {
  let count = 0;
  let synAcks = 0;
  let firstSeen = Number.POSITIVE_INFINITY;
  let lastSeen = Number.NEGATIVE_INFINITY;
  for (let entry = 0; entry < size; entry++) {
    count += counts[entry] as number;
    synAcks += ofEntries[entry] as number;
    if ((firsts[entry] as number) < firstSeen) firstSeen = firsts[entry] as number;
    if ((lasts[entry] as number) > lastSeen) lastSeen = lasts[entry] as number;
  }
  return { count, synAcks, firstSeen, lastSeen };
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
