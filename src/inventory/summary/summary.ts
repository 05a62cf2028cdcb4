// The answer in rows: SYN-ACKs grouped under the names of client, server and service. This is what the
// views render; it knows nothing of them, nor of how the packets were read.

import type { Names } from '../../names/names.js';
import type { Totals } from '../../tally/totals.js';
import type { InputReport, Inventory } from '../inventory.js';
import type { Column } from './columns.js';
import { Entries } from './entries.js';
import { Machines, OTHER_MACHINE } from './machines.js';
import type { Query } from './query.js';
import { GroupedRows, type SummaryRow, type SummaryRows } from './rows.js';
import { OTHER_SERVICE, Services } from './services.js';

export type { Column, Query, SummaryRow, SummaryRows, Totals };

export interface Summary {
  /** The columns, in the order asked for. */
  readonly by: readonly Column[];
  readonly rows: SummaryRows;
  /** Of all rows; Infinity and -Infinity if there are none. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Rows and their SYN-ACKs that `--top` cut off. */
  readonly cut: { readonly rows: number; readonly synAcks: number };
  /** SYN-ACKs in rows that `--client`, `--server` and `--service` left out. */
  readonly filteredOut: number;
  /** Rows given up at the memory ceiling; their SYN-ACKs are in the row `(other)`. */
  readonly foldedRows: number;
  readonly totals: Totals;
  readonly inputs: readonly InputReport[];
}

/** Groups the rows of an inventory under their names. What is added to its tally later is not in the summary. */
export function summarize(inventory: Inventory, names: Names, query: Query): Summary {
  const { tally } = inventory;
  const { folded } = tally;
  const [rows4, rows6] = [tally.readRows(4), tally.readRows(6)];
  const machines = new Machines(rows4.size, rows6.size, names, query);
  const services = new Services(rows4.size + rows6.size, machines, names, query);
  const entries = new Entries(rows4.size + rows6.size + 1);
  let filteredOut = 0;
  for (const table of [rows4, rows6]) {
    for (let row = 0; row < table.size; row++) {
      const client = machines.numberOf(table.family, table.clientOf(row));
      const server = machines.numberOf(table.family, table.serverOf(row));
      const service = services.numberOf(server, table.portOf(row));
      const count = table.countOf(row);
      if (machines.isWantedClient(client) && machines.isWantedServer(server) && services.isWanted(service)) {
        entries.add(client, server, service, count, table.firstOf(row), table.lastOf(row));
      } else {
        filteredOut += count;
      }
    }
  }
  if (folded.rows > 0) {
    const { count, first, last } = folded;
    entries.add(OTHER_MACHINE, OTHER_MACHINE, OTHER_SERVICE, count, first, last);
  }
  const rows = new GroupedRows(entries, machines, services, query);
  return {
    by: query.by,
    rows,
    firstSeen: rows.sums.firstSeen,
    lastSeen: rows.sums.lastSeen,
    cut: rows.cut,
    filteredOut,
    foldedRows: folded.rows,
    totals: inventory.totals,
    inputs: inventory.inputs,
  };
}
