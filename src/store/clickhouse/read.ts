// Answers from a fleet: adds the rows of a window of time to a tally, as the captures themselves would have been counted.
// Servers are outside, so every value is checked.

import { readProblems } from '../../inventory/document/checks.js';
import { TOTALS } from '../../inventory/document/fields.js';
import { DocumentError, JsonReader } from '../../inventory/document/json.js';
import { readDocument, readUndecoded } from '../../inventory/document/reader.js';
import type { CaptureRecord, Undecoded } from '../../inventory/inventory.js';
import { distinctScans, keptInBoth } from '../../inventory/merge.js';
import type { Scan } from '../../inventory/scan.js';
import { sumUndecoded } from '../../inventory/undecoded.js';
import { type AddressRange, parseRange } from '../../ip/address.js';
import { exactSum } from '../../tally/count-error.js';
import { type Folded, Tally } from '../../tally/tally.js';
import { packetsByClassOf, type Totals } from '../../tally/totals.js';
import { makeProblem } from '../../text/problem.js';
import { StoreError } from '../errors.js';
import type { Selection } from '../selection.js';
import type { Answer } from '../store.js';
import type { Fleet } from './fleet.js';
import { findLive, type Live } from './live.js';
import { TOTAL_COLUMNS } from './schema.js';
import { addUses } from './uses.js';
import { describeScopes, findWindow, type Window } from './window.js';

/** Adds what a fleet knows of a selection to a tally. @throws StoreError if a shard sends what synsum does not write */
export async function answerFrom(fleet: Fleet, selection: Selection, tally: Tally): Promise<Answer> {
  try {
    const { answer, part } = await fleet.ask(async (shards) => {
      const live = await findLive(shards, selection);
      const window = await findWindow(live, selection);
      // If a shard stops answering, its rows must not stay.
      const own = new Tally(tally.options);
      await addUses(live, window, selection, own);
      return { answer: await answerAbout(live, window, own), part: own.takePart() };
    });
    tally.merge(part);
    tally.foldIfFull();
    return answer;
  } catch (error) {
    // Lists of problems, and scans, are JSON.
    throw error instanceof DocumentError ? damaged('captures or scans', error.message) : error;
  }
}

async function answerAbout(live: readonly Live[], window: Window, tally: Tally): Promise<Answer> {
  const { folded, isCut } = await foldedIn(live, window);
  const totals = await totalsIn(live, window, folded);
  tally.addCounts(packetsByClassOf(totals), totals.outsideTime, folded);
  const cut = isCut ? [makeProblem('other', CUT_FOLDED)] : [];
  return {
    captures: await capturesIn(live, window),
    scans: await scansIn(live, window),
    kept: await keptIn(live, window),
    totals,
    undecoded: await undecodedIn(live, window),
    notes: [...window.notes, ...(await describeScopes(live, window)), ...cut],
  };
}

const CUT_FOLDED =
  'some rows that were combined as (other) are partly outside the time asked for, and were left out';

/** The rows that were folded while they were counted: they belong to a window if they are in it as a whole. */
async function foldedIn(
  live: readonly Live[],
  { since, until }: Window,
): Promise<{ folded: Folded; isCut: boolean }> {
  let rows = 0;
  let count = 0;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let isCut = false;
  for (const { shard, batches } of live) {
    const found = await shard.all(
      `SELECT folded_rows, folded_syn_acks, folded_first, folded_last FROM ${batches} WHERE folded_rows > 0`,
      (row) => ({ rows: row.u64(), count: row.u64(), from: row.i64(), to: row.i64() }),
    );
    for (const { rows: someRows, count: someCount, from, to } of found) {
      if (from > to) throw damaged('batches');
      if (to < since || from >= until) continue;
      if (from < since || to >= until) {
        isCut = true;
        continue;
      }
      rows = exactSum(rows, someRows, 'folded rows');
      count = exactSum(count, someCount, 'SYN-ACKs');
      [first, last] = [Math.min(first, from), Math.max(last, to)];
    }
  }
  return { folded: { rows, count, first, last }, isCut };
}

