// Collects the entries of a summary from the rows of a tally.

import type { Names } from '../../names/names.js';
import type { RowColumns } from '../../tally/row-columns.js';
import { isFiltering } from '../filter.js';
import type { Inventory } from '../inventory.js';
import { Entries } from './entries.js';
import { JudgedRows } from './judged-rows.js';
import { Machines, machineOf, OTHER_MACHINE } from './machines.js';
import type { ResolvedQuery } from './query.js';
import { OTHER_SERVICE, Services } from './services.js';
import { SliceError, type Slices, sliceColumnOf } from './slices.js';

/** The rows that a query asks for, and the SYN-ACKs of the others by reason. */
export class Collected {
  readonly entries: Entries;
  readonly machines: Machines;
  readonly services: Services;
  readonly judged: JudgedRows;
  /** SYN-ACKs in rows that the patterns of the query left out. */
  filteredOut = 0;
  /** SYN-ACKs in rows that `only` left out. */
  unchosen = 0;
  /** SYN-ACKs in rows of which nothing counts. */
  uncounted = 0;
  readonly #inventory: Inventory;
  readonly #query: ResolvedQuery;
  readonly #slices: Slices;

  /** @throws SliceError, EvidenceError as `summarize` */
  constructor(inventory: Inventory, names: Names, slices: Slices, query: ResolvedQuery) {
    this.#inventory = inventory;
    this.#query = query;
    this.#slices = slices;
    const { tally } = inventory;
    const [size4, size6] = [tally.readRows(4).size, tally.readRows(6).size];
    this.machines = new Machines(size4, size6, names, query);
    this.services = new Services(size4 + size6, this.machines, names, query);
    this.judged = new JudgedRows(inventory, names, query);
    const hasRows = this.judged.counters !== undefined;
    this.entries = new Entries(size4 + size6 + 1, this.#countsHandshakes, hasRows);
    for (const family of [4, 6] as const) this.#addRows(family, family === 4 ? 0 : size4);
    this.#addFolded(size4 + size6);
  }

  get #countsHandshakes(): boolean {
    return (this.#query.counted ?? 'syn-acks') !== 'syn-acks';
  }

  /** Whether the query takes every row as it is. */
  get #takesAll(): boolean {
    const { by, only = 'all' } = this.#query;
    const isDivided = sliceColumnOf(by) !== undefined;
    return !isDivided && only === 'all' && !this.#countsHandshakes && !isFiltering(this.#query);
  }

  /** @param number of the first row in the order of `rowsOf` */
  #addRows(family: 4 | 6, number: number): void {
    const { tally } = this.#inventory;
    const base = this.machines.baseOf(family);
    const serviceOf = new Uint32Array(tally.readRows(family).size + 1);
    let known = 1;
    let row = number;
    for (const columns of tally.readColumns(family)) {
      const { newMachines, newServices, size } = columns;
      this.machines.addAll(family, newMachines);
      for (let at = 0; at < newServices.length; at += 2) {
        const server = machineOf(base, newServices[at] as number);
        serviceOf[known++] = this.services.add(server, newServices[at + 1] as number);
      }
      // Rows of nothing but outcomes, which a store may have, are not shown.
      if (this.#takesAll && !columns.counts.includes(0)) this.entries.addAll(columns, base, serviceOf, row);
      else for (let at = 0; at < size; at++) this.#addRow(columns, at, base, serviceOf, row + at);
      row += size;
    }
  }

  #addRow(columns: RowColumns, at: number, base: number, serviceOf: Uint32Array, row: number): void {
    const client = machineOf(base, columns.clients[at] as number);
    const server = machineOf(base, columns.servers[at] as number);
    const service = serviceOf[columns.services[at] as number] as number;
    const [count, first, last] = [columns.counts[at], columns.firsts[at], columns.lasts[at]] as number[];
    this.#checkSlice(first as number, last as number);
    const { machines, services } = this;
    const isWanted =
      machines.isWantedClient(client) && machines.isWantedServer(server) && services.isWanted(service);
    if (!isWanted) {
      this.filteredOut += count as number;
      return;
    }
    this.#add(client, server, service, count as number, first as number, last as number, row);
  }

  /** @param row the number that stands for the folded rows */
  #addFolded(row: number): void {
    const { rows, count, first, last } = this.#inventory.tally.folded;
    if (rows > 0) this.#add(OTHER_MACHINE, OTHER_MACHINE, OTHER_SERVICE, count, first, last, row);
  }

  #add(
    client: number,
    server: number,
    service: number,
    synAcks: number,
    first: number,
    last: number,
    row: number,
  ): void {
    const { entries, judged } = this;
    const count = judged.countOf(row, synAcks);
    if (!judged.isChosen(row)) this.unchosen += synAcks;
    else if (count === 0) this.uncounted += synAcks;
    else {
      entries.add(client, server, service, count, first, last);
      if (this.#countsHandshakes) entries.synAcks[entries.size - 1] = synAcks;
      entries.rows[entries.size - 1] = row;
    }
  }

  #checkSlice(first: number, last: number): void {
    const slice = sliceColumnOf(this.#query.by);
    if (slice === undefined) return;
    if (this.#slices.numberOf(slice, first) !== this.#slices.numberOf(slice, last))
      throw new SliceError(slice);
  }
}
