// The selected rows of a tally, with numbers instead of machines and services, and groups of rows that look
// the same. Everything is in flat memory. It does not know what the numbers stand for.

import type { RowColumns } from '../../tally/row-columns.js';
import type { Ranking } from './ranking.js';

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
  /** The row of the tally that each entry comes from, which is its number in `rowsOf`; empty if evidence was not counted. */
  readonly rows: Uint32Array;

  /**
   * @param hasSynAcks whether something other than SYN-ACKs is counted
   * @param hasRows whether evidence was counted
   */
  constructor(capacity: number, hasSynAcks: boolean, hasRows: boolean) {
    this.clients = new Uint32Array(capacity);
    this.servers = new Uint32Array(capacity);
    this.services = new Uint32Array(capacity);
    this.counts = new Float64Array(capacity);
    this.synAcks = hasSynAcks ? new Float64Array(capacity) : this.counts;
    this.firsts = new Float64Array(capacity);
    this.lasts = new Float64Array(capacity);
    this.rows = new Uint32Array(hasRows ? capacity : 0);
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

  /**
   * Adds rows.
   * @param base added to the number of each machine, except 0
   * @param serviceOf the service that each number of a service stands for
   * @param row the number of the first row
   */
  addAll(rows: RowColumns, base: number, serviceOf: Uint32Array, row: number): void {
    const { size: from } = this;
    this.size += rows.size;
    const { clients, servers, services } = this;
    for (let at = 0; at < rows.size; at++) {
      const [client, server] = [rows.clients[at] as number, rows.servers[at] as number];
      clients[from + at] = client === 0 ? 0 : base + client;
      servers[from + at] = server === 0 ? 0 : base + server;
      services[from + at] = serviceOf[rows.services[at] as number] as number;
      this.rows[from + at] = row + at;
    }
    this.counts.set(rows.counts, from);
    this.firsts.set(rows.firsts, from);
    this.lasts.set(rows.lasts, from);
  }

  /** The numbers in the entries. */
  columns(): {
    readonly clients: Uint32Array;
    readonly servers: Uint32Array;
    readonly services: Uint32Array;
  } {
    const [clients, servers, services] = [this.clients, this.servers, this.services].map((column) =>
      column.subarray(0, this.size),
    ) as [Uint32Array, Uint32Array, Uint32Array];
    return { clients, servers, services };
  }
}

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
  constructor(count: number, columns: readonly Ranking[]) {
    const rankings = joinRankings(count, columns);
    this.order = sortByRanks(count, rankings);
    this.starts = new Uint32Array(count + 1);
    const isStart = new Uint8Array(count);
    for (const { ranks } of rankings) markStarts(isStart, ranks, this.order);
    let size = 0;
    for (let at = 0; at < count; at++) if (at === 0 || isStart[at] === 1) this.starts[size++] = at;
    this.starts[size] = count;
    this.size = size;
  }
}

function markStarts(isStart: Uint8Array, ranks: Ranking['ranks'], order: Uint32Array): void {
  for (let at = 1; at < order.length; at++) {
    if (ranks[order[at - 1] as number] !== ranks[order[at] as number]) isStart[at] = 1;
  }
}

/** Makes one order of neighbouring columns as long as its ranks are exact numbers with room for the place of an entry. */
function joinRankings(count: number, columns: readonly Ranking[]): Ranking[] {
  const joined: Ranking[] = [];
  for (const column of columns) {
    const before = joined.at(-1);
    const size = (before?.size ?? 1) * column.size;
    if (before === undefined || size * count > Number.MAX_SAFE_INTEGER) joined.push(column);
    else {
      // Memory of columns that were joined already is used again: there may be very many entries.
      const isJoined = !columns.includes(before) && before.ranks instanceof Float64Array;
      const ranks = isJoined ? before.ranks : new Float64Array(before.ranks.length);
      joined[joined.length - 1] = { ranks: joinRanks(before, column, ranks), size };
    }
  }
  return joined;
}

function joinRanks(
  { ranks: major }: Ranking,
  { ranks: minor, size }: Ranking,
  ranks: Float64Array,
): Float64Array {
  for (let at = 0; at < ranks.length; at++) ranks[at] = (major[at] as number) * size + (minor[at] as number);
  return ranks;
}

/** Sorts by the last column first: each sort keeps the order of the sorts before it among equal ranks. */
function sortByRanks(count: number, rankings: readonly Ranking[]): Uint32Array {
  const order = new Uint32Array(count);
  for (let at = 0; at < count; at++) order[at] = at;
  const before = new Uint32Array(count);
  const keys = new Float64Array(count);
  for (const { ranks } of rankings.toReversed()) {
    before.set(order);
    // A key is the rank followed by the place in the order so far: numbers need no function that compares
    // them.
    for (let at = 0; at < count; at++) keys[at] = (ranks[before[at] as number] as number) * count + at;
    keys.sort();
    for (let at = 0; at < count; at++) {
      const key = keys[at] as number;
      order[at] = before[key - Math.floor(key / count) * count] as number;
    }
  }
  return order;
}
