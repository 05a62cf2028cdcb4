// Answers from a store: adds the rows of a window of time to a tally, as the captures themselves would have been counted.
// A store comes from outside, like a saved inventory, so every value is checked.

import { readProblems } from '../../inventory/document/checks.js';
import { TOTALS } from '../../inventory/document/fields.js';
import { DocumentError, JsonReader } from '../../inventory/document/json.js';
import { readDocument, readUndecoded } from '../../inventory/document/reader.js';
import type { CaptureRecord, Undecoded } from '../../inventory/inventory.js';
import { keptInBoth } from '../../inventory/merge.js';
import type { Scan } from '../../inventory/scan.js';
import { sumUndecoded } from '../../inventory/undecoded.js';
import { type AddressRange, parseRange } from '../../ip/address.js';
import { HOUR } from '../../tally/layout.js';
import type { TallyRow } from '../../tally/rows.js';
import type { Folded, Tally } from '../../tally/tally.js';
import { packetsByClassOf, type Totals } from '../../tally/totals.js';
import { makeProblem, type Problem } from '../../text/problem.js';
import type { Selection } from '../selection.js';
import type { Answer } from '../store.js';
import { EVIDENCE_COLUMNS } from './counters.js';
import type { SqlValue } from './driver.js';
import { HoursReader, LIST_OF_HOURS } from './read-hours.js';
import {
  damaged,
  HOURS_AT,
  HOURS_COLUMN,
  isTime,
  isWhole,
  optionalTextIn,
  optionalTimeIn,
  ROW_COLUMNS,
  RowReader,
  sumUses,
  textIn,
  wholeIn,
} from './read-rows.js';
import { TOTAL_COLUMNS } from './schema.js';
import { describeScopes, findSlots, type SlotWindow } from './slots.js';
import type { Store } from './store.js';

/** Rows are folded when there are too many, after this many at most. */
const FOLD_INTERVAL = 100_000;

/** Adds what a store knows of a selection to a tally. @throws StoreError if the store is damaged */
export function answer(store: Store, selection: Selection, tally: Tally): Answer {
  try {
    return addAnswer(store, selection, tally);
  } catch (error) {
    // Lists of problems, and scans, are JSON.
    throw error instanceof DocumentError ? damaged('captures or scans', error.message) : error;
  }
}

function addAnswer(store: Store, selection: Selection, tally: Tally): Answer {
  const slots = findSlots(store, selection);
  let rows = 0;
  let synAcks = 0;
  for (const row of rowsIn(store, slots, selection, tally)) {
    tally.addRow(row);
    rows += 1;
    synAcks += row.count;
    if (rows % FOLD_INTERVAL === 0) tally.foldIfFull();
  }
  const { folded, isCut } = foldedIn(store, slots);
  // If several sensors saw the same, the rows have the SYN-ACKs of one only.
  const seen = selection.across === 'max' ? countSynAcks(store, slots) : synAcks;
  const totals = totalsIn(store, slots, seen + folded.count);
  tally.addCounts(packetsByClassOf(totals), totals.outsideTime, folded);
  const cut = isCut ? [makeProblem('other', CUT_FOLDED)] : [];
  return {
    captures: [...capturesIn(store, slots)],
    scans: [...scansIn(store, slots)],
    kept: keptIn(store, slots),
    totals,
    undecoded: undecodedIn(store, slots),
    notes: [...slots.notes, ...describeScopes(store, slots), ...cut],
  };
}

const CUT_FOLDED =
  'some rows that were combined as (other) are partly outside the time asked for, and were left out';

