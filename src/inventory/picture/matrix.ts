// The zone matrix: which network, or busy machine, connects to which, with the number of services and of connections.

import type { Machine } from './machines.js';
import { type Group, groupMachines, indexGroups } from './networks.js';
import { placesAfter, RowNumbers } from './row-numbers.js';
import type { Row } from './rows.js';

/** Above about 20 rows and columns, a matrix does not fit on a page. */
const MAX_ZONES = 20;

interface Cell {
  /** Numbers of zones. */
  readonly from: number;
  readonly to: number;
  /** Different ports of different servers. */
  readonly services: number;
  readonly connections: number;
}

export interface Matrix {
  /** Zones that connect, and zones that serve. */
  readonly clients: readonly Group[];
  readonly servers: readonly Group[];
  /** By client zone, then by server zone; pairs without connections are absent. */
  readonly cells: readonly Cell[];
  /** The number of the cell that a row is in. */
  readonly cellOf: RowNumbers;
}

interface Draft {
  /** In the order in which they were found. */
  readonly number: number;
  readonly key: number;
  connections: number;
  readonly services: Set<number>;
}

export function makeMatrix(rows: readonly Row[], machines: readonly Machine[]): Matrix {
  const clients = groupMachines(weigh(rows, 'client'), machines, MAX_ZONES);
  const servers = groupMachines(weigh(rows, 'server'), machines, MAX_ZONES);
  const [from, to] = [indexGroups(clients), indexGroups(servers)];
  const found = new Map<number, Draft>();
  const cellOf = new RowNumbers(rows);
  for (const row of rows) {
    const key = (from.get(row.client) as number) * servers.length + (to.get(row.server) as number);
    let cell = found.get(key);
    if (cell === undefined) {
      cell = { number: found.size, key, connections: 0, services: new Set() };
      found.set(key, cell);
    }
    cell.connections += row.connections;
    cell.services.add(row.server * 65536 + row.port);
    cellOf.set(row, cell.number);
  }
  const drafts = [...found.values()];
  const sorted = drafts.toSorted((a, b) => a.key - b.key);
  cellOf.renumber(rows, placesAfter(drafts, sorted));
  const cells = sorted.map(
    ({ key, connections, services }): Cell => ({
      from: Math.floor(key / servers.length),
      to: key % servers.length,
      services: services.size,
      connections,
    }),
  );
  return { clients, servers, cells, cellOf };
}

/** The connections of each machine at one end of the rows. */
export function weigh(rows: readonly Row[], end: 'client' | 'server'): Map<number, number> {
  const sums: number[] = [];
  for (const row of rows) sums[row[end]] = (sums[row[end]] ?? 0) + row.connections;
  const weights = new Map<number, number>();
  // Machines without connections are missing in the array.
  sums.forEach((sum, machine) => void weights.set(machine, sum));
  return weights;
}
