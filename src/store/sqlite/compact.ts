// Keeps a store small: adds up the hours of old days, and the days of old months, and removes what is older than anybody
// asks for. Each step is one short transaction, so that recorders and readers go on, and a full disk leaves the store
// as it was.

import { ClientSketch } from '../../tally/client-sketch.js';
import { dayAt, monthAt, type Period } from '../period.js';
import type { Compaction, Retention } from '../store.js';
import { COMMON_COUNTERS, RARE_COUNTERS } from './counters.js';
import { removeSlot } from './numbers.js';
import { lackingTargets, unpushedSlots } from './pushed.js';
import { SLOT_END } from './slots.js';
import type { Store } from './store.js';

/** Slots that become one. */
interface Merge extends Period {
  readonly sensor: number;
  readonly scope: number;
}

/** Adds up old hours and days. @param now microseconds since the epoch */
export function compact(store: Store, { hours, days }: Retention, now: number): Compaction {
  let before = 0;
  let after = 0;
  let isWaiting = false;
  const steps = [
    { unit: dayAt, ends: now - hours },
    { unit: monthAt, ends: now - days },
  ];
  for (const { unit, ends } of steps) {
    for (const merge of [...mergesBefore(store, unit, ends)]) {
      const counted = store.transaction(() =>
        // Asked here, because something may have been recorded since.
        hasAny(store, merge, unpushedSlots(store)) ? undefined : mergeSlots(store, merge),
      );
      isWaiting ||= counted === undefined;
      before += counted?.before ?? 0;
      after += counted?.after ?? 0;
    }
  }
  if (before > 0) release(store);
  return { before, after, left: isWaiting ? lackingTargets(store).map(describeWaiting) : [] };
}

function describeWaiting(target: string): string {
  return `rows that were not pushed to ${target} yet stay as they are`;
}

/** The periods that end before this time and have shorter slots, or several. */
function* mergesBefore(store: Store, unit: (time: number) => Period, ends: number): Generator<Merge> {
  const slots = store.all(
    'SELECT DISTINCT sensor, scope, start, length FROM slots WHERE start + length <= ? ORDER BY sensor, scope, start',
    ends,
  );
  let last: Merge | undefined;
  for (const [sensor, scope, start, length] of slots) {
    const period = unit(start as number);
    const isLonger = (length as number) > period.length;
    if (isLonger || period.start + period.length > ends) continue;
    const merge = { ...period, sensor: sensor as number, scope: scope as number };
    const isSame = last?.start === merge.start && last.sensor === merge.sensor && last.scope === merge.scope;
    if (!isSame && isDivided(store, merge)) yield merge;
    last = merge;
  }
}

const INSIDE = 'sensor = ? AND scope = ? AND start >= ? AND start + length <= ?';

function valuesOf({ sensor, scope, start, length }: Merge): [number, number, number, number] {
  return [sensor, scope, start, start + length];
}

/** Whether slots that fulfil a condition would become part of the sum. */
function hasAny(store: Store, merge: Merge, condition: string | undefined): boolean {
  if (condition === undefined) return false;
  return store.get(`SELECT 1 FROM slots WHERE ${INSIDE} AND ${condition}`, ...valuesOf(merge)) !== undefined;
}

function isDivided(store: Store, merge: Merge): boolean {
  const [count, shortest] = store.get(
    `SELECT count(*), min(length) FROM slots WHERE ${INSIDE}`,
    ...valuesOf(merge),
  ) as unknown as [number, number];
  return count > 1 || shortest < merge.length;
}

const SUMS = COMMON_COUNTERS.map(
  (name) => `CASE WHEN count(${name}) = count(*) THEN sum(${name}) END`,
).join();
const SUMS_OF_DETAILS = RARE_COUNTERS.map((name) => `sum(${name})`).join();