function* rowsIn(store: Store, slots: SlotWindow, { across }: Selection, tally: Tally): Generator<TallyRow> {
  const { hours, slice, activity, clients } = tally.options;
  const reader = new RowReader(store);
  const { where, values } = slots;
  const inHours = sumUses('start, length, server, port, client', where);
  const whole = `SELECT *, 0 AS length FROM (${sumUses('server, port, client', where, hours === true ? LIST_OF_HOURS : undefined)})`;
  // In the same hour, the sensor that saw most saw the others' packets too.
  const spans = across === 'max' ? makeSpans(store, slots) : '';
  const bySensor = sumUses('sensor, at, unit, server, port, client', where, undefined, spans);
  const joined = `SELECT server, port, client, max(syn_acks) AS syn_acks, first, last, known, ${EVIDENCE_COLUMNS.join()},
    unit AS length, ${HOURS_COLUMN} FROM (${bySensor}) GROUP BY at, unit, server, port, client`;
  const isDivided = activity === true || slice !== undefined;
  const grouped = across === 'max' ? joined : isDivided ? inHours : whole;
  const rows = store.all(`SELECT ${ROW_COLUMNS}, ${HOURS_COLUMN} FROM (${grouped})`, ...values);
  const hoursReader = new HoursReader();
  // Rows of an hour have their hours in their times.
  for (const row of rows) yield reader.row(row, hoursReader.read(row[HOURS_AT]));
  if (clients !== true) return;
  // Sketches are added to the rows that are there by now.
  const sketches = store.all(
    `SELECT server, port, client, start + first, start + first + span, clients
      FROM slots CROSS JOIN sketches ON sketches.slot = slots.id CROSS JOIN uses USING (slot, server, port, client) WHERE ${where}`,
    ...values,
  );
  for (const row of sketches) yield reader.sketch(row);
}

/**
 * The table of slots with the longest time, `at` and `unit`, that contains each: what a sensor recorded late is in hours while
 * the same hours of others were added up. They are in a temporary table, which is not part of the file.
 */
function makeSpans(store: Store, { where, values }: SlotWindow): string {
  store.exec(
    'DROP TABLE IF EXISTS temp.spans; CREATE TEMP TABLE spans (slot_id INTEGER PRIMARY KEY, at INTEGER, unit INTEGER)',
  );
  store.run(
    `WITH longer AS (SELECT DISTINCT start, length FROM slots WHERE ${where} AND length > ${HOUR})
      INSERT INTO temp.spans SELECT id, start, length FROM
        (SELECT slots.id, longer.start, longer.length,
          row_number() OVER (PARTITION BY slots.id ORDER BY longer.length DESC) AS place
        FROM slots JOIN longer ON longer.start <= slots.start
          AND longer.start + longer.length >= slots.start + slots.length WHERE ${where.replaceAll(/\b(start|length)\b/g, 'slots.$1')})
      WHERE place = 1`,
    ...values,
  );
  store.run(`INSERT OR IGNORE INTO temp.spans SELECT id, start, length FROM slots WHERE ${where}`, ...values);
  return 'slots JOIN temp.spans ON slot_id = slots.id';
}

/** The rows that were folded while they were counted: they belong to a window if they are in it as a whole. */
function foldedIn(
  store: Store,
  { since, until, batches, values }: SlotWindow,
): { folded: Folded; isCut: boolean } {
  let rows = 0;
  let count = 0;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let isCut = false;
  const found = store.all(
    `SELECT folded_rows, folded_syn_acks, folded_first, folded_last FROM batches
      WHERE folded_rows > 0 AND id IN (${batches})`,
    ...values,
  );
  for (const [someRows, someCount, from, to] of found) {
    if (!isWhole(someRows, 1) || !isWhole(someCount, 1) || !isTime(from) || !isTime(to))
      throw damaged('batches');
    if (to < since || from >= until) continue;
    if (from < since || to >= until) {
      isCut = true;
      continue;
    }
    rows += someRows;
    count += someCount;
    [first, last] = [Math.min(first, from), Math.max(last, to)];
  }
  return { folded: { rows, count, first, last }, isCut };
}

function countSynAcks(store: Store, { where, values }: SlotWindow): number {
  const sql = `SELECT coalesce(sum(syn_acks), 0) FROM slots CROSS JOIN uses ON slot = slots.id WHERE ${where}`;
  return wholeIn('uses', store.value(sql, ...values));
}

