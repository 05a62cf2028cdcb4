// The rows of a tally in columns, with numbers instead of machines and services: the flat memory that evidence is made of.
// Knows nothing of scans or names.

import type { Address } from '../ip/address.js';
import { ADDRESS_WORDS, toAddress } from '../ip/address-words.js';
import type { Hours } from '../tally/hours.js';
import { COUNTER_COUNT } from '../tally/layout.js';
import type { RowColumns } from '../tally/row-columns.js';
import { RowCounters } from '../tally/row-counters.js';
import type { RowEvidence } from '../tally/row-evidence.js';
import type { Tally } from '../tally/tally.js';

/** A port of one server, or of all remote servers together. */
export interface TableService {
  /** The number of the machine; 0 stands for all remote servers. */
  readonly server: number;
  readonly port: number;
}

export class UseTable {
  /** The number of rows. Each column has an element for each row, in the order of `rowsOf`. */
  readonly size: number;
  readonly counts: Float64Array;
  readonly firsts: Float64Array;
  readonly lasts: Float64Array;
  /** Numbers of machines, from 1 on; 0 stands for all remote clients. */
  readonly clients: Uint32Array;
  /** Numbers of services, from 0 on. */
  readonly services: Uint32Array;
  /** Undefined if evidence was not counted. */
  readonly counters: RowCounters | undefined;
  /** The hours of each row; empty if they were not counted. */
  readonly hours: (Hours | undefined)[] = [];
  /** The address of each machine by its number; that of 0 is undefined. */
  readonly addresses: (Address | undefined)[] = [undefined];
  /** In the order in which they first appear. */
  readonly knownServices: TableService[] = [];
  /** The numbers of the services of remote servers, by port: both IP versions share them. */
  readonly #ofRemote = new Map<number, number>();

  /** @param counters of all rows, if evidence was counted; the table may change them */
  constructor(tally: Tally, counters: RowCounters | undefined) {
    const families = [tally.readRows(4), tally.readRows(6)];
    this.size = tally.countRows();
    this.counts = new Float64Array(this.size);
    this.firsts = new Float64Array(this.size);
    this.lasts = new Float64Array(this.size);
    this.clients = new Uint32Array(this.size);
    this.services = new Uint32Array(this.size);
    this.counters = counters;
    let at = 0;
    for (const { family, size } of families) {
      this.#read(tally, family, at);
      at += size;
    }
    if (tally.options.hours !== true) return;
    for (const rows of families) {
      for (let row = 0; row < rows.size; row++) this.hours.push(rows.hoursOf(row));
    }
  }

  #read(tally: Tally, family: 4 | 6, from: number): void {
    // The numbers of one IP version begin at 1.
    const base = this.addresses.length - 1;
    const serviceOf = [0];
    let at = from;
    for (const columns of tally.readColumns(family)) {
      this.#addNew(family, columns, base, serviceOf);
      const { size, clients, services } = columns;
      this.counts.set(columns.counts, at);
      this.firsts.set(columns.firsts, at);
      this.lasts.set(columns.lasts, at);
      for (let row = 0; row < size; row++) {
        const client = clients[row] as number;
        this.clients[at + row] = client === 0 ? 0 : base + client;
        this.services[at + row] = serviceOf[services[row] as number] as number;
      }
      at += size;
    }
  }

  #addNew(family: 4 | 6, { newMachines, newServices }: RowColumns, base: number, serviceOf: number[]): void {
    const width = ADDRESS_WORDS[family];
    for (let at = 0; at < newMachines.length; at += width) {
      this.addresses.push(toAddress(family, newMachines.subarray(at, at + width)));
    }
    for (let at = 0; at < newServices.length; at += 2) {
      const [machine, port] = [newServices[at] as number, newServices[at + 1] as number];
      serviceOf.push(this.#addService(machine === 0 ? 0 : base + machine, port));
    }
  }

  #addService(server: number, port: number): number {
    const known = server === 0 ? this.#ofRemote.get(port) : undefined;
    if (known !== undefined) return known;
    const service = this.knownServices.push({ server, port }) - 1;
    if (server === 0) this.#ofRemote.set(port, service);
    return service;
  }

  /** The number of the machine that serves in a row; 0 stands for all remote servers. */
  serverOf(row: number): number {
    return this.#serviceOf(row).server;
  }

  portOf(row: number): number {
    return this.#serviceOf(row).port;
  }

  #serviceOf(row: number): TableService {
    return this.knownServices[this.services[row] as number] as TableService;
  }

  /** Handshakes where they were counted and are known, else SYN-ACKs. */
  connectionsOf(row: number): number {
    const count = this.counts[row] as number;
    return this.counters?.isKnown(row) === true ? this.counters.handshakesOf(row, count) : count;
  }

  /** Adds a row to an earlier one of the same client and service. When each of its SYN-ACKs came is then not known. */
  join(to: number, row: number): void {
    this.counts[to]! += this.counts[row] as number;
    this.firsts[to] = Math.min(this.firsts[to] as number, this.firsts[row] as number);
    this.lasts[to] = Math.max(this.lasts[to] as number, this.lasts[row] as number);
    this.hours[to] = undefined;
    this.counters?.add(to, this.counters, row);
  }
}

/** Returns the counters of all rows of a tally, in the order of `rowsOf`, and those of the folded rows after them. */
export function readCounters(tally: Tally): RowCounters | undefined {
  const { evidence } = tally;
  if (evidence === undefined) return undefined;
  const [size4, size6] = [tally.readRows(4).size, tally.readRows(6).size];
  const values = new Float64Array((size4 + size6 + 1) * COUNTER_COUNT);
  evidence.copyCounters(4, values.subarray(0, size4 * COUNTER_COUNT));
  evidence.copyCounters(6, values.subarray(size4 * COUNTER_COUNT, (size4 + size6) * COUNTER_COUNT));
  const counters = new RowCounters(values);
  counters.set(size4 + size6, evidence.folded);
  return counters;
}

/** One row of a table, whose values are read from there. It implements `Use` of evidence.ts. */
export class TableUse {
  readonly #table: UseTable;
  /** @internal */
  readonly row: number;

  constructor(table: UseTable, row: number) {
    this.#table = table;
    this.row = row;
  }

  get client(): Address | undefined {
    return this.#table.addresses[this.#table.clients[this.row] as number];
  }

  get count(): number {
    return this.#table.counts[this.row] as number;
  }

  get firstSeen(): number {
    return this.#table.firsts[this.row] as number;
  }

  get lastSeen(): number {
    return this.#table.lasts[this.row] as number;
  }

  get hours(): Hours | undefined {
    return this.#table.hours[this.row];
  }

  get evidence(): RowEvidence | undefined {
    return this.#table.counters?.evidenceOf(this.row);
  }
}
