// Numbers that rows have, such as that of the link that each is in, in flat memory: there may be very many rows.

import type { Row } from './rows.js';

export class RowNumbers {
  /** One more than the number of each row; 0 for rows without one. */
  readonly #numbers: Uint32Array;

  /** @param rows the rows that may have a number, ascending by their own */
  constructor(rows: readonly Row[]) {
    this.#numbers = new Uint32Array((rows.at(-1)?.number ?? -1) + 1);
  }

  get({ number }: Row): number | undefined {
    const found = this.#numbers[number] ?? 0;
    return found === 0 ? undefined : found - 1;
  }

  set({ number }: Row, value: number): void {
    this.#numbers[number] = value + 1;
  }

  /** Replaces the number of each of these rows, which have one. */
  renumber(rows: readonly Row[], numberFor: readonly number[]): void {
    for (const row of rows) this.set(row, numberFor[this.get(row) as number] as number);
  }
}

/** Returns where each item of a list is after sorting. */
export function placesAfter<Item>(items: readonly Item[], sorted: readonly Item[]): number[] {
  const places = new Map(sorted.map((item, at) => [item, at]));
  return items.map((item) => places.get(item) as number);
}
