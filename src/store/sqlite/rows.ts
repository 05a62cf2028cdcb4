// Adds the rows of a tally to a store. Nothing is made for each row: machines and services are looked up once each, by the
// numbers that the tally gives them.

import { ADDRESS_WORDS } from '../../ip/address-words.js';
import { MAX_PORT } from '../../ip/port.js';
import { COUNTER_COUNT, DATA, UNKNOWN_EVIDENCE } from '../../tally/layout.js';
import { MAX_ROWS_TOGETHER, type RowColumns } from '../../tally/row-columns.js';
import type { Tally } from '../../tally/tally.js';
import { clampTime } from '../../text/time.js';
import { BulkInsert } from './bulk-insert.js';
import { COMMON_COUNTERS, placesOf, RARE_COUNTERS } from './counters.js';
import type { SqlValue } from './driver.js';
import { addressesOf, type Place, Slots } from './numbers.js';
import type { Store } from './store.js';

const KEY_COLUMNS: readonly string[] = ['slot', 'server', 'port', 'client'];
const USE_COLUMNS: readonly string[] = [...KEY_COLUMNS, 'syn_acks', 'first', 'span', ...COMMON_COUNTERS];
const FIRST_COUNTER = USE_COLUMNS.length - COMMON_COUNTERS.length;
const SERVICE_COLUMNS: readonly string[] = [
  'server',
  'port',
  'sensor',
  'first_seen',
  'last_seen',
  'first_used',
  'last_used',
];

/** min and max of SQLite are NULL if one of their values is. */
const UPDATE_SERVICE = `ON CONFLICT DO UPDATE SET
    first_seen = min(first_seen, excluded.first_seen),
    last_seen = max(last_seen, excluded.last_seen),
    first_used = coalesce(min(first_used, excluded.first_used), first_used, excluded.first_used),
    last_used = coalesce(max(last_used, excluded.last_used), last_used, excluded.last_used)`;

/** The places of counters among those of a row, by the columns for them. */
const COMMON_AT = placesOf(COMMON_COUNTERS);
const RARE_AT = placesOf(RARE_COUNTERS);

/** Numbers of servers, of ports and of rows that are read together, in this order, fill the 53 bits of an integer. */
const ROW_LIMIT = MAX_ROWS_TOGETHER;
const PORT_LIMIT = MAX_PORT + 1;
const SERVER_LIMIT = 2 ** 53 / (PORT_LIMIT * ROW_LIMIT);

interface Service {
  readonly server: number;
  readonly port: number;
  first: number;
  last: number;
  firstUsed: number;
  lastUsed: number;
}

/** Returns how many rows it added. */
export function addRows(store: Store, place: Place, tally: Tally): number {
  const adder = new RowAdder(store, place, tally);
  return adder.add(4) + adder.add(6);
}

class RowAdder {
  readonly #place: Place;
  readonly #tally: Tally;
  readonly #addresses: ReturnType<typeof addressesOf>;
  readonly #slots: Slots;
  readonly #uses: BulkInsert;
  readonly #details: BulkInsert;
  readonly #sketches: BulkInsert;
  readonly #services: BulkInsert;

  constructor(store: Store, place: Place, tally: Tally) {
    this.#place = place;
    this.#tally = tally;
    this.#addresses = addressesOf(store);
    this.#slots = new Slots(store, place);
    this.#uses = new BulkInsert(store, 'uses', USE_COLUMNS);
    this.#details = new BulkInsert(store, 'details', [...KEY_COLUMNS, ...RARE_COUNTERS]);
    this.#sketches = new BulkInsert(store, 'sketches', [...KEY_COLUMNS, 'clients']);
    this.#services = new BulkInsert(store, 'services', SERVICE_COLUMNS, UPDATE_SERVICE);
  }

