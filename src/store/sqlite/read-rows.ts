// Reads rows of uses. A store comes from outside, like a saved inventory, so every value is checked. Addresses are looked up
// once each: there are fewer machines than rows.

import { parseAddress } from '../../ip/address.js';
import { toWords } from '../../ip/address-words.js';
import { MAX_PORT } from '../../ip/port.js';
import { REMOTE } from '../../names/reserved-names.js';
import { findSketchFault } from '../../tally/client-sketch.js';
import type { Hours } from '../../tally/hours.js';
import { findEvidenceFault, NO_EVIDENCE, type RowEvidence } from '../../tally/row-evidence.js';
import type { TallyRow } from '../../tally/rows.js';
import { StoreError } from '../errors.js';
import { COMMON_COUNTERS, CountersReader, EVIDENCE_COLUMNS, RARE_COUNTERS } from './counters.js';
import type { SqlRow, SqlValue } from './driver.js';
import type { Store } from './store.js';

/** The columns that `row` reads, in their order. */
export const ROW_COLUMNS: string = `server, port, client, syn_acks, first, last, length, known, ${EVIDENCE_COLUMNS.join()}`;
/** The column after these, if hours are asked for. */
export const HOURS_COLUMN = 'hours';
/** Its place. */
export const HOURS_AT: number = ROW_COLUMNS.split(',').length;

/** Evidence is known if it is known of every part. */
const SUMS = `sum(syn_acks) AS syn_acks, min(start + first) AS first, max(start + first + span) AS last,
  count(${COMMON_COUNTERS[0]}) = count(*) AS known, ${COMMON_COUNTERS.map(sumOf).join()}`;
const SUMS_OF_DETAILS = RARE_COUNTERS.map(sumOf).join();

function sumOf(column: string): string {
  return `sum(${column}) AS ${column}`;
}

/**
 * A query for the sums of uses that have the same values in some columns, in the order of these. Uses may have no SYN-ACKs, only
 * the outcome of handshakes in an earlier piece of a stream; without that piece, which may be of another sensor, or removed,
 * they are left out. CROSS JOIN makes SQLite begin with the slots, of which there are few.
 * @param by columns of `slots` and `uses`, with server, port and client among them
 * @param where a condition on slots; its values are numbered
 * @param hours an aggregate for HOURS_COLUMN
 * @param slots the table of slots, perhaps with more columns from another one
 */
export function sumUses(by: string, where: string, hours = 'NULL', slots = 'slots'): string {
  const uses = `SELECT ${by}, ${SUMS}, ${hours} AS ${HOURS_COLUMN} FROM ${slots} CROSS JOIN uses ON slot = slots.id WHERE ${where}
    GROUP BY ${by} HAVING sum(syn_acks) <> 0`;
  const details = `SELECT ${by}, ${SUMS_OF_DETAILS} FROM ${slots} CROSS JOIN details ON slot = slots.id WHERE ${where} GROUP BY ${by}`;
  const counters = RARE_COUNTERS.map((name) => `coalesce(${name}, 0) AS ${name}`);
  return `SELECT ${by}, syn_acks, first, last, known, ${COMMON_COUNTERS.join()}, ${counters.join()}, ${HOURS_COLUMN}
    FROM (${uses}) LEFT JOIN (${details}) USING (${by})`;
}

/** Where the counters begin in a row. */
const COUNTERS = 8;

interface Machine {
  readonly family: 4 | 6;
  /** Undefined for any remote machine. */
  readonly words: Uint32Array | undefined;
}

export class RowReader {
  readonly #store: Store;
  readonly #machines = new Map<SqlValue | undefined, Machine>();
  readonly #counters = new CountersReader(EVIDENCE_COLUMNS);

  constructor(store: Store) {
    this.#store = store;
  }

