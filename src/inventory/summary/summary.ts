// The summary of an inventory: SYN-ACKs grouped by the names of client, server and service. Knows nothing of
// the views that render it, nor of how the packets were read.

import type { Names } from '../../names/names.js';
import type { Totals } from '../../tally/totals.js';
import type { InputReport, Inventory } from '../inventory.js';
import type { Basis } from '../verdicts/judge.js';
import { Collected } from './collect.js';
import { type Column, DEFAULT_COLUMNS, type SortColumn } from './columns.js';
import type { Counted, Query } from './query.js';
import { GroupedRows, type SummaryRow, type SummaryRows } from './rows.js';
import { Slices, sliceColumnOf } from './slices.js';

export type { Column, Query, SummaryRow, SummaryRows, Totals };

/**
 * The rows of a summary, and the numbers that views show with them. Times are microseconds since the epoch.
 */
export interface Summary {
  /** The columns, in the order of the query. */
  readonly by: readonly Column[];
  /** The time zone of the hours and days in the rows, if there are any and the query names it. */
  readonly tz?: string;
  /** The column that the query sorts by, if it has one. */
  readonly sort?: SortColumn;
  /** Whether the rows are judged, as the query asked. */
  readonly isJudged: boolean;
  /** The unit of the counts. */
  readonly counted: Counted;
  readonly rows: SummaryRows;
  /** The sum of the counts of all rows, and the SYN-ACKs in them: the same if SYN-ACKs are counted. */
  readonly count: number;
  readonly synAcks: number;
  /** First and last time of all rows; Infinity and -Infinity if there are none. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** The rows that `top` cut off, and their SYN-ACKs. */
  readonly cut: { readonly rows: number; readonly synAcks: number };
  /** SYN-ACKs in rows that the patterns of the query left out. */
  readonly filteredOut: number;
  /** SYN-ACKs in rows that `only` left out. */
  readonly unchosen: number;
  /** SYN-ACKs in rows of which nothing counts: no handshake began in the time asked for, or none is known to be of use. */
  readonly uncounted: number;
  /** The basis of the judgements, if there are any. */
  readonly basis?: Basis;
  /** Rows that did not fit into memory; their SYN-ACKs are in the row `(other)`. */
  readonly foldedRows: number;
  /** Counts of all packets read, whatever the query. */
  readonly totals: Totals;
  readonly inputs: readonly InputReport[];
}

/**
 * Groups the SYN-ACKs of an inventory by client, server and service, under their names. The summary does not
 * change when more is counted in the inventory later.
 * @throws SliceError if it is to be grouped by hour or day, and the inventory does not divide its counts so
 * @throws EvidenceError if handshakes are to be counted or judged, and they are not known
 */
export function summarize(inventory: Inventory, names: Names, asked: Query = {}): Summary {
  const query = { by: DEFAULT_COLUMNS, ...asked };
  const slices = new Slices(sliceColumnOf(query.by) === undefined ? undefined : query.tz);
  const collected = new Collected(inventory, names, slices, query);
  const { judged, filteredOut, unchosen, uncounted } = collected;
  const rows = new GroupedRows(collected, slices, query);
  return {
    by: query.by,
    ...(slices.tz === undefined ? {} : { tz: slices.tz }),
    ...(query.sort === undefined ? {} : { sort: query.sort }),
    isJudged: query.judged === true,
    counted: query.counted ?? 'syn-acks',
    rows,
    count: rows.sums.count,
    synAcks: rows.sums.synAcks,
    firstSeen: rows.sums.firstSeen,
    lastSeen: rows.sums.lastSeen,
    cut: rows.cut,
    filteredOut,
    unchosen,
    uncounted,
    ...(judged.basis === undefined ? {} : { basis: judged.basis }),
    foldedRows: inventory.tally.folded.rows,
    totals: inventory.totals,
    inputs: inventory.inputs,
  };
}
