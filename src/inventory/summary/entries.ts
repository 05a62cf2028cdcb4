// The rows of a tally that are wanted, with numbers in place of machines and services; and those that look the
// same as groups, in order. It is all flat memory. Knows nothing of what the numbers stand for.

export class Entries {
  size = 0;
  /** By entry. */
  readonly clients: Uint32Array;
  readonly servers: Uint32Array;
  readonly services: Uint32Array;
  readonly counts: Float64Array;
  readonly firsts: Float64Array;
  readonly lasts: Float64Array;

  constructor(capacity: number) {
    this.clients = new Uint32Array(capacity);
    this.servers = new Uint32Array(capacity);
    this.services = new Uint32Array(capacity);
    this.counts = new Float64Array(capacity);
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
}

/** Tells of an entry how late it comes. */
export type Rank = (entry: number) => number;

export class Groups {
  readonly size: number;
  /** All entries, those of a group side by side. */
  readonly order: Uint32Array;
  /** Where in the order each group begins, and at last where the last one ends. */
  readonly starts: Uint32Array;

  /**
   * Groups the entries 0 to count - 1 that have the same rank, a whole number, in every column. Groups come in the
   * order of these ranks, those of the first column before all.
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

/** By the last column first: each sort keeps the order of those before it where its own ranks are equal. */
function sortByRanks(count: number, columns: readonly Rank[]): Uint32Array {
  const order = new Uint32Array(count);
  for (let at = 0; at < count; at++) order[at] = at;
  const before = new Uint32Array(count);
  const keys = new Float64Array(count);
  for (const rank of columns.toReversed()) {
    before.set(order);
    // A rank and, behind it, the place in the order so far: numbers are sorted without a function to compare them.
    for (let at = 0; at < count; at++) keys[at] = rank(before[at] as number) * count + at;
    keys.sort();
    for (let at = 0; at < count; at++) order[at] = before[(keys[at] as number) % count] as number;
  }
  return order;
}
