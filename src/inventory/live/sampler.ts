// Samples a tally while it grows: what each row, service and machine counted since the last sample. A row of the tally
// keeps its number until a fold, so a sample compares one number per row, and names nothing. After a fold everything is
// taken again, and services and machines keep their history.

import type { Counts } from './counts.js';
import type { LiveRows, SampledTally } from './held.js';
import { RECENT_SAMPLES, SAMPLES, Series } from './series.js';
import { LiveTables, PORTS, REMOTE_MACHINE } from './tables.js';

export class Sampler {
  /** Everything that was sampled. It is replaced after a fold. */
  tables: LiveTables = new LiveTables();
  /** SYN-ACKs of the whole tally, in the series as item 0. */
  readonly total: Series = new Series();
  synAcks: number = 0;
  readonly #tally: SampledTally;
  /** Milliseconds between the samples, the newest last. */
  readonly #durations: number[] = [];
  #sampledAt: number;
  #foldedRows = 0;

  /** @param now milliseconds of a clock that never goes back */
  constructor(tally: SampledTally, now: number) {
    this.#tally = tally;
    this.#sampledAt = now;
    this.total.grow(1);
  }

  /** Takes a sample. `synAcks` is the number that the tally has counted. */
  sample(now: number, synAcks: number): void {
    this.#durations.push(Math.max(1, now - this.#sampledAt));
    if (this.#durations.length > SAMPLES) this.#durations.shift();
    this.#sampledAt = now;
    this.total.begin();
    this.total.add(0, synAcks - this.synAcks);
    this.synAcks = synAcks;
    const { rows, services, machines } = this.tables;
    for (const { series } of [rows, services, machines]) series.begin();
    const folded = this.#tally.folded.rows;
    if (folded !== this.#foldedRows) {
      this.#foldedRows = folded;
      this.#startAgain(now);
      return;
    }
    const since = rows.size === 0 ? Number.NEGATIVE_INFINITY : now;
    this.#read(this.#tally.readRows(4), since);
    this.#read(this.#tally.readRows(6), since);
  }

  /** Returns the mean rate of the recent samples, per second. */
  rateOf(series: Series, item: number): number {
    const milliseconds = this.#durations.slice(-RECENT_SAMPLES).reduce((sum, each) => sum + each, 0);
    return milliseconds === 0 ? 0 : (series.recentOf(item) * 1000) / milliseconds;
  }

  /** Returns the rate of each sample, per second, the oldest first; 0 from before the first sample. */
  historyOf(series: Series, item: number): number[] {
    const missing = SAMPLES - this.#durations.length;
    return series
      .historyOf(item)
      .map((count, at) => (at < missing ? 0 : (count * 1000) / this.#durations[at - missing]!));
  }

  #read(rows: LiveRows, since: number): void {
    const { tables } = this;
    const known = tables.known[rows.family];
    const { counts } = tables.rows;
    const before = known.length;
    for (let row = 0; row < rows.size; row++) {
      const count = rows.countOf(row);
      if (row < before && counts[known[row]!] === count) continue;
      const item = row < before ? known[row]! : tables.addRow(rows, row, since);
      this.#count(item, count - tables.rows.counts[item]!, rows.firstOf(row), rows.lastOf(row));
    }
  }

  #count(item: number, synAcks: number, first: number, last: number, isNews = true): void {
    const { rows, services, machines, rowClients, rowServices, servers, served } = this.tables;
    const service = rowServices[item] as number;
    const [client, server] = [rowClients[item] as number, servers[service] as number];
    rows.count(item, synAcks, first, last);
    services.count(service, synAcks, first, last);
    machines.count(client, synAcks, first, last);
    machines.count(server, synAcks, first, last);
    served[server]! += synAcks;
    if (!isNews) return;
    rows.series.add(item, synAcks);
    services.series.add(service, synAcks);
    machines.series.add(client, synAcks);
    machines.series.add(server, synAcks);
  }

  /** Takes all rows again, as a fold has given them other numbers. */
  #startAgain(now: number): void {
    const before = this.tables;
    this.tables = new LiveTables();
    for (const rows of [this.#tally.readRows(4), this.#tally.readRows(6)]) {
      for (let row = 0; row < rows.size; row++) {
        const item = this.tables.addRow(rows, row, now);
        this.#count(item, rows.countOf(row), rows.firstOf(row), rows.lastOf(row), false);
      }
    }
    const { services, machines, servers, ports, addresses } = this.tables;
    const otherMachine = (machine: number): number | undefined =>
      machine === REMOTE_MACHINE ? machine : before.machineByAddress.get(addresses[machine]!);
    for (let machine = 0; machine < machines.size; machine++) {
      keepHistory(machines, machine, before.machines, otherMachine(machine));
    }
    for (let service = 0; service < services.size; service++) {
      const server = otherMachine(servers[service]!);
      const other =
        server === undefined ? undefined : before.serviceByKey.get(server * PORTS + ports[service]!);
      keepHistory(services, service, before.services, other);
      if (other !== undefined) this.tables.isReported[service] = before.isReported[other] === true;
    }
  }
}

/** Continues the history of an item that had another number before a fold. */
function keepHistory(counts: Counts, item: number, before: Counts, other: number | undefined): void {
  if (other === undefined) return;
  counts.since[item] = before.since[other]!;
  counts.series.adopt(item, before.series, other);
  counts.series.add(item, Math.max(0, counts.counts[item]! - before.counts[other]!));
}
