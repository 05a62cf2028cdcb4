// The summary of an inventory: SYN-ACKs grouped by the names of client, server and service. Knows nothing of
// the views that render it, nor of how the packets were read.

import type { Names } from '../../names/names.js';
import type { Totals } from '../../tally/totals.js';
import type { InputReport, Inventory } from '../inventory.js';
import type { Basis } from '../verdicts/judge.js';
import { type Column, DEFAULT_COLUMNS, type SortColumn } from './columns.js';
import { Entries } from './entries.js';
import { JudgedRows } from './judged-rows.js';
import { Machines, OTHER_MACHINE } from './machines.js';
import type { Counted, Query } from './query.js';
import { GroupedRows, type SummaryRow, type SummaryRows } from './rows.js';
import { OTHER_SERVICE, Services } from './services.js';
import { SliceError, Slices, sliceColumnOf } from './slices.js';

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
  const { tally } = inventory;
  const { folded } = tally;
  const slice = sliceColumnOf(query.by);
  const slices = new Slices(slice === undefined ? undefined : query.tz);
  const [rows4, rows6] = [tally.readRows(4), tally.readRows(6)];
  const machines = new Machines(rows4.size, rows6.size, names, query);
  const services = new Services(rows4.size + rows6.size, machines, names, query);
  const { counted = 'syn-acks' } = query;
  const judged = new JudgedRows(inventory, names, query);
  const entries = new Entries(rows4.size + rows6.size + 1, counted !== 'syn-acks');
  let filteredOut = 0;
  let unchosen = 0;
  let uncounted = 0;
  let number = 0;
  for (const table of [rows4, rows6]) {
    for (let row = 0; row < table.size; row++, number++) {
      const client = machines.add(table.family, table.clientOf(row));
      const server = machines.add(table.family, table.serverOf(row));
      const service = services.add(server, table.portOf(row));
      const count = table.countOf(row);
      const [first, last] = [table.firstOf(row), table.lastOf(row)];
      if (slice !== undefined && slices.numberOf(slice, first) !== slices.numberOf(slice, last))
        throw new SliceError(slice);
      if (machines.isWantedClient(client) && machines.isWantedServer(server) && services.isWanted(service)) {
        const evidence = tally.evidence === undefined ? undefined : table.evidenceOf(row);
        const judgement = judged.judge(number, count, evidence);
        const shown = judged.countOf(count, evidence, judgement);
        if (!judged.isChosen(judgement)) unchosen += count;
        else if (shown === 0) uncounted += count;
        if (shown === 0 || !judged.isChosen(judgement)) continue;
        entries.add(client, server, service, shown, first, last);
        entries.synAcks[entries.size - 1] = counted === 'syn-acks' ? shown : count;
        if (tally.evidence !== undefined) entries.addEvidence(evidence, judgement);
      } else {
        filteredOut += count;
      }
    }
  }
  if (folded.rows > 0) {
    const { count, first, last, evidence } = folded;
    const shown = judged.countOf(count, evidence, undefined);
    if (!judged.isChosen(undefined)) unchosen += count;
    else if (shown === 0) uncounted += count;
    else {
      entries.add(OTHER_MACHINE, OTHER_MACHINE, OTHER_SERVICE, shown, first, last);
      entries.synAcks[entries.size - 1] = counted === 'syn-acks' ? shown : count;
      entries.addEvidence(evidence);
    }
  }
  const rows = new GroupedRows(entries, machines, services, slices, query);
  return {
    by: query.by,
    ...(slices.tz === undefined ? {} : { tz: slices.tz }),
    ...(query.sort === undefined ? {} : { sort: query.sort }),
    isJudged: query.judged === true,
    counted,
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
    foldedRows: folded.rows,
    totals: inventory.totals,
    inputs: inventory.inputs,
  };
}
