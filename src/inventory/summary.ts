// The answer in rows: SYN-ACKs grouped under the names of client, server and service. This is what the
// views render; it knows nothing of them, nor of how the packets were read.

import type { Names } from '../names/names.js';
import type { Rows } from '../tally/rows.js';
import type { Totals } from '../tally/totals.js';
import type { Column, SortColumn } from './columns.js';
import { compareBytes } from './compare-bytes.js';
import { type Endpoint, EndpointResolver, REMOTE } from './endpoints.js';
import type { InputReport, Inventory } from './inventory.js';
import { type MachinePattern, matchesMachine, matchesService, type ServicePattern } from './patterns.js';

export type { Column, Totals };

/** In every column of the row that stands for the rows given up at the memory ceiling. */
export const OTHER = '(other)';

/** One line of the answer. A column that was not asked for is absent. */
export interface SummaryRow {
  /** SYN-ACKs. */
  readonly count: number;
  /** Name or address; `_` is any remote machine. */
  readonly client?: string;
  readonly server?: string;
  /** Service name, `up:PORT` if it has none, `22/tcp` in numeric summaries. */
  readonly service?: string;
  /** Absent also in the row of `(other)`. */
  readonly port?: number;
  /** Microseconds since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** The addresses behind the names, sorted; empty for `_`. Filled only where details were asked for. */
  readonly clientAddresses: readonly string[];
  readonly serverAddresses: readonly string[];
  /** The ports behind the service name, ascending. Filled only where details were asked for. */
  readonly ports: readonly number[];
}

export interface Summary {
  /** The columns, in the order asked for. */
  readonly by: readonly Column[];
  readonly rows: readonly SummaryRow[];
  /** Rows and their SYN-ACKs that `--top` cut off. */
  readonly cut: { readonly rows: number; readonly synAcks: number };
  /** SYN-ACKs in rows that `--client`, `--server` and `--service` left out. */
  readonly filteredOut: number;
  /** Rows given up at the memory ceiling; their SYN-ACKs are in the row `(other)`. */
  readonly foldedRows: number;
  readonly totals: Totals;
  readonly inputs: readonly InputReport[];
}

export interface Query {
  readonly by: readonly Column[];
  /** Addresses and ports in place of names. */
  readonly numeric?: boolean;
  /** Remote machines by address in place of `_`; the tally must have kept them. */
  readonly remote?: boolean;
  /** Without it rows come in the order of the classic lines. */
  readonly sort?: SortColumn;
  /** Keep this many rows: the first ones of the sort asked for, else those with the most SYN-ACKs. */
  readonly top?: number;
  /** A row stays if one pattern of each kind that is given matches. */
  readonly clients?: readonly MachinePattern[];
  readonly servers?: readonly MachinePattern[];
  readonly services?: readonly ServicePattern[];
  /** Collect the addresses and ports behind the names. */
  readonly details?: boolean;
}

/** Groups the rows of an inventory under their names. */
export function summarize(inventory: Inventory, names: Names, query: Query): Summary {
  const groups = new Groups(query);
  const { tally } = inventory;
  const { numeric = false, services = [] } = query;
  // Patterns choose services by name, whatever is shown.
  const needsNames = !numeric || services.some(({ kind }) => kind === 'name');
  let filteredOut = 0;
  for (const table of [tally.rows4, tally.rows6]) {
    const resolver = new EndpointResolver(names, table.family, query);
    for (let row = 0; row < table.size; row++) {
      const client = resolver.resolve(table.clientOf(row));
      const server = resolver.resolve(table.serverOf(row));
      const port = table.portOf(row);
      const name = needsNames ? names.service(server.address, port) : '';
      if (!isWanted(query, client, server, name, port)) filteredOut += table.countOf(row);
      else groups.add(client, server, numeric ? `${port}/tcp` : name, port, table, row);
    }
  }
  const rows = groups.rows();
  const { folded } = tally;
  if (folded.rows > 0) rows.push(otherRow(query.by, folded));
  const sorted = sortRows(rows, query);
  const kept = query.top === undefined ? sorted : sorted.slice(0, query.top);
  const cutRows = sorted.slice(kept.length);
  return {
    by: query.by,
    rows: kept,
    cut: { rows: cutRows.length, synAcks: cutRows.reduce((sum, row) => sum + row.count, 0) },
    filteredOut,
    foldedRows: folded.rows,
    totals: inventory.totals,
    inputs: inventory.inputs,
  };
}

function isWanted(query: Query, client: Endpoint, server: Endpoint, service: string, port: number): boolean {
  const { clients = [], servers = [], services = [] } = query;
  return (
    (clients.length === 0 || clients.some((pattern) => matchesMachine(pattern, client))) &&
    (servers.length === 0 || servers.some((pattern) => matchesMachine(pattern, server))) &&
    (services.length === 0 || services.some((pattern) => matchesService(pattern, service, port)))
  );
}

