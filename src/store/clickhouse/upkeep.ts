// Keeps a fleet small: adds up the hours of old days, and the days of old months, and removes old rows. Only weeks of
// inserts that are over are touched: nothing is ever added to them again, so nothing that was not read is replaced.

import { ClientSketch } from '../../tally/client-sketch.js';
import { StoreError } from '../errors.js';
import { dayAt, monthAt, type Period } from '../period.js';
import type { Compaction, Retention } from '../store.js';
import type { Fleet } from './fleet.js';
import { findLive, type Live, quote } from './live.js';
import { type RowReader, RowWriter } from './row-binary.js';
import { CLOSED_AFTER, EVIDENCE_COLUMNS, WEEK } from './schema.js';
import { type Shard, ShardDown } from './shard.js';

/** How often a week is begun again after an answer was lost. */
const ATTEMPTS = 8;

/** The change of the slots of a week. */
interface Rewriting {
  readonly slotFor: (slot: Period) => Period;
  /** Slots that end before are left out; microseconds since the epoch. */
  readonly until?: number;
}

/** A week of inserts. */
interface Week {
  /** Its Monday, as the server writes it: 2026-01-05. */
  readonly name: string;
  /** When it begins in the time zone of the server; seconds since the epoch. */
  readonly start: number;
}

/** Adds up old hours and days. @param now microseconds since the epoch */
export async function compactFleet(fleet: Fleet, retention: Retention, now: number): Promise<Compaction> {
  const slotFor = (slot: Period): Period => targetOf(slot, retention, now);
  const counts = await rewriteWeeks(
    fleet,
    { slotFor },
    ({ start }) => (start + WEEK) * 1e6 <= now - retention.hours,
  );
  return counts;
}

/** Removes the rows of times that end before this one, from all weeks of inserts that are over. Returns how many. */
export async function pruneFleet(fleet: Fleet, until: number): Promise<number> {
  const { before, after } = await rewriteWeeks(fleet, { slotFor: (slot) => slot, until }, () => true);
  return before - after;
}

function targetOf(slot: Period, { hours, days }: Retention, now: number): Period {
  let target = slot;
  for (const { unit, ends } of [
    { unit: dayAt, ends: now - hours },
    { unit: monthAt, ends: now - days },
  ]) {
    const period = unit(slot.start);
    if (slot.length <= period.length && period.start + period.length <= ends) target = period;
  }
  return target;
}

/** @param isOld whether a week is to be rewritten */
async function rewriteWeeks(
  fleet: Fleet,
  rewriting: Rewriting,
  isOld: (week: Week) => boolean,
): Promise<Compaction> {
  const [down] = fleet.downs;
  // A batch may be on two shards, and then one of the copies must go.
  if (down !== undefined) throw new StoreError(`${down.message}; upkeep needs all shards`);
  try {
    let before = 0;
    let after = 0;
    for (const live of await findLive(fleet.shards, { across: 'sum' })) {
      const weeks = await live.shard.all(
        `SELECT DISTINCT toString(pushed) AS week, toUInt32(toDateTime(pushed)) AS second FROM uses
          WHERE second < ${live.open.opened - CLOSED_AFTER} ORDER BY week`,
        (row): Week => ({ name: row.text(), start: row.u32() }),
      );
      for (const week of weeks.filter(isOld)) {
        const counts = await rewriteWeek(live, week, rewriting);
        before += counts.before;
        after += counts.after;
      }
    }
    return { before, after };
  } catch (error) {
    throw error instanceof ShardDown ? new StoreError(error.message) : error;
  }
}