function mergeSlots(store: Store, merge: Merge): Pick<Compaction, 'before' | 'after'> {
  const { sensor, scope, start, length } = merge;
  const old = [...store.all(`SELECT id FROM slots WHERE ${INSIDE}`, ...valuesOf(merge))].map(
    ([id]) => id as number,
  );
  const ids = old.join();
  const { id } = store.run(
    'INSERT INTO slots (sensor, scope, batch, start, length) VALUES (?, ?, NULL, ?, ?)',
    sensor,
    scope,
    start,
    length,
  );
  const before = store.value(`SELECT count(*) FROM uses WHERE slot IN (${ids})`) as number;
  store.run(
    `INSERT INTO uses (slot, server, port, client, syn_acks, first, span, ${COMMON_COUNTERS.join()})
      SELECT ?, server, port, client, sum(syn_acks), min(start + first) - ?,
        max(start + first + span) - min(start + first), ${SUMS}
      FROM uses JOIN slots ON slots.id = slot WHERE slot IN (${ids}) GROUP BY server, port, client`,
    id,
    start,
  );
  store.run(
    `INSERT INTO details (slot, server, port, client, ${RARE_COUNTERS.join()})
      SELECT ?, server, port, client, ${SUMS_OF_DETAILS} FROM details WHERE slot IN (${ids}) GROUP BY server, port, client`,
    id,
  );
  mergeSketches(store, id, ids);
  for (const slot of old) removeSlot(store, slot);
  const after = store.value('SELECT count(*) FROM uses WHERE slot = ?', id) as number;
  return { before, after };
}

function mergeSketches(store: Store, slot: number, ids: string): void {
  const sketches = store.all(
    `SELECT server, port, client, clients FROM sketches WHERE slot IN (${ids}) ORDER BY server, port, client`,
  );
  let key = '';
  let place: [number, number, number] | undefined;
  let united = new ClientSketch();
  const write = (): void => {
    if (place === undefined) return;
    store.run(
      'INSERT INTO sketches (slot, server, port, client, clients) VALUES (?, ?, ?, ?, ?)',
      slot,
      ...place,
      united.toBytes(),
    );
  };
  for (const [server, port, client, clients] of [...sketches]) {
    const next = `${server} ${port} ${client}`;
    if (next !== key) {
      write();
      key = next;
      place = [server as number, port as number, client as number];
      united = new ClientSketch();
    }
    united.merge(ClientSketch.from(clients as Uint8Array));
  }
  write();
}

/** Removes the rows of times that end before this one; the services and captures are remembered. Returns how many rows. */
export function pruneBefore(store: Store, time: number): number {
  let removed = 0;
  const slots = [
    ...store.all(`SELECT id, ${SLOT_END} FROM slots WHERE start + length <= ? ORDER BY start`, time),
  ];
  for (const [id, end] of slots)
    removed += store.transaction(() => pruneSlot(store, id as number, end as number));
  if (slots.length > 0) release(store);
  return removed;
}

/** Removes the oldest rows until the store is no larger than this, in bytes. Returns how many rows. */
export function pruneToSize(store: Store, size: number): number {
  let removed = 0;
  while (sizeInUse(store) > size) {
    const oldest = store.get(`SELECT id, ${SLOT_END} FROM slots ORDER BY start + length LIMIT 1`);
    if (oldest === undefined) break;
    removed += store.transaction(() => pruneSlot(store, oldest[0] as number, oldest[1] as number));
    if (freePages(store) > PAGES_AT_ONCE) release(store);
  }
  release(store);
  // Another program may have made it a file that keeps its free pages; this one gives them back from now on.
  if (freePages(store) > 0) store.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM');
  return removed;
}

/** Whether the store is larger than this, in bytes. */
export function isLarger(store: Store, size: number): boolean {
  return sizeOf(store) > size;
}

const PAGES_AT_ONCE = 4096;

function pruneSlot(store: Store, id: number, end: number): number {
  const [rows, synAcks] = store.get(
    'SELECT count(*), coalesce(sum(syn_acks), 0) FROM uses WHERE slot = ?',
    id,
  ) as unknown as [number, number];
  store.run('INSERT INTO pruned (until, rows, syn_acks) VALUES (?, ?, ?)', end, rows, synAcks);
  removeSlot(store, id);
  return rows;
}

/** Returns free pages to the file system, now or, if somebody still reads them, with a later checkpoint. */
function release(store: Store): void {
  store.exec('PRAGMA incremental_vacuum');
  store.checkpoint();
}

function freePages(store: Store): number {
  return store.value('PRAGMA freelist_count') as number;
}

function sizeOf(store: Store): number {
  return (store.value('PRAGMA page_count') as number) * (store.value('PRAGMA page_size') as number);
}

function sizeInUse(store: Store): number {
  return sizeOf(store) - freePages(store) * (store.value('PRAGMA page_size') as number);
}
