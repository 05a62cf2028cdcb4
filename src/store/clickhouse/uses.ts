// Adds the rows of a window to a tally, as the shards answer.

import { findSketchFault } from '../../tally/client-sketch.js';
import { findEvidenceFault, NO_EVIDENCE, type RowEvidence } from '../../tally/row-evidence.js';
import type { TallyRow } from '../../tally/rows.js';
import type { Tally } from '../../tally/tally.js';
import { StoreError } from '../errors.js';
import type { Period } from '../period.js';
import type { Selection } from '../selection.js';
import type { Live } from './live.js';
import { mergeSorted } from './merge.js';
import type { RowReader } from './row-binary.js';
import { EVIDENCE_NAMES, readServiceKey, SERVICE_KEY } from './rows.js';
import { EVIDENCE_COLUMNS } from './schema.js';
import { movesToLongest, slotExpression } from './slot-expression.js';
import type { Window } from './window.js';

/** Rows are folded when there are too many, after this many at most. */
const FOLD_INTERVAL = 100_000;

/** The columns of a row that answers are grouped by. */
export const KEY: string = `${SERVICE_KEY}, client`;
/** The sums of rows with the same key. Evidence is known if it is known of every part. */
export const SUMS: string = `sum(syn_acks) AS syn_acks_sum, min(start + first) AS first_time, max(start + first + span) AS last_time,
  min(known) AS known_all, ${EVIDENCE_COLUMNS.map((name) => `sum(${name}) AS ${name}_sum`).join()}`;
const SUM_NAMES = `syn_acks_sum, first_time, last_time, known_all, ${EVIDENCE_COLUMNS.map((name) => `${name}_sum`).join()}`;

/** Adds the rows of all shards. */
export async function addUses(
  live: readonly Live[],
  window: Window,
  { across }: Selection,
  tally: Tally,
): Promise<void> {
  const adder = new Adder(tally);
  if (across === 'max') await addMost(live, window, adder);
  else await addSums(live, window, adder);
  if (tally.options.clients === true) await addSketches(live, window, adder);
}

class Adder {
  readonly tally: Tally;
  #counted = 0;

  constructor(tally: Tally) {
    this.tally = tally;
  }

