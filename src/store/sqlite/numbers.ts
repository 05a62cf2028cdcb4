// The numbers by which rows name what other tables have: sensors, addresses, slots. Missing ones are added.

import { formatAddress } from '../../ip/address.js';
import { toAddress } from '../../ip/address-words.js';
import { REMOTE } from '../../names/reserved-names.js';
import { HOUR } from '../../tally/layout.js';
import { clampTime } from '../../text/time.js';
import { type Period, periodOf } from '../period.js';
import type { SqlValue } from './driver.js';
import { TABLES_OF_USES } from './schema.js';
import type { Store } from './store.js';

/** Where the rows of a batch belong. */
export interface Place {
  readonly sensor: number;
  readonly scope: number;
  readonly batch: number;
}

/** The numbers of slots, which it adds to the table. Neighbouring rows are mostly of the same hour. */
export class Slots {
  readonly #store: Store;
  readonly #place: Place;
  readonly #ids = new Map<string, Slot>();
  #last: Slot | undefined;

  constructor(store: Store, place: Place) {
    this.#store = store;
    this.#place = place;
  }

  /**
   * Times that cannot be stored are in the slot of the nearest one that can. Each hour of them has a slot of its own, as
   * its rows may have the same keys as those of others.
   */
  at(first: number, last: number): Slot {
    const known = this.#last;
    // Only the shortest slots are certainly the right ones.
    if (known?.length === HOUR && first >= known.start && last < known.start + HOUR) return known;
    const period = periodOf(first, last);
    const isStorable = clampTime(first) === first && clampTime(last) === last;
    const key = `${period.start} ${period.length}${isStorable ? '' : ` ${Math.floor(first / HOUR)}`}`;
    let slot = this.#ids.get(key);
    if (slot === undefined) {
      slot = { ...period, id: insert(this.#store, 'slots', { ...this.#place, ...period }) };
      this.#ids.set(key, slot);
    }
    this.#last = slot;
    return slot;
  }
}

/** Removes a slot and its uses. */
export function removeSlot(store: Store, id: number): void {
  for (const table of TABLES_OF_USES) store.run(`DELETE FROM ${table} WHERE slot = ?`, id);
  store.run('DELETE FROM slots WHERE id = ?', id);
}

interface Slot extends Period {
  readonly id: number;
}

/** The numbers of addresses, which it adds to the table. Nothing removes an address. */
class AddressIds {
  readonly #store: Store;
  /** By the number of an IPv4 address, or by text. */
  readonly #ids = new Map<string | number, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  of(family: 4 | 6, words: Uint32Array | undefined): number {
    const key =
      words === undefined ? `${REMOTE}${family}` : family === 4 ? (words[0] as number) : words.join();
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const address = words === undefined ? REMOTE : formatAddress(toAddress(family, words));
    const found = this.#store.value(
      'SELECT id FROM addresses WHERE address = ? AND family = ?',
      address,
      family,
    );
    const id = (found as number | null) ?? insert(this.#store, 'addresses', { family, address });
    if (this.#ids.size === MAX_KNOWN) this.#ids.clear();
    this.#ids.set(key, id);
    return id;
  }

  /** Call after a transaction that failed: its addresses are not there. */
  forget(): void {
    this.#ids.clear();
  }
}

const addresses = new WeakMap<Store, AddressIds>();

/** The addresses of an open store. Mostly, many batches have the same ones. */
export function addressesOf(store: Store): AddressIds {
  const known = addresses.get(store) ?? new AddressIds(store);
  addresses.set(store, known);
  return known;
}

/** Addresses that are remembered: 20 MB. */
const MAX_KNOWN = 200_000;

/** The number of the row with this value, which is added if there is none. */
export function idOf(store: Store, table: string, column: string, value: SqlValue): number {
  const found = store.value(`SELECT id FROM ${table} WHERE ${column} IS ?`, value);
  return (found as number | null) ?? insert(store, table, { [column]: value });
}

/** Returns the number of the row. Names of tables and columns are ours. */
export function insert(store: Store, table: string, columns: Readonly<Record<string, SqlValue>>): number {
  const names = Object.keys(columns);
  return store.run(
    `INSERT INTO ${table} (${names.join()}) VALUES (${names.map(() => '?').join()})`,
    ...Object.values(columns),
  ).id;
}
