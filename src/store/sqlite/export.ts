// All rows of a window of time, hour by hour, for other programs.

import { type ExportedMachine, type ExportedRow, exportedMachine } from '../../inventory/history/exported.js';
import type { Selection } from '../selection.js';
import { ROW_COLUMNS, RowReader, sumUses, textIn } from './read-rows.js';
import { findSlots } from './slots.js';
import type { Store } from './store.js';

/** Rows that are handed over at once. */
const CHUNK = 1000;

/** The rows of each sensor and hour, or longer time, in that order; the batches of one are added up. */
export function* exportRows(store: Store, selection: Selection): Generator<readonly ExportedRow[]> {
  // Otherwise, hours could be added up to days between two of them.
  store.exec('BEGIN');
  try {
    const { where, values } = findSlots(store, selection);
    const reader = new RowReader(store);
    // The reader gives all rows of a machine the same words.
    const machines = new Map<Uint32Array, ExportedMachine>();
    const machineOf = (family: 4 | 6, words: Uint32Array | undefined): ExportedMachine | undefined => {
      if (words === undefined) return undefined;
      const machine = machines.get(words) ?? exportedMachine(family, words);
      machines.set(words, machine);
      return machine;
    };
    const periods = store.all(
      `SELECT DISTINCT sensors.id, name, start, length FROM slots JOIN sensors ON sensors.id = slots.sensor
        WHERE ${where} ORDER BY start, length, name`,
      ...values,
    );
    for (const [sensor, name, start, length] of [...periods]) {
      const sums = sumUses('server, port, client', 'sensor = ?1 AND start = ?2 AND length = ?3');
      const rows = store.all(
        `SELECT ${ROW_COLUMNS} FROM (SELECT *, ?3 AS length FROM (${sums}))`,
        sensor as number,
        start as number,
        length as number,
      );
      let chunk: ExportedRow[] = [];
      for (const row of rows) {
        const { family, server, port, client, count, first, last, evidence } = reader.row(row);
        chunk.push({
          start: start as number,
          length: length as number,
          sensor: textIn('sensors', name),
          server: machineOf(family, server),
          port,
          client: machineOf(family, client),
          count,
          first,
          last,
          ...(evidence === undefined ? undefined : { evidence }),
        });
        if (chunk.length < CHUNK) continue;
        yield chunk;
        chunk = [];
      }
      if (chunk.length > 0) yield chunk;
    }
  } finally {
    store.exec('COMMIT');
  }
}
