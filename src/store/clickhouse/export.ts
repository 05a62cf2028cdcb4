// All rows of a window of time, hour by hour, for other programs. A few sensors' hours are in memory at a time, so neither a
// server nor a slow reader of the export holds more.

import { type ExportedRow, exportedMachine } from '../../inventory/history/exported.js';
import { exactSum } from '../../tally/count-error.js';
import { addEvidence } from '../../tally/row-evidence.js';
import type { TallyRow } from '../../tally/rows.js';
import { compareBytes } from '../../text/compare-bytes.js';
import { StoreError } from '../errors.js';
import type { Period } from '../period.js';
import type { Selection } from '../selection.js';
import type { Fleet } from './fleet.js';
import { findLive, type Live } from './live.js';
import { mergeSorted } from './merge.js';
import { quote } from './shard.js';
import { compareKeys, KEY, readRow, SUMS } from './uses.js';
import { findWindow } from './window.js';

/** How much is read at once. */
interface Limits {
  /** Rows that one query returns, unless a sensor has more in one hour. */
  readonly rows: number;
  /** Hours of sensors in one query, and in one list of them. */
  readonly pieces: number;
  readonly listed: number;
}

const LIMITS: Limits = { rows: 20_000, pieces: 1000, listed: 100_000 };
/** Rows that are handed over at once. */
const CHUNK = 1000;

/** An hour, or a longer time, and how many sensors and SYN-ACKs it has. */
interface Slot extends Period {
  readonly sensors: number;
  readonly synAcks: number;
}

/** A slot of one sensor. */
interface Piece extends Period {
  readonly sensor: string;
  readonly rows: number;
}

/** A row of a piece. */
interface PieceRow extends Period {
  readonly sensor: string;
  readonly row: TallyRow;
}

/** The batches that count, and a condition for the rows of the window. */
interface Source {
  readonly live: readonly Live[];
  readonly where: string;
}

/**
 * The rows of each sensor and hour, or longer time, in that order; the batches of one are added up. If a shard stops answering,
 * the export continues without it.
 * @throws StoreError if rows were added up or removed meanwhile
 */
export async function* exportFleet(
  fleet: Fleet,
  selection: Selection,
  limits: Limits = LIMITS,
): AsyncGenerator<readonly ExportedRow[]> {
  const source = new SourceOf(fleet, selection);
  const slots = await source.ask(slotsIn);
  let synAcks = 0;
  for (const page of pagesOf(slots, limits)) {
    for (const pieces of groupsOf(await source.ask((from) => piecesIn(from, page)), limits)) {
      const rows = await source.ask((from) => rowsIn(from, pieces));
      for (const { count } of rows) synAcks = exactSum(synAcks, count, 'SYN-ACKs');
      for (let at = 0; at < rows.length; at += CHUNK) yield rows.slice(at, at + CHUNK);
    }
  }
  const expected = slots.reduce((sum, slot) => exactSum(sum, slot.synAcks, 'SYN-ACKs'), 0);
  if (fleet.missing.length === 0 && synAcks !== expected) {
    throw new StoreError(
      `exported ${synAcks} SYN-ACKs, expected ${expected}: rows were added up or removed meanwhile; export again`,
    );
  }
}

/** Asks the shards that answer. All questions see the same batches. */
class SourceOf {
  readonly #fleet: Fleet;
  readonly #selection: Selection;
  #source: Source | undefined;

  constructor(fleet: Fleet, selection: Selection) {
    this.#fleet = fleet;
    this.#selection = selection;
  }

