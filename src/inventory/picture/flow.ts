// The flow of connections: from groups of clients through services to groups of servers. Every connection is in one band on
// each side, so their sums are equal.

import { compareBytes } from '../../text/compare-bytes.js';
import type { Machine } from './machines.js';
import { weigh } from './matrix.js';
import { type Group, groupMachines, indexGroups } from './networks.js';
import { placesAfter, RowNumbers } from './row-numbers.js';
import type { Row } from './rows.js';

/** More than this cannot be read in one column. */
const MAX_NODES = 14;
/** More than there are nodes in a column. */
const MAX_KEYS = 100;

/** A service by its name, or what is left of them. */
export interface FlowService {
  /** Empty if it stands for several. */
  readonly label: string;
  readonly services: number;
  readonly connections: number;
}

/** Connections between two neighbouring columns, by the numbers of their ends. */
export interface Band {
  readonly from: number;
  readonly to: number;
  readonly connections: number;
}

export interface Flow {
  readonly clients: readonly Group[];
  readonly services: readonly FlowService[];
  readonly servers: readonly Group[];
  /** From clients to services, and from services to servers; by their ends. */
  readonly bands: readonly [first: readonly Band[], second: readonly Band[]];
  /** The number of the band that a row is in, on either side. */
  readonly bandOf: readonly [first: RowNumbers, second: RowNumbers];
}

export function makeFlow(rows: readonly Row[], machines: readonly Machine[]): Flow {
  const clients = groupMachines(weigh(rows, 'client'), machines, MAX_NODES);
  const servers = groupMachines(weigh(rows, 'server'), machines, MAX_NODES);
  const [clientOf, serverOf] = [indexGroups(clients), indexGroups(servers)];
  const { services, numberOf } = listServices(rows);
  const into = addUp(rows, (row) => [clientOf.get(row.client) as number, numberOf(row)]);
  const out = addUp(rows, (row) => [numberOf(row), serverOf.get(row.server) as number]);
  return { clients, services, servers, bands: [into.bands, out.bands], bandOf: [into.bandOf, out.bandOf] };
}

/** The most used services, then one for all others. */
function listServices(rows: readonly Row[]): {
  readonly services: readonly FlowService[];
  readonly numberOf: (row: Row) => number;
} {
  const sums = new Map<string, number>();
  for (const { service, connections } of rows) sums.set(service, (sums.get(service) ?? 0) + connections);
  const sorted = [...sums].sort(([a, inA], [b, inB]) => inB - inA || compareBytes(a, b));
  const shown = sorted.length <= MAX_NODES ? sorted : sorted.slice(0, MAX_NODES - 1);
  const rest = sorted.slice(shown.length);
  const services = shown.map(([label, connections]) => ({ label, services: 1, connections }));
  if (rest.length > 0) {
    const connections = rest.reduce((sum, [, ofOne]) => sum + ofOne, 0);
    services.push({ label: '', services: rest.length, connections });
  }
  const numbers = new Map(sorted.map(([label], at) => [label, Math.min(at, services.length - 1)]));
  return { services, numberOf: ({ service }) => numbers.get(service) as number };
}

function addUp(
  rows: readonly Row[],
  endsOf: (row: Row) => readonly [from: number, to: number],
): { readonly bands: readonly Band[]; readonly bandOf: RowNumbers } {
  const found = new Map<number, { number: number; from: number; to: number; connections: number }>();
  const bandOf = new RowNumbers(rows);
  for (const row of rows) {
    const [from, to] = endsOf(row);
    const key = from * MAX_KEYS + to;
    let band = found.get(key);
    if (band === undefined) {
      band = { number: found.size, from, to, connections: 0 };
      found.set(key, band);
    }
    band.connections += row.connections;
    bandOf.set(row, band.number);
  }
  const drafts = [...found.values()];
  const sorted = drafts.toSorted((a, b) => a.from - b.from || a.to - b.to);
  bandOf.renumber(rows, placesAfter(drafts, sorted));
  return { bands: sorted.map(({ from, to, connections }) => ({ from, to, connections })), bandOf };
}