/** The totals of all batches, or, as those of a part of the time are not known, the SYN-ACKs of the window. */
function totalsIn(store: Store, slots: SlotWindow, synAcks: number): Totals {
  const columns = TOTAL_COLUMNS.map((name) => `coalesce(sum(${name}), 0)`).join();
  const sums = slots.isWhole
    ? (store.get(`SELECT ${columns} FROM batches WHERE id IN (${slots.batches})`, ...slots.values) ?? [])
    : [];
  const totals = Object.fromEntries(
    TOTAL_COLUMNS.map((column, at) => [TOTALS[column], sums[at] ?? 0]),
  ) as unknown as Totals;
  if (!Object.values(totals).every((sum) => isWhole(sum, 0))) throw damaged('batches');
  return slots.isWhole ? totals : { ...totals, packetsRead: synAcks, synAcks };
}

function undecodedIn(
  store: Store,
  { isWhole, batches, values }: SlotWindow,
): readonly Undecoded[] | undefined {
  if (!isWhole) return undefined;
  const lists: Undecoded[][] = [];
  for (const [text] of store.all(
    `SELECT DISTINCT undecoded, id FROM batches WHERE id IN (${batches})`,
    ...values,
  )) {
    if (text === null) return undefined;
    lists.push(readUndecoded(new JsonReader(textIn('batches', text))));
  }
  return sumUndecoded(lists.map((undecoded) => ({ undecoded })));
}

function* capturesIn(
  store: Store,
  { since, until, isWhole, batches, values }: SlotWindow,
): Generator<CaptureRecord> {
  const rows = store.all(
    `SELECT digest, name, format, packets_read, syn_acks, first_seen, last_seen, problems FROM captures
      WHERE batch IN (${batches}) ORDER BY id`,
    ...values,
  );
  for (const [digest, name, format, packetsRead, synAcks, firstSeen, lastSeen, problems] of rows) {
    const first = optionalTimeIn('captures', firstSeen) ?? Number.POSITIVE_INFINITY;
    const last = optionalTimeIn('captures', lastSeen) ?? Number.NEGATIVE_INFINITY;
    if (!isWhole && !(first < until && last >= since)) continue;
    const known = optionalTextIn('captures', digest);
    yield {
      ...(known === undefined ? {} : { digest: known }),
      name: textIn('captures', name),
      format: textIn('captures', format),
      packetsRead: wholeIn('captures', packetsRead),
      synAcks: wholeIn('captures', synAcks),
      firstSeen: Math.max(first, isWhole ? Number.NEGATIVE_INFINITY : since),
      lastSeen: Math.min(last, isWhole ? Number.POSITIVE_INFINITY : until),
      ...(Number.isFinite(since) ? { since } : {}),
      ...(Number.isFinite(until) ? { until } : {}),
      problems: parseProblems(problems),
    };
  }
}

function* scansIn(store: Store, { since, until, batches, values }: SlotWindow): Generator<Scan> {
  const rows = store.all(`SELECT started, document FROM scans WHERE batch IN (${batches})`, ...values);
  for (const [started, document] of rows) {
    const time = optionalTimeIn('scans', started) ?? 0;
    if (time < since || time >= until) continue;
    yield* readDocument(textIn('scans', document)).scans;
  }
}

function parseProblems(text: SqlValue | undefined): Problem[] {
  return readProblems(new JsonReader(textIn('captures', text)));
}

/** The addresses that were counted one by one in all of the window. */
function keptIn(
  store: Store,
  { isWhole, where, batches, values }: SlotWindow,
): readonly AddressRange[] | undefined {
  const rows = store.all(
    `SELECT ranges FROM scopes WHERE id IN (SELECT scope FROM ${isWhole ? `batches WHERE id IN (${batches})` : `slots WHERE ${where}`})`,
    ...values,
  );
  const all = [...rows].map(([ranges]): readonly AddressRange[] | undefined => readRanges(ranges));
  return all.length === 0 ? [] : all.reduce(keptInBoth);
}

function readRanges(text: SqlValue | undefined): AddressRange[] | undefined {
  if (text === null) return undefined;
  try {
    const ranges = (JSON.parse(text as string) as string[]).map(parseRange);
    if (ranges.every((range) => range !== undefined)) return ranges;
  } catch {
    // It is reported below.
  }
  throw damaged('scopes');
}