  ask<T>(work: (source: Source) => Promise<T>): Promise<T> {
    return this.#fleet.ask(async (shards) => {
      // Once a shard is gone, other copies of its batches count.
      if (this.#source?.live.length !== shards.length) {
        const live = await findLive(shards, this.#selection);
        const { where } = await findWindow(live, this.#selection);
        this.#source = { live, where };
      }
      return work(this.#source);
    });
  }
}

async function slotsIn({ live, where }: Source): Promise<Slot[]> {
  const found = await Promise.all(
    live.map(({ shard, parts }) =>
      shard.all(
        `SELECT start, length, uniq(sensor), sum(syn_acks) FROM uses WHERE ${where} AND ${parts} GROUP BY start, length`,
        (row): Slot => ({ start: row.i64(), length: row.i64(), sensors: row.u64(), synAcks: row.u64() }),
      ),
    ),
  );
  return found.flat().sort((a, b) => a.start - b.start || a.length - b.length);
}

/** Divides sorted slots where another time begins, so that all sensors of a page fit into one list. */
function pagesOf(slots: readonly Slot[], { listed }: Limits): Generator<readonly [Slot, ...Slot[]]> {
  return divide(
    slots,
    (a, b) => a.start === b.start,
    ({ sensors }) => sensors / listed,
  );
}

/** Joins small pieces, in their order, so that they are read together. The same piece may be on two shards. */
function groupsOf(pieces: readonly Piece[], limits: Limits): Generator<readonly [Piece, ...Piece[]]> {
  return divide(
    pieces,
    (a, b) => comparePieces(a, b) === 0,
    ({ rows }) => Math.max(rows / limits.rows, 1 / limits.pieces),
  );
}

/** Divides sorted items into groups that weigh at most 1, unless those that belong together weigh more. */
function* divide<T>(
  items: readonly T[],
  belong: (a: T, b: T) => boolean,
  weightOf: (item: T) => number,
): Generator<readonly [T, ...T[]]> {
  let group: T[] = [];
  let weight = 0;
  for (const item of items) {
    const last = group.at(-1);
    if (last !== undefined && weight + weightOf(item) > 1 && !belong(last, item)) {
      yield group as [T, ...T[]];
      group = [];
      weight = 0;
    }
    group.push(item);
    weight += weightOf(item);
  }
  if (group.length > 0) yield group as [T, ...T[]];
}

async function piecesIn({ live, where }: Source, page: readonly [Slot, ...Slot[]]): Promise<Piece[]> {
  const until = (page.at(-1) ?? page[0]).start;
  const found = await Promise.all(
    live.map(({ shard, parts }) =>
      shard.all(
        `SELECT start, length, sensor, count() FROM uses WHERE ${where} AND ${parts}
          AND start >= ${page[0].start} AND start <= ${until} GROUP BY start, length, sensor`,
        (row): Piece => ({ start: row.i64(), length: row.i64(), sensor: row.text(), rows: row.u64() }),
      ),
    ),
  );
  return found.flat().sort(comparePieces);
}

/** Servers order names by their bytes. */
function comparePieces(a: Piece | PieceRow, b: Piece | PieceRow): number {
  return a.start - b.start || a.length - b.length || compareBytes(a.sensor, b.sensor);
}

/** The order of the answers, and of the export. */
const ORDER = `start, length, sensor, ${KEY}`;

async function rowsIn({ live, where }: Source, pieces: readonly [Piece, ...Piece[]]): Promise<ExportedRow[]> {
  const until = (pieces.at(-1) ?? pieces[0]).start;
  const list = pieces.map(({ sensor, start, length }) => `(${quote(sensor)}, ${start}, ${length})`);
  const sensors = [...new Set(pieces.map(({ sensor }) => quote(sensor)))];
  // The first conditions say again what the list does, in a form that finds the rows by the order of the table.
  const condition = `sensor IN (${sensors.join()}) AND start >= ${pieces[0].start} AND start <= ${until}
    AND (sensor, toInt64(start), toInt64(length)) IN (${list.join()})`;
  const answers = live.map(({ shard, parts }) =>
    shard.rows(
      `SELECT start, length, sensor, ${KEY}, ${SUMS} FROM uses WHERE ${where} AND ${condition} AND ${parts}
        GROUP BY ${ORDER} ORDER BY ${ORDER}`,
      (row): PieceRow => ({
        start: row.i64(),
        length: row.i64(),
        sensor: row.text(),
        row: readRow(row),
      }),
    ),
  );
  const rows: ExportedRow[] = [];
  for await (const group of mergeSorted(answers, comparePieceRows)) rows.push(exported(group));
  return rows;
}

function comparePieceRows(a: PieceRow, b: PieceRow): number {
  return comparePieces(a, b) || compareKeys(a.row, b.row);
}

/** A sensor has rows of one hour on two shards after one of them was down. */
function exported(group: readonly PieceRow[]): ExportedRow {
  const [{ start, length, sensor, row }, ...others] = group as [PieceRow, ...PieceRow[]];
  let { count, first, last, evidence } = row;
  for (const other of others) {
    count = exactSum(count, other.row.count, 'SYN-ACKs');
    [first, last] = [Math.min(first, other.row.first), Math.max(last, other.row.last)];
    evidence = evidence && other.row.evidence && addEvidence(evidence, other.row.evidence);
  }
  const { family, server, port, client } = row;
  return {
    start,
    length,
    sensor,
    server: server && exportedMachine(family, server),
    port,
    client: client && exportedMachine(family, client),
    count,
    first,
    last,
    ...(evidence === undefined ? {} : { evidence }),
  };
}