  /** Reads a row of ROW_COLUMNS. @throws StoreError */
  row(row: SqlRow, hours?: Hours): TallyRow {
    // Destructuring an array would take several times as long.
    const count = row[3];
    const first = row[4];
    const last = row[5];
    const unit = row[6];
    if (!isWhole(count, 1) || !isWhole(unit, 0)) throw damaged('uses');
    const evidence = row[7] === 1 ? this.#readEvidence(row, count) : undefined;
    const { family, server, port, client } = this.#key(row[0], row[1], row[2]);
    if (!isTime(first) || !isTime(last) || first > last) throw damaged('uses');
    return {
      family,
      server,
      port,
      client,
      count,
      first,
      last,
      unit,
      ...(evidence === undefined ? undefined : { evidence }),
      ...(hours === undefined ? undefined : { hours }),
    };
  }

  /** Reads a sketch: server, port, client, first, last and clients. @throws StoreError */
  sketch(row: SqlRow): TallyRow {
    const first = row[3];
    const last = row[4];
    const sketch = row[5];
    if (!(sketch instanceof Uint8Array)) throw damaged('uses');
    const fault = findSketchFault(sketch);
    if (fault !== undefined) throw damaged('uses', fault);
    if (!isTime(first) || !isTime(last) || first > last) throw damaged('uses');
    const { family, server, port, client } = this.#key(row[0], row[1], row[2]);
    return {
      family,
      server,
      port,
      client,
      count: 0,
      first,
      last,
      remoteClients: sketch,
      evidence: NO_EVIDENCE,
    };
  }

  #readEvidence(row: SqlRow, count: number): RowEvidence {
    const evidence = this.#counters.read(row, COUNTERS);
    if (evidence === undefined) throw damaged('uses');
    const fault = findEvidenceFault(count, evidence);
    if (fault !== undefined) throw damaged('uses', fault);
    return evidence;
  }

  #key(
    server: SqlValue | undefined,
    port: SqlValue | undefined,
    client: SqlValue | undefined,
  ): Pick<TallyRow, 'family' | 'server' | 'port' | 'client'> {
    const from = this.#machine(server);
    const to = this.#machine(client);
    if (from.family !== to.family || !isWhole(port, 0) || port > MAX_PORT) throw damaged('uses');
    return { family: from.family, server: from.words, port, client: to.words };
  }

  #machine(id: SqlValue | undefined): Machine {
    let machine = this.#machines.get(id);
    if (machine === undefined) {
      const [family, text] =
        this.#store.get('SELECT family, address FROM addresses WHERE id = ?', id ?? null) ?? [];
      if (family !== 4 && family !== 6) throw damaged('addresses');
      machine = { family, words: readWords(family, text) };
      this.#machines.set(id, machine);
    }
    return machine;
  }
}

function readWords(family: 4 | 6, text: SqlValue | undefined): Uint32Array | undefined {
  if (text === REMOTE) return undefined;
  const address = typeof text === 'string' ? parseAddress(text) : undefined;
  if (address?.family !== family) throw damaged('addresses');
  return toWords(address);
}

export function isWhole(value: SqlValue | undefined, min: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= min;
}

export function isTime(value: SqlValue | undefined): value is number {
  return Number.isSafeInteger(value);
}

/** @throws StoreError */
export function textIn(table: string, value: SqlValue | undefined): string {
  if (typeof value !== 'string') throw damaged(table);
  return value;
}

/** @throws StoreError */
export function optionalTextIn(table: string, value: SqlValue | undefined): string | undefined {
  return value === null ? undefined : textIn(table, value);
}

/** @throws StoreError */
export function wholeIn(table: string, value: SqlValue | undefined): number {
  if (!isWhole(value, 0)) throw damaged(table);
  return value;
}

/** A time, which may be before 1970; undefined for NULL. @throws StoreError */
export function optionalTimeIn(table: string, value: SqlValue | undefined): number | undefined {
  if (value === null) return undefined;
  if (!isTime(value)) throw damaged(table);
  return value;
}

export function damaged(table: string, fault = 'found a value that synsum does not write'): StoreError {
  return new StoreError(`table ${table}: ${fault}`);
}
