// Adds the rows of a tally to a store. Nothing is made for each row but the call of SQLite: machines and services are looked
// up once each, by the numbers that the tally gives them.

import { EVIDENCE } from '../../inventory/document/fields.js';
import { ADDRESS_WORDS } from '../../ip/address-words.js';
import { COUNTER_COUNT, UNKNOWN_EVIDENCE } from '../../tally/layout.js';
import type { RowColumns } from '../../tally/row-columns.js';
import { type RowEvidence, unpackEvidence } from '../../tally/row-evidence.js';
import type { Tally } from '../../tally/tally.js';
import { clampTime } from '../../text/time.js';
import type { SqlValue } from './driver.js';
import { AddressIds, type Place, Slots } from './numbers.js';
import { EVIDENCE_COLUMNS } from './schema.js';
import type { Store } from './store.js';

const FIRST_COUNTER = 7;
const CLIENTS = FIRST_COUNTER + EVIDENCE_COLUMNS.length;
const USE_COLUMNS: readonly string[] = [
  'slot',
  'server',
  'port',
  'client',
  'syn_acks',
  'first',
  'span',
  ...EVIDENCE_COLUMNS,
  'clients',
];
const ADD_USE = `INSERT INTO uses (${USE_COLUMNS.join()}) VALUES (${USE_COLUMNS.map(() => '?').join()})`;

/** For each column of evidence, the place of its counter among those of a row. */
const COUNTER_AT: readonly number[] = (() => {
  const places = unpackEvidence(Float64Array.from({ length: COUNTER_COUNT }, (_, at) => at)) as RowEvidence;
  return EVIDENCE_COLUMNS.map((column) => places[EVIDENCE[column] as keyof RowEvidence]);
})();
const DATA_AT = COUNTER_AT[EVIDENCE_COLUMNS.indexOf('data')] as number;

/** min and max of SQLite are NULL if one of their values is. */
const ADD_SERVICE = `INSERT INTO services (server, port, sensor, first_seen, last_seen, first_used, last_used)
  VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    first_seen = min(first_seen, excluded.first_seen),
    last_seen = max(last_seen, excluded.last_seen),
    first_used = coalesce(min(first_used, excluded.first_used), first_used, excluded.first_used),
    last_used = coalesce(max(last_used, excluded.last_used), last_used, excluded.last_used)`;

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
  readonly #store: Store;
  readonly #place: Place;
  readonly #tally: Tally;
  readonly #addresses: AddressIds;
  readonly #slots: Slots;
  /** The values of one row, which are written again and again. */
  readonly #values: SqlValue[] = USE_COLUMNS.map(() => null);

  constructor(store: Store, place: Place, tally: Tally) {
    this.#store = store;
    this.#place = place;
    this.#tally = tally;
    this.#addresses = new AddressIds(store);
    this.#slots = new Slots(store, place);
  }

  add(family: 4 | 6): number {
    const rows = this.#tally.readRows(family);
    if (rows.size === 0) return 0;
    const counters = this.#tally.evidence?.countersOf(family);
    const hasClients = this.#tally.options.clients === true;
    const ids: number[] = [];
    const services: Service[] = [];
    const statement = this.#store.prepare(ADD_USE);
    const values = this.#values;
    let added = 0;
    let row = -1;
    for (const columns of this.#tally.readColumns(family)) {
      this.#noteNew(family, columns, ids, services);
      const { size, counts, firsts, lasts, clients } = columns;
      const remote = clients.includes(0) ? this.#addresses.of(family, undefined) : 0;
      for (let at = 0; at < size; at++) {
        row += 1;
        const count = counts[at] as number;
        const evidenceAt = row * COUNTER_COUNT;
        if (count === 0 && !hasCounters(counters, evidenceAt)) continue;
        added += 1;
        const first = clampTime(firsts[at] as number);
        const last = clampTime(lasts[at] as number);
        const slot = this.#slots.at(first, last);
        const service = services[columns.services[at] as number] as Service;
        const client = clients[at] as number;
        values[0] = slot.id;
        values[1] = service.server;
        values[2] = service.port;
        values[3] = client === 0 ? remote : (ids[client] as number);
        values[4] = count;
        values[5] = first - slot.start;
        values[6] = last - first;
        const isKnown = counters !== undefined && counters[evidenceAt] !== UNKNOWN_EVIDENCE;
        for (let column = 0; column < COUNTER_AT.length; column++) {
          values[FIRST_COUNTER + column] = isKnown
            ? (counters[evidenceAt + (COUNTER_AT[column] as number)] as number)
            : null;
        }
        values[CLIENTS] = hasClients && client === 0 ? (rows.remoteClientsOf(row) ?? null) : null;
        statement.run(...values);
        service.first = Math.min(service.first, first);
        service.last = Math.max(service.last, last);
        if (!isKnown || counters[evidenceAt + DATA_AT] === 0) continue;
        service.firstUsed = Math.min(service.firstUsed, first);
        service.lastUsed = Math.max(service.lastUsed, last);
      }
    }
    this.#addServices(services);
    return added;
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
    const statement = this.#store.prepare(ADD_SERVICE);
    for (const service of services) {
      // There is none with the number 0, and one may have only rows in which nothing was counted.
      if (service === undefined || service.first > service.last) continue;
      const { server, port, first, last, firstUsed, lastUsed } = service;
      const isUsed = firstUsed <= lastUsed;
      statement.run(
        server,
        port,
        this.#place.sensor,
        first,
        last,
        isUsed ? firstUsed : null,
        isUsed ? lastUsed : null,
      );
    }
  }
}

/** Whether a row has evidence, or it is not known whether it has. */
function hasCounters(counters: Float64Array | undefined, at: number): boolean {
  return counters?.subarray(at, at + COUNTER_COUNT).some((counter) => counter !== 0) === true;
}
