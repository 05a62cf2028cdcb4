// Adds up one week of inserts on one shard, a portion at a time, into tables of its own, which then replace the partition of
// the week. Until then nothing has changed, and after it all has.

import { randomBytes } from 'node:crypto';
import { ClientSketch } from '../../../tally/client-sketch.js';
import { StoreError } from '../../errors.js';
import type { Compaction } from '../../store.js';
import type { Live } from '../live.js';
import { type RowReader, RowWriter } from '../row-binary.js';
import { EVIDENCE_COLUMNS } from '../schema.js';
import { quote, type Shard } from '../shard.js';

/** A week of inserts. */
export interface Week {
  /** Its Monday, as the server writes it: 2026-01-05. */
  readonly name: string;
  /** When it begins in the time zone of the server; seconds since the epoch. */
  readonly start: number;
}

/** A condition on `pushed`. */
export function conditionFor({ name }: Week): string {
  return `pushed = toDate(${quote(name)})`;
}

/** How a week is rewritten. */
export interface Plan {
  /** A condition for the rows of the week that stay. */
  readonly where: string;
  /** Expressions for the new slot. */
  readonly start: string;
  readonly length: string;
  readonly prunedUntil: number;
}

/** How much is added up at once, so that a server needs memory for no more. */
export interface Limits {
  /** Rows, unless a sensor has more in one slot of the sums. */
  readonly rows: number;
  readonly sensors: number;
}

export const LIMITS: Limits = { rows: 1_000_000, sensors: 1000 };
/** Rows of `services`, which are shorter. */
const SERVICES_AT_ONCE = 10_000_000;

const KEY = 'family, remote, server, port, client';
const SLOT_KEY = `sensor, scope, new_start, new_length, ${KEY}`;
const COLUMNS = [
  ...['pushed', 'part', 'sensor', 'scope', 'start', 'length', 'family', 'remote', 'server', 'port', 'client'],
  ...['syn_acks', 'first', 'span', 'known', ...EVIDENCE_COLUMNS, 'clients'],
];

/** The tables of one run. */
interface Rolled {
  readonly uses: string;
  readonly services: string;
}

/** @throws ShardDown if it is to be repeated; StoreError if the sums are wrong */
export async function rewriteAsPlanned(
  live: Live,
  week: Week,
  plan: Plan,
  limits: Limits,
): Promise<Compaction> {
  // Another run, on another machine, has others.
  const run = randomBytes(8).toString('hex');
  const rolled: Rolled = { uses: `rolled_uses_${run}`, services: `rolled_services_${run}` };
  const { shard } = live;
  try {
    await shard.run(`CREATE TABLE IF NOT EXISTS ${rolled.uses} AS uses`);
    await shard.run(`CREATE TABLE IF NOT EXISTS ${rolled.services} AS services`);
    return await rewriteInto(rolled, live, week, { plan, limits });
  } finally {
    for (const table of Object.values(rolled)) await shard.run(`DROP TABLE IF EXISTS ${table}`);
  }
}