async function rewriteWeek(live: Live, week: Week, rewriting: Rewriting): Promise<Compaction> {
  const plan = await planFor(live, week, rewriting);
  if (plan === undefined) return { before: 0, after: 0 };
  for (let attempt = 1; ; attempt++) {
    try {
      return await rewriteAsPlanned(live, week, plan);
    } catch (error) {
      if (!(error instanceof ShardDown) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** A condition on `pushed`. */
function conditionFor({ name }: Week): string {
  return `pushed = toDate(${quote(name)})`;
}

interface Plan {
  /** A condition for the rows of the week that stay. */
  readonly where: string;
  /** Expressions for the new slot. */
  readonly start: string;
  readonly length: string;
  readonly prunedUntil: number;
}

/** Undefined if the week is as it should be. */
async function planFor(
  { shard, parts }: Live,
  week: Week,
  { slotFor, until }: Rewriting,
): Promise<Plan | undefined> {
  const inWeek = conditionFor(week);
  const slots = await shard.all(
    `SELECT start, length, toUInt64(sum(part != 0)) FROM uses WHERE ${inWeek} AND ${parts} GROUP BY start, length`,
    (row) => ({ start: row.i64(), length: row.i64(), apart: row.u64() }),
  );
  const isPruned = ({ start, length }: Period): boolean => until !== undefined && start + length <= until;
  const changed = slots.filter((slot) => {
    const target = slotFor(slot);
    return target.start !== slot.start || target.length !== slot.length;
  });
  // Days may be in several parts still, and then they are added up too.
  const isDone =
    until === undefined
      ? changed.length === 0 && slots.every(({ apart }) => apart === 0)
      : !slots.some(isPruned);
  if (isDone) return undefined;
  const expression = (key: 'start' | 'length'): string => {
    const byLength = new Map<number, Period[]>();
    for (const slot of changed) byLength.set(slot.length, [...(byLength.get(slot.length) ?? []), slot]);
    const cases = [...byLength].map(([length, some]) => {
      const from = some.map(({ start }) => `toInt64(${start})`).join();
      const to = some.map((slot) => `toInt64(${slotFor(slot)[key]})`).join();
      return `length = ${length}, transform(start, [${from}], [${to}], ${key})`;
    });
    return cases.length === 0 ? key : `multiIf(${cases.join()}, ${key})`;
  };
  const stay = until === undefined ? '' : ` AND start + length > ${Math.floor(until)}`;
  return {
    where: `${inWeek} AND ${parts}${stay}`,
    start: expression('start'),
    length: expression('length'),
    prunedUntil: until ?? 0,
  };
}

const KEY = 'family, remote, server, port, client';
const SLOT_KEY = `sensor, scope, new_start, new_length, ${KEY}`;
const COLUMNS = [
  ...['pushed', 'part', 'sensor', 'scope', 'start', 'length', 'family', 'remote', 'server', 'port', 'client'],
  ...['syn_acks', 'first', 'span', 'known', ...EVIDENCE_COLUMNS, 'clients'],
];

async function rewriteAsPlanned(live: Live, week: Week, plan: Plan): Promise<Compaction> {
  const { shard, parts } = live;
  const inWeek = conditionFor(week);
  const partition = quote(week.name);
  for (const table of ['uses', 'services']) {
    await shard.run(`DROP TABLE IF EXISTS rolled_${table}`);
    await shard.run(`CREATE TABLE rolled_${table} AS ${table}`);
  }
  await shard.runOnce(
    `INSERT INTO rolled_services (pushed, part, family, remote, server, port, sensor, first_seen, last_seen, first_used, last_used)
      SELECT pushed, toUInt64(0), family, remote, server, port, sensor, min(first_seen), max(last_seen), min(first_used), max(last_used)
      FROM services FINAL WHERE ${inWeek} AND ${parts}
      GROUP BY pushed, family, remote, server, port, sensor`,
  );
  const rows = selectSums(plan);
  await shard.runOnce(`INSERT INTO rolled_uses (${COLUMNS.join()}) ${rows} HAVING max(length(clients)) = 0`);
  await insertSketches(shard, plan);
  const [before, after] = await Promise.all([
    countRows(shard, `uses WHERE ${plan.where}`),
    countRows(shard, 'rolled_uses'),
  ]);
  if (before.synAcks !== after.synAcks) {
    throw new StoreError(
      `${shard.name}: found ${after.synAcks} SYN-ACKs in sums, expected ${before.synAcks}`,
    );
  }
  const all = await countRows(shard, `uses WHERE ${inWeek} AND ${parts}`);
  // Before the rows are: a push must not replace what is being added up.
  await noteRollup(shard, week, plan, { all: all.synAcks, ...after });
  await shard.run(`ALTER TABLE services REPLACE PARTITION ${partition} FROM rolled_services`);
  await shard.run(
    after.rows === 0
      ? `ALTER TABLE uses DROP PARTITION ${partition}`
      : `ALTER TABLE uses REPLACE PARTITION ${partition} FROM rolled_uses`,
  );
  for (const table of ['uses', 'services']) await shard.run(`DROP TABLE IF EXISTS rolled_${table}`);
  return { before: all.rows, after: after.rows };
}

/** Notes what a week is going to have, and how many SYN-ACKs were removed from it until then. */
async function noteRollup(
  shard: Shard,
  week: Week,
  { prunedUntil }: Plan,
  { all, rows, synAcks }: { readonly all: number; readonly rows: number; readonly synAcks: number },
): Promise<void> {
  const [last] = await shard.all(
    `SELECT syn_acks, pruned_syn_acks, pruned_before FROM rollups WHERE ${conditionFor(week)} ORDER BY noted DESC LIMIT 1`,
    (row) => ({ synAcks: row.u64(), pruned: row.u64(), before: row.u64() }),
  );
  // If the week is not as the last note says, that was never carried out.
  const before = last === undefined ? 0 : last.synAcks === all ? last.pruned : last.before;
  await shard.run(
    `INSERT INTO rollups (pushed, noted, rows, syn_acks, pruned_until, pruned_syn_acks, pruned_before)
      SELECT toDate(${quote(week.name)}), ${Date.now()}, ${rows}, ${synAcks},
        greatest(toInt64(${Math.floor(prunedUntil)}), (SELECT max(pruned_until) FROM rollups)),
        ${before + all - synAcks}, ${before}`,
  );
}

/** The sums of slots that become one. */
function selectSums({ where, start, length }: Plan, clients = "''"): string {
  const sums = EVIDENCE_COLUMNS.map((name) => `sum(${name})`).join();
  return `SELECT pushed, toUInt64(0), sensor, scope, ${start} AS new_start, ${length} AS new_length, ${KEY}, sum(syn_acks),
      min(start + first) - new_start, max(start + first + span) - min(start + first), min(known), ${sums}, ${clients}
    FROM uses FINAL WHERE ${where} GROUP BY pushed, ${SLOT_KEY}`;
}

async function countRows(shard: Shard, from: string): Promise<{ rows: number; synAcks: number }> {
  const [counts] = await shard.all(`SELECT count(), sum(syn_acks) FROM ${from}`, (row) => ({
    rows: row.u64(),
    synAcks: row.u64(),
  }));
  return counts ?? { rows: 0, synAcks: 0 };
}

/** Bytes of rows in one insert. */
const BYTES_AT_ONCE = 32 << 20;

/** ClickHouse cannot unite sketches of clients, so the rows that have them pass through here. */
async function insertSketches(shard: Shard, plan: Plan): Promise<void> {
  const writer = new RowWriter();
  const answer = shard.rows(
    `${selectSums(plan, 'groupArray(clients)')} HAVING max(length(clients)) > 0`,
    (row) => copyRow(row, writer),
  );
  for await (const _ of answer) {
    if (writer.length >= BYTES_AT_ONCE) await shard.insert('rolled_uses', COLUMNS, writer.take());
  }
  if (writer.length > 0) await shard.insert('rolled_uses', COLUMNS, writer.take());
}

/** The bytes of a row before and after the name of its sensor, but for the sketches. */
const BEFORE_SENSOR = 2 + 8;
const AFTER_SENSOR = 8 + 8 + 8 + 1 + 1 + 16 + 2 + 16 + 8 + 8 + 8 + 1 + 8 * EVIDENCE_COLUMNS.length;

function copyRow(row: RowReader, to: RowWriter): void {
  const before = row.raw(BEFORE_SENSOR);
  const sensor = row.text();
  const after = row.raw(AFTER_SENSOR);
  const sketches = row.list((item) => item.bytes());
  // The row is complete: nothing of it is written if more of it must arrive.
  const united = new ClientSketch();
  for (const sketch of sketches) if (sketch.length > 0) united.merge(ClientSketch.from(sketch));
  to.raw(before);
  to.text(sensor);
  to.raw(after);
  to.bytes(united.toBytes());
}
