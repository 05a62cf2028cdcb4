// Inserts many rows, some with each statement: alone, each would take twice the time.

import type { SqlValue } from './driver.js';
import type { Store } from './store.js';

const ROWS_AT_ONCE = 50;

/** Rows wait until there are enough for a statement. Call `flush` after the last one. */
export class BulkInsert {
  /** The values of the rows that wait. Those of the next row belong at `next`; call `advance` after that. */
  readonly values: SqlValue[];
  next = 0;
  readonly #store: Store;
  readonly #width: number;
  readonly #one: string;
  readonly #many: string;

  /** @param conflict the clause for rows that are there; names are ours */
  constructor(store: Store, table: string, columns: readonly string[], conflict = '') {
    const row = `(${columns.map(() => '?').join()})`;
    const insert = (rows: number): string =>
      `INSERT INTO ${table} (${columns.join()}) VALUES ${new Array<string>(rows).fill(row).join()} ${conflict}`;
    this.#store = store;
    this.#width = columns.length;
    this.#one = insert(1);
    this.#many = insert(ROWS_AT_ONCE);
    this.values = new Array<SqlValue>(columns.length * ROWS_AT_ONCE).fill(null);
  }

  add(row: readonly SqlValue[]): void {
    for (let at = 0; at < row.length; at++) this.values[this.next + at] = row[at] as SqlValue;
    this.advance();
  }

  advance(): void {
    this.next += this.#width;
    if (this.next < this.values.length) return;
    this.#store.prepare(this.#many).run(...this.values);
    this.next = 0;
  }

  flush(): void {
    for (let at = 0; at < this.next; at += this.#width) {
      this.#store.prepare(this.#one).run(...this.values.slice(at, at + this.#width));
    }
    this.next = 0;
  }
}