/** Drops the tables of runs that were killed. One that takes longer than this fails, and changes nothing. */
export async function dropLeft(shard: Shard): Promise<void> {
  const left = await shard.all(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND match(name, '^rolled_[a-z]+_[0-9a-f]{16}$')
      AND metadata_modification_time < now() - ${LEFT_AFTER}`,
    (row) => row.text(),
  );
  for (const table of left) await shard.run(`DROP TABLE IF EXISTS ${table}`);
}

/** Seconds. */
const LEFT_AFTER = 7 * 86_400;

async function rewriteInto(
  rolled: Rolled,
  { shard, parts }: Live,
  week: Week,
  { plan, limits }: { readonly plan: Plan; readonly limits: Limits },
): Promise<Compaction> {
  const inWeek = conditionFor(week);
  const partition = quote(week.name);
  await addServices(shard, rolled.services, `${inWeek} AND ${parts}`);
  for (const portion of portionsOf(await piecesOf(shard, plan), plan, limits)) {
    const rows = selectSums(plan, portion);
    await shard.runOnce(
      `INSERT INTO ${rolled.uses} (${COLUMNS.join()}) ${rows} HAVING max(length(clients)) = 0`,
    );
    await insertSketches(shard, rolled.uses, selectSums(plan, portion, 'groupArray(clients)'));
  }
  const before = await countRows(shard, `uses FINAL WHERE ${plan.where}`);
  const after = await countRows(shard, rolled.uses);
  const wrong = before.sums.findIndex((sum, at) => sum !== after.sums[at]);
  if (wrong >= 0) {
    throw new StoreError(
      `${shard.name}: found ${after.sums[wrong]} ${SUMS[wrong]} in sums, expected ${before.sums[wrong]}`,
    );
  }
  const all = await countRows(shard, `uses WHERE ${inWeek} AND ${parts}`);
  // Before the rows are: a push must not replace what is being added up.
  await noteRollup(shard, week, plan, { all: all.synAcks, ...after });
  await shard.run(`ALTER TABLE services REPLACE PARTITION ${partition} FROM ${rolled.services}`);
  await shard.run(
    after.rows === 0
      ? `ALTER TABLE uses DROP PARTITION ${partition}`
      : `ALTER TABLE uses REPLACE PARTITION ${partition} FROM ${rolled.uses}`,
  );
  return { before: all.rows, after: after.rows };
}

/** Adds services up, those of some machines and ports at a time. */
async function addServices(shard: Shard, table: string, where: string): Promise<void> {
  const [rows = 0] = await shard.all(`SELECT count() FROM services WHERE ${where}`, (row) => row.u64());
  const portions = Math.max(1, Math.ceil(rows / SERVICES_AT_ONCE));
  for (let portion = 0; portion < portions; portion++) {
    await shard.runOnce(
      `INSERT INTO ${table} (pushed, part, family, remote, server, port, sensor, first_seen, last_seen, first_used, last_used)
        SELECT pushed, toUInt64(0), family, remote, server, port, sensor, min(first_seen), max(last_seen), min(first_used), max(last_used)
        FROM services FINAL WHERE ${where} AND cityHash64(server, port) % ${portions} = ${portion}
        GROUP BY pushed, family, remote, server, port, sensor`,
    );
  }
}

/** The rows of a sensor that go into one slot of the sums. */
interface Piece {
  readonly sensor: string;
  readonly target: number;
  /** The earliest and latest start of their slots. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
}

async function piecesOf(shard: Shard, { where, start }: Plan): Promise<Piece[]> {
  return shard.all(
    `SELECT sensor, ${start} AS new_start, min(start), max(start), count() FROM uses WHERE ${where}
      GROUP BY sensor, new_start ORDER BY sensor, new_start`,
    (row): Piece => ({
      sensor: row.text(),
      target: row.i64(),
      from: row.i64(),
      to: row.i64(),
      rows: row.u64(),
    }),
  );
}

/** Conditions that have each row in one of them: several sensors, or a part of the slots of one. */
function* portionsOf(pieces: readonly Piece[], { start }: Plan, limits: Limits): Generator<string> {
  const bySensor = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const known = bySensor.get(piece.sensor);
    if (known === undefined) bySensor.set(piece.sensor, [piece]);
    else known.push(piece);
  }
  let sensors: string[] = [];
  let rows = 0;
  for (const [sensor, own] of bySensor) {
    const count = own.reduce((sum, piece) => sum + piece.rows, 0);
    if (sensors.length > 0 && (rows + count > limits.rows || sensors.length === limits.sensors)) {
      yield `sensor IN (${sensors.map(quote).join()})`;
      sensors = [];
      rows = 0;
    }
    if (count > limits.rows) yield* portionsOfSensor(own, start, limits);
    else {
      sensors.push(sensor);
      rows += count;
    }
  }
  if (sensors.length > 0) yield `sensor IN (${sensors.map(quote).join()})`;
}

/** @param pieces those of one sensor, sorted @param start the expression for the start of the new slot */
function* portionsOfSensor(pieces: readonly Piece[], start: string, limits: Limits): Generator<string> {
  let some: Piece[] = [];
  let rows = 0;
  const condition = (): string => {
    const [{ sensor, target }] = some as [Piece];
    const [from, to] = [
      Math.min(...some.map((piece) => piece.from)),
      Math.max(...some.map((piece) => piece.to)),
    ];
    // The first conditions find the rows by the order of the table.
    return `sensor = ${quote(sensor)} AND start >= ${from} AND start <= ${to}
      AND ${start} >= ${target} AND ${start} <= ${some.at(-1)?.target}`;
  };
  for (const piece of pieces) {
    if (some.length > 0 && rows + piece.rows > limits.rows) {
      yield condition();
      some = [];
      rows = 0;
    }
    some.push(piece);
    rows += piece.rows;
  }
  if (some.length > 0) yield condition();
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
function selectSums({ where, start, length }: Plan, portion: string, clients = "''"): string {
  const sums = EVIDENCE_COLUMNS.map((name) => `sum(${name})`).join();
  return `SELECT pushed, toUInt64(0), sensor, scope, ${start} AS new_start, ${length} AS new_length, ${KEY}, sum(syn_acks),
      min(start + first) - new_start, max(start + first + span) - min(start + first), min(known), ${sums}, ${clients}
    FROM uses FINAL WHERE ${where} AND ${portion} GROUP BY pushed, ${SLOT_KEY}`;
}

/** The counts that stay the same when rows are added up. */
const SUMS: readonly string[] = ['syn_acks', ...EVIDENCE_COLUMNS];

async function countRows(
  shard: Shard,
  from: string,
): Promise<{ rows: number; synAcks: number; sums: readonly number[] }> {
  const [counts] = await shard.all(
    `SELECT count(), ${SUMS.map((name) => `sum(${name})`).join()} FROM ${from}`,
    (row) => ({ rows: row.u64(), sums: SUMS.map(() => row.u64()) }),
  );
  const { rows = 0, sums = SUMS.map(() => 0) } = counts ?? {};
  return { rows, synAcks: sums[0] ?? 0, sums };
}

/** Bytes of rows in one insert. */
const BYTES_AT_ONCE = 32 << 20;

/** ClickHouse cannot unite sketches of clients, so the rows that have them pass through here. */
async function insertSketches(shard: Shard, table: string, sql: string): Promise<void> {
  const writer = new RowWriter();
  const answer = shard.rows(`${sql} HAVING max(length(clients)) > 0`, (row) => copyRow(row, writer));
  for await (const _ of answer) {
    if (writer.length >= BYTES_AT_ONCE) await shard.insert(table, COLUMNS, writer.take());
  }
  if (writer.length > 0) await shard.insert(table, COLUMNS, writer.take());
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
