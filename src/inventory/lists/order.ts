// The order of a list, and how many of its rows are shown.

import { compareBytes } from '../../text/compare-bytes.js';

/** How the rows of a list are arranged. */
export interface Order<Column extends string> {
  /**
   * Sorts by this column: numbers and last times descending, first times, ports and texts ascending. Rows that are equal
   * keep their usual order.
   */
  readonly sort?: Column;
  /** Keeps this many rows: the first ones in the order of `sort`, or those with the most SYN-ACKs without it. */
  readonly top?: number;
  /** Reverses the order, before `top`. */
  readonly reverse?: boolean;
}

type Compare<Row> = (a: Row, b: Row) => number;

export function byNumber<Row>(numberOf: (row: Row) => number): Compare<Row> {
  // Not a difference: times may be infinite.
  return (a, b) => Number(numberOf(a) > numberOf(b)) - Number(numberOf(a) < numberOf(b));
}

/** Keeps the usual order of rows, for the column that it follows. */
export function asUsual(): number {
  return 0;
}

export function byText<Row>(textOf: (row: Row) => string): Compare<Row> {
  return (a, b) => compareBytes(textOf(a), textOf(b));
}

/** Sorts, reverses and cuts rows that are in their usual order. */
export function arrange<Row, Column extends string>(
  rows: readonly Row[],
  { sort, top, reverse = false }: Order<NoInfer<Column>>,
  compare: Readonly<Record<Column, Compare<Row>>> & { readonly count: Compare<Row> },
): { readonly rows: readonly Row[]; readonly cutRows: number } {
  const compareRows = sort === undefined ? (top === undefined ? undefined : compare.count) : compare[sort];
  const sorted = compareRows === undefined ? [...rows] : rows.toSorted(compareRows);
  if (reverse) sorted.reverse();
  const shown = sorted.slice(0, top);
  return { rows: shown, cutRows: sorted.length - shown.length };
}
