// The cells of a summary without rows, for views that write each as text: cells that repeat are written once.

import { OTHER } from '../endpoints.js';
import { RecentTexts } from '../flat/recent-texts.js';
import type { Column } from './columns.js';
import type { Entries, Groups } from './entries.js';
import type { Machines } from './machines.js';
import { NO_PORT, type Services } from './services.js';

export type WriteCell = (text: string, column: Column) => string;

/** It is reused for the next row. */
export interface CountedCells {
  readonly count: number;
  readonly cells: string;
}

/** The cells of a column, by the numbers that its entries have. */
interface Cells {
  readonly numbers: Uint32Array;
  readonly cells: RecentTexts;
}

/** Yields the rows of these groups: the count, and the cells of all columns joined. */
export function* joinCells(
  sequence: Uint32Array,
  { counts }: Entries,
  { order, starts }: Groups,
  columns: readonly Cells[],
): Generator<CountedCells, void, undefined> {
  const row = { count: 0, cells: '' };
  for (let at = 0; at < sequence.length; at++) {
    const group = sequence[at] as number;
    const start = starts[group] as number;
    // All entries of a group look the same.
    const entry = order[start] as number;
    row.count = 0;
    for (let other = start; other < (starts[group + 1] as number); other++) {
      row.count += counts[order[other] as number] as number;
    }
    row.cells = '';
    for (const { numbers, cells } of columns) row.cells += cells.at(numbers[entry] as number);
    yield row;
  }
}

/** Returns the cells of columns that are not of time, as `write` returns them. */
export function cellsOf(
  { clients, servers, services }: Entries,
  machines: Machines,
  known: Services,
): (by: readonly Column[], write: WriteCell) => Cells[] {
  const columns: Readonly<Partial<Record<Column, readonly [Uint32Array, (number: number) => string]>>> = {
    client: [clients, (machine) => machines.labelOf(machine)],
    server: [servers, (machine) => machines.labelOf(machine)],
    service: [services, (service) => known.labelOf(service)],
    port: [
      services,
      (service) => (known.portOf(service) === NO_PORT ? OTHER : String(known.portOf(service))),
    ],
  };
  return (by, write) =>
    by.flatMap((column) => {
      const [numbers, textOf] = columns[column] ?? [];
      if (numbers === undefined || textOf === undefined) return [];
      return [{ numbers, cells: new RecentTexts((number) => write(textOf(number), column)) }];
    });
}