/** The totals of all batches, or, as those of a part of the time are not known, the SYN-ACKs of the window. */
async function totalsIn(live: readonly Live[], window: Window, folded: Folded): Promise<Totals> {
  const sums = TOTAL_COLUMNS.map(() => 0);
  if (window.isWhole) {
    const sql = TOTAL_COLUMNS.map((name) => `sum(${name})`).join();
    for (const { shard, batches } of live) {
      const found = await shard.all(`SELECT ${sql} FROM ${batches}`, (row) =>
        TOTAL_COLUMNS.map(() => row.u64()),
      );
      for (const [at, value] of (found[0] ?? []).entries())
        sums[at] = exactSum(sums[at] ?? 0, value, 'packets');
    }
  }
  const totals = Object.fromEntries(
    TOTAL_COLUMNS.map((column, at) => [TOTALS[column], sums[at] ?? 0]),
  ) as unknown as Totals;
  if (window.isWhole) return totals;
  let synAcks = folded.count;
  for (const { shard, parts } of live) {
    const found = await shard.all(
      `SELECT sum(syn_acks) FROM uses WHERE ${window.where} AND ${parts}`,
      (row) => row.u64(),
    );
    synAcks = exactSum(synAcks, found[0] ?? 0, 'SYN-ACKs');
  }
  return { ...totals, packetsRead: synAcks, synAcks };
}

async function undecodedIn(
  live: readonly Live[],
  { isWhole }: Window,
): Promise<readonly Undecoded[] | undefined> {
  if (!isWhole) return undefined;
  const lists: Undecoded[][] = [];
  for (const { shard, batches } of live) {
    for (const text of await shard.all(`SELECT undecoded FROM ${batches}`, (row) => row.text())) {
      if (text === '') return undefined;
      lists.push(readUndecoded(new JsonReader(text)));
    }
  }
  return sumUndecoded(lists.map((undecoded) => ({ undecoded })));
}

async function capturesIn(
  live: readonly Live[],
  { since, until, isWhole }: Window,
): Promise<CaptureRecord[]> {
  const captures: CaptureRecord[] = [];
  for (const { shard, batches } of live) {
    // Captures are of no sums, so their parts are always those of a batch.
    const rows = shard.rows(
      `SELECT digest, name, format, packets_read, syn_acks, first_seen, last_seen, problems FROM captures
        WHERE part IN (SELECT arrayJoin(parts) FROM ${batches})`,
      (row) => ({
        digest: row.text(),
        name: row.text(),
        format: row.text(),
        packetsRead: row.u64(),
        synAcks: row.u64(),
        first: row.i64(),
        last: row.i64(),
        problems: row.text(),
      }),
    );
    for await (const some of rows) {
      for (const { digest, first, last, problems, ...capture } of some) {
        const isSeen = first <= last;
        if (!isWhole && !(isSeen && first < until && last >= since)) continue;
        captures.push({
          ...(digest === '' ? {} : { digest }),
          ...capture,
          firstSeen: isSeen ? Math.max(first, since) : Number.POSITIVE_INFINITY,
          lastSeen: isSeen ? Math.min(last, until) : Number.NEGATIVE_INFINITY,
          ...(Number.isFinite(since) ? { since } : {}),
          ...(Number.isFinite(until) ? { until } : {}),
          problems: readProblems(new JsonReader(problems)),
        });
      }
    }
  }
  return captures;
}

async function scansIn(live: readonly Live[], { since, until }: Window): Promise<Scan[]> {
  const scans: Scan[] = [];
  for (const { shard, batches } of live) {
    const found = await shard.all(
      `SELECT started, document FROM scans WHERE part IN (SELECT arrayJoin(parts) FROM ${batches})`,
      (row) => ({ started: row.i64(), document: row.text() }),
    );
    for (const { started, document } of found) {
      if (started >= since && started < until) scans.push(...readDocument(document).scans);
    }
  }
  // Two sensors may have recorded the same one.
  return distinctScans(scans);
}

/** The addresses that were counted one by one in all of the window. */
async function keptIn(
  live: readonly Live[],
  { isWhole, where }: Window,
): Promise<readonly AddressRange[] | undefined> {
  const texts = new Set<string>();
  for (const { shard, batches, parts } of live) {
    const used = isWhole ? '' : ` WHERE scope IN (SELECT scope FROM uses WHERE ${where} AND ${parts})`;
    for (const text of await shard.all(`SELECT DISTINCT kept FROM ${batches}${used}`, (row) => row.text())) {
      texts.add(text);
    }
  }
  const all = [...texts].map((text): readonly AddressRange[] | undefined => readRanges(text));
  return all.length === 0 ? [] : all.reduce(keptInBoth);
}

function readRanges(text: string): AddressRange[] | undefined {
  if (text === '') return undefined;
  try {
    const ranges = (JSON.parse(text) as string[]).map(parseRange);
    if (ranges.every((range) => range !== undefined)) return ranges;
  } catch {
    // It is reported below.
  }
  throw damaged('batches');
}

function damaged(table: string, fault = 'found a value that synsum does not write'): StoreError {
  return new StoreError(`table ${table}: ${fault}`);
}