/** A row while it is being counted. */
type GrowingRow = { -readonly [Key in keyof SummaryRow]: SummaryRow[Key] };

/** What is behind the names of a row: collected only where it was asked for, as it can be much. */
interface Details {
  readonly clientAddresses: Set<string>;
  readonly serverAddresses: Set<string>;
  readonly ports: Set<number>;
}

/** One for all rows: there can be a million. */
const NONE: readonly never[] = [];

class Groups {
  readonly #query: Query;
  readonly #rows = new Map<string, GrowingRow>();
  readonly #details = new Map<GrowingRow, Details>();

  constructor(query: Query) {
    this.#query = query;
  }

  add(client: Endpoint, server: Endpoint, service: string, port: number, table: Rows, at: number): void {
    const { by, details = false } = this.#query;
    const labels = { client: client.label, server: server.label, service, port };
    // No label has a newline in it: names cannot, see hosts-file.ts.
    const key = by.map((column) => labels[column]).join('\n');
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = makeRow(by, labels);
      this.#rows.set(key, row);
      if (details) {
        this.#details.set(row, { clientAddresses: new Set(), serverAddresses: new Set(), ports: new Set() });
      }
    }
    row.count += table.countOf(at);
    row.firstSeen = Math.min(row.firstSeen, table.firstOf(at));
    row.lastSeen = Math.max(row.lastSeen, table.lastOf(at));
    const behind = this.#details.get(row);
    if (behind === undefined) return;
    if (client.label !== REMOTE) behind.clientAddresses.add(client.addressText);
    if (server.label !== REMOTE) behind.serverAddresses.add(server.addressText);
    behind.ports.add(port);
  }

  rows(): SummaryRow[] {
    for (const [row, { clientAddresses, serverAddresses, ports }] of this.#details) {
      row.clientAddresses = [...clientAddresses].sort(compareBytes);
      row.serverAddresses = [...serverAddresses].sort(compareBytes);
      row.ports = [...ports].sort((a, b) => a - b);
    }
    return [...this.#rows.values()];
  }
}

/** A row of nothing yet, with the columns asked for. */
function makeRow(by: readonly Column[], labels: Required<Labels>): GrowingRow {
  const row: GrowingRow = {
    count: 0,
    firstSeen: Number.POSITIVE_INFINITY,
    lastSeen: Number.NEGATIVE_INFINITY,
    clientAddresses: NONE,
    serverAddresses: NONE,
    ports: NONE,
  };
  if (by.includes('client')) row.client = labels.client;
  if (by.includes('server')) row.server = labels.server;
  if (by.includes('service')) row.service = labels.service;
  if (by.includes('port')) row.port = labels.port;
  return row;
}

type Labels = Pick<SummaryRow, Column>;

function otherRow(by: readonly Column[], { count, first, last }: Inventory['tally']['folded']): SummaryRow {
  const columns = by.filter((column) => column !== 'port');
  const labels = { client: OTHER, server: OTHER, service: OTHER, port: 0 };
  return { ...makeRow(columns, labels), count, firstSeen: first, lastSeen: last };
}

type Compare = (a: SummaryRow, b: SummaryRow) => number;

/** The service column of the classic lines is aligned right in this width, which decides their order. */
const SERVICE_WIDTH = 10;

const COMPARE: Readonly<Record<SortColumn, Compare>> = {
  // Numbers and times that matter most come first, the rest as in a dictionary.
  count: (a, b) => b.count - a.count,
  first_seen: (a, b) => a.firstSeen - b.firstSeen,
  last_seen: (a, b) => b.lastSeen - a.lastSeen,
  client: (a, b) => compareBytes(a.client ?? '', b.client ?? ''),
  server: (a, b) => compareBytes(a.server ?? '', b.server ?? ''),
  service: (a, b) =>
    compareBytes((a.service ?? '').padStart(SERVICE_WIDTH), (b.service ?? '').padStart(SERVICE_WIDTH)),
  port: (a, b) => (a.port ?? Number.POSITIVE_INFINITY) - (b.port ?? Number.POSITIVE_INFINITY) || 0,
};

function sortRows(rows: SummaryRow[], { by, sort, top }: Query): SummaryRow[] {
  const first = sort ?? (top === undefined ? undefined : 'count');
  const order = [...(first === undefined ? [] : [first]), ...by].map((column) => COMPARE[column]);
  return rows.sort((a, b) => {
    for (const compare of order) {
      const result = compare(a, b);
      if (result !== 0) return result;
    }
    return 0;
  });
}
