// Checks a store: that SQLite finds it whole, and that its rows add up to what was recorded.

import { countNoun } from '../../text/count-noun.js';
import type { Verification } from '../store.js';
import { TABLES_OF_SOME } from './schema.js';
import type { Store } from './store.js';

/** The most faults that are listed. */
const MAX_FAULTS = 20;

export function verify(store: Store): Verification {
  const faults: string[] = [];
  for (const [fault] of store.all(`PRAGMA integrity_check(${MAX_FAULTS})`)) {
    if (fault !== 'ok') faults.push(`SQLite: ${fault}`);
  }
  const [batches, recorded] = numbers(store, 'SELECT count(*), coalesce(sum(row_syn_acks), 0) FROM batches');
  const [rows, counted] = numbers(store, 'SELECT count(*), coalesce(sum(syn_acks), 0) FROM uses');
  const [, removed] = numbers(store, 'SELECT count(*), coalesce(sum(syn_acks), 0) FROM pruned');
  if (counted + removed !== recorded) {
    faults.push(
      `the rows have ${countNoun(counted, 'SYN-ACK')} and ${removed} were removed, expected ${recorded}, which were recorded`,
    );
  }
  const unequal = store.all(
    `SELECT source, row_syn_acks, sum(uses.syn_acks) AS counted FROM batches
        JOIN slots ON slots.batch = batches.id JOIN uses ON uses.slot = slots.id
      GROUP BY batches.id HAVING counted > row_syn_acks LIMIT ${MAX_FAULTS}`,
  );
  for (const [source, expected, found] of unequal) {
    faults.push(`${source}: found ${found} SYN-ACKs in rows, expected at most ${expected}`);
  }
  const lost = store.value(
    `SELECT count(*) FROM uses JOIN slots ON slots.id = slot WHERE NOT EXISTS (SELECT 1 FROM services
      WHERE services.server = uses.server AND services.port = uses.port AND services.sensor = slots.sensor)`,
  ) as number;
  if (lost > 0) faults.push(`${countNoun(lost, 'row')} of services that the list of services lacks`);
  const orphans = store.value(
    'SELECT count(*) FROM uses WHERE NOT EXISTS (SELECT 1 FROM slots WHERE slots.id = slot)',
  ) as number;
  if (orphans > 0) faults.push(`${countNoun(orphans, 'row')} of no time`);
  for (const table of TABLES_OF_SOME) {
    const useless = store.value(
      `SELECT count(*) FROM ${table} AS a WHERE NOT EXISTS (SELECT 1 FROM uses
        WHERE slot = a.slot AND server = a.server AND port = a.port AND client = a.client)`,
    ) as number;
    if (useless > 0) faults.push(`${countNoun(useless, 'row')} of ${table} without a use`);
  }
  return { batches, rows, synAcks: counted, faults };
}

function numbers(store: Store, sql: string): [number, number] {
  return store.get(sql) as unknown as [number, number];
}