  add(row: TallyRow): void {
    // Without the SYN-ACKs of the hour before, outcomes mean nothing.
    if (row.count === 0 && row.remoteClients === undefined) return;
    this.tally.addRow(row);
    this.#counted += 1;
    if (this.#counted % FOLD_INTERVAL === 0) this.tally.foldIfFull();
  }
}

async function addSums(live: readonly Live[], { where }: Window, adder: Adder): Promise<void> {
  const { hours, slice, activity } = adder.tally.options;
  const isDivided = hours === true || activity === true || slice !== undefined;
  for (const { shard, parts } of live) {
    const answer = shard.rows(
      `SELECT ${isDivided ? 'length' : 'toInt64(0)'}, ${KEY}, ${SUMS} FROM uses WHERE ${where} AND ${parts}
        GROUP BY ${isDivided ? 'start, length, ' : ''}${KEY}`,
      (row) => ({ unit: row.i64(), ...readRow(row) }),
    );
    for await (const rows of answer) for (const row of rows) adder.add(row);
  }
}

interface SlotRow extends TallyRow {
  readonly slot: Period;
}

/** In the same hour, the sensor that saw most saw the packets of the others too. */
async function addMost(live: readonly Live[], { where }: Window, adder: Adder): Promise<void> {
  // Late pushes are in hours while the same hours of other sensors were added up.
  const moves = movesToLongest(await slotsOf(live, where));
  const slot = `new_start, new_length, ${KEY}`;
  const newSlot = `${slotExpression(moves, 'start')} AS new_start, ${slotExpression(moves, 'length')} AS new_length`;
  const answers = live.map(({ shard, parts }) =>
    shard.rows(
      `SELECT ${slot}, ${SUM_NAMES} FROM (
          SELECT sensor, ${newSlot}, ${KEY}, ${SUMS} FROM uses WHERE ${where} AND ${parts} GROUP BY sensor, ${slot})
        ORDER BY ${slot}, syn_acks_sum DESC, sensor LIMIT 1 BY ${slot}`,
      (row): SlotRow => {
        const slot = { start: row.i64(), length: row.i64() };
        return { slot, unit: slot.length, ...readRow(row) };
      },
    ),
  );
  for await (const group of mergeSorted(answers, compareSlotRows)) {
    adder.add(group.reduce((most, row) => (row.count > most.count ? row : most)));
  }
}

async function slotsOf(live: readonly Live[], where: string): Promise<Period[]> {
  const found = await Promise.all(
    live.map(({ shard, parts }) =>
      shard.all(`SELECT DISTINCT start, length FROM uses WHERE ${where} AND ${parts}`, (row) => ({
        start: row.i64(),
        length: row.i64(),
      })),
    ),
  );
  return found.flat();
}

function compareSlotRows(a: SlotRow, b: SlotRow): number {
  return a.slot.start - b.slot.start || a.slot.length - b.slot.length || compareKeys(a, b);
}

/** Compares rows in the order of KEY. */
export function compareKeys(a: TallyRow, b: TallyRow): number {
  return (
    a.family - b.family ||
    remoteOf(a) - remoteOf(b) ||
    compareWords(a.server, b.server) ||
    a.port - b.port ||
    compareWords(a.client, b.client)
  );
}

function remoteOf({ server, client }: Pick<TallyRow, 'server' | 'client'>): number {
  return (server === undefined ? 1 : 0) + (client === undefined ? 2 : 0);
}

/** Compares addresses of one IP version; those of remote machines are equal. */
export function compareWords(a: Uint32Array | undefined, b: Uint32Array | undefined): number {
  if (a === undefined || b === undefined) return 0;
  for (const [at, word] of a.entries()) {
    const other = b[at] ?? 0;
    if (word !== other) return word - other;
  }
  return 0;
}

/** Sketches are added to the rows that are there by now. */
async function addSketches(live: readonly Live[], { where }: Window, adder: Adder): Promise<void> {
  for (const { shard, parts } of live) {
    const answer = shard.rows(
      `SELECT ${KEY}, start + first, start + first + span, clients FROM uses
        WHERE ${where} AND ${parts} AND clients != ''`,
      readSketch,
    );
    for await (const rows of answer) for (const row of rows) adder.add(row);
  }
}

/** Reads KEY and SUMS. @throws StoreError for values that synsum does not write */
export function readRow(row: RowReader): TallyRow {
  const key = readKey(row);
  const count = row.u64();
  const times = readTimes(row);
  const isKnown = row.u8() === 1;
  const evidence = Object.fromEntries(
    EVIDENCE_NAMES.map((name) => [name, row.u64()]),
  ) as unknown as RowEvidence;
  if (!isKnown || count === 0) return { ...key, ...times, count };
  const fault = findEvidenceFault(count, evidence);
  if (fault !== undefined) throw damaged(fault);
  return { ...key, ...times, count, evidence };
}

function readSketch(row: RowReader): TallyRow {
  const key = readKey(row);
  const times = readTimes(row);
  const remoteClients = row.bytes();
  const fault = findSketchFault(remoteClients);
  if (fault !== undefined) throw damaged(fault);
  return { ...key, ...times, count: 0, remoteClients, evidence: NO_EVIDENCE };
}

function readKey(row: RowReader): Pick<TallyRow, 'family' | 'server' | 'port' | 'client'> {
  const { family, server, port, isRemoteClient } = readServiceKey(row);
  const client = row.words(family);
  return { family, server, port, client: isRemoteClient ? undefined : client };
}

function readTimes(row: RowReader): { first: number; last: number } {
  const first = row.i64();
  const last = row.i64();
  if (first > last) throw damaged();
  return { first, last };
}

function damaged(fault = 'found a value that synsum does not write'): StoreError {
  return new StoreError(`table uses: ${fault}`);
}