  add(family: 4 | 6): number {
    const rows = this.#tally.readRows(family);
    if (rows.size === 0) return 0;
    const counters = this.#tally.evidence?.countersOf(family);
    const hasClients = this.#tally.options.clients === true;
    const ids: number[] = [];
    const services: Service[] = [];
    const uses = this.#uses;
    let added = 0;
    let firstRow = 0;
    for (const columns of this.#tally.readColumns(family)) {
      this.#noteNew(family, columns, ids, services);
      const { size, counts, firsts, lasts, clients } = columns;
      const remote = clients.includes(0) ? this.#addresses.of(family, undefined) : 0;
      for (const key of inOrder(columns, services)) {
        const at = key % ROW_LIMIT;
        const row = firstRow + at;
        const count = counts[at] as number;
        const evidenceAt = row * COUNTER_COUNT;
        if (count === 0 && !hasCounters(counters, evidenceAt)) continue;
        added += 1;
        const first = clampTime(firsts[at] as number);
        const last = clampTime(lasts[at] as number);
        const slot = this.#slots.at(firsts[at] as number, lasts[at] as number);
        const service = services[columns.services[at] as number] as Service;
        const client = clients[at] as number;
        const { values, next } = uses;
        values[next] = slot.id;
        values[next + 1] = service.server;
        values[next + 2] = service.port;
        values[next + 3] = client === 0 ? remote : (ids[client] as number);
        values[next + 4] = count;
        values[next + 5] = first - slot.start;
        values[next + 6] = last - first;
        const isKnown = counters !== undefined && counters[evidenceAt] !== UNKNOWN_EVIDENCE;
        for (let column = 0; column < COMMON_AT.length; column++) {
          const counter = evidenceAt + (COMMON_AT[column] as number);
          values[next + FIRST_COUNTER + column] = isKnown ? (counters[counter] as number) : null;
        }
        if (isKnown && hasAny(counters, evidenceAt, RARE_AT)) {
          this.#details.add([
            ...this.#key(),
            ...RARE_AT.map((place) => counters[evidenceAt + place] as number),
          ]);
        }
        const sketch = hasClients && client === 0 ? rows.remoteClientsOf(row) : undefined;
        if (sketch !== undefined) this.#sketches.add([...this.#key(), sketch]);
        uses.advance();
        service.first = Math.min(service.first, first);
        service.last = Math.max(service.last, last);
        if (!isKnown || counters[evidenceAt + DATA] === 0) continue;
        service.firstUsed = Math.min(service.firstUsed, first);
        service.lastUsed = Math.max(service.lastUsed, last);
      }
      firstRow += size;
    }
    this.#addServices(services);
    for (const table of [uses, this.#details, this.#sketches, this.#services]) table.flush();
    return added;
  }

  /** The key of the use whose values are written. */
  #key(): SqlValue[] {
    const { values, next } = this.#uses;
    return values.slice(next, next + KEY_COLUMNS.length);
  }

  /** Looks up the machines and services that appear for the first time. Their numbers begin at 1. */
  #noteNew(
    family: 4 | 6,
    { newMachines, newServices }: RowColumns,
    ids: number[],
    services: Service[],
  ): void {
    const width = ADDRESS_WORDS[family];
    for (let at = 0; at < newMachines.length; at += width) {
      // 0 stands for remote machines.
      ids[Math.max(1, ids.length)] = this.#addresses.of(family, newMachines.subarray(at, at + width));
    }
    for (let at = 0; at < newServices.length; at += 2) {
      const machine = newServices[at] as number;
      services[Math.max(1, services.length)] = {
        server: machine === 0 ? this.#addresses.of(family, undefined) : (ids[machine] as number),
        port: newServices[at + 1] as number,
        first: Number.POSITIVE_INFINITY,
        last: Number.NEGATIVE_INFINITY,
        firstUsed: Number.POSITIVE_INFINITY,
        lastUsed: Number.NEGATIVE_INFINITY,
      };
    }
  }

  #addServices(services: readonly Service[]): void {
    for (const service of services) {
      // There is none with the number 0, and one may have only rows in which nothing was counted.
      if (service === undefined || service.first > service.last) continue;
      const { server, port, first, last, firstUsed, lastUsed } = service;
      const used = firstUsed <= lastUsed ? [firstUsed, lastUsed] : [null, null];
      this.#services.add([server, port, this.#place.sensor, first, last, ...used]);
    }
  }
}

/**
 * The numbers of rows, each added to a multiple of ROW_LIMIT, by server and port as they are in the table. In another order,
 * each row would be on another page of it, and pages would be less full.
 */
function inOrder({ size, services: numbers }: RowColumns, services: readonly Service[]): Float64Array {
  const keys = new Float64Array(size);
  for (let at = 0; at < size; at++) {
    const { server, port } = services[numbers[at] as number] as Service;
    keys[at] = ((server % SERVER_LIMIT) * PORT_LIMIT + port) * ROW_LIMIT + at;
  }
  return keys.sort();
}

/** Whether any of these counters of a row is not 0. */
function hasAny(counters: Float64Array, at: number, places: readonly number[]): boolean {
  for (let place = 0; place < places.length; place++) {
    if (counters[at + (places[place] as number)] !== 0) return true;
  }
  return false;
}

/** Whether a row has evidence, or it is not known whether it has. */
function hasCounters(counters: Float64Array | undefined, at: number): boolean {
  return counters?.subarray(at, at + COUNTER_COUNT).some((counter) => counter !== 0) === true;
}
