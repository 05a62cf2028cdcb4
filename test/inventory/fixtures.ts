// Inventories from lines of text, and names from YAML, as short as tests want them.

import type { Inventory } from '../../src/inventory/inventory.js';
import type { Summary } from '../../src/inventory/summary.js';
import { parseHosts } from '../../src/names/hosts-file.js';
import { Names } from '../../src/names/names.js';
import { Scope } from '../../src/tally/scope.js';
import { Tally, type TallyOptions } from '../../src/tally/tally.js';
import { totalsOf } from '../../src/tally/totals.js';
import { address } from '../helpers/packets.js';

const REGISTRY: ReadonlyMap<number, string> = new Map([
  [22, 'ssh'],
  [25, 'smtp'],
  [80, 'http'],
  [443, 'https'],
  [8080, 'http-alt'],
]);

export function findRegistered(port: number): string | undefined {
  return REGISTRY.get(port);
}

export async function namesFrom(yaml: string): Promise<Names> {
  return new Names(await parseHosts(yaml, 'hosts.yaml'), findRegistered);
}

/** SYN-ACKs: client, server, port, how many, and the time of the first; each later one is a microsecond later. */
export type Connection = readonly [
  client: string,
  server: string,
  port: number,
  count?: number,
  time?: number,
];

export function inventoryOf(
  connections: readonly Connection[],
  options: Partial<TallyOptions> = {},
): Inventory {
  const tally = new Tally({ scope: Scope.everything(), ...options });
  for (const [client, server, port, count = 1, time = 0] of connections) {
    const bytes = Uint8Array.from([...address(client), ...address(server)]);
    const view = new DataView(bytes.buffer);
    for (let packet = 0; packet < count; packet++) {
      if (bytes.length === 8) tally.add4(view.getUint32(0), view.getUint32(4), port, time + packet);
      else tally.add6(view, 0, 16, port, time + packet);
    }
    tally.foldIfFull();
  }
  const { outsideTime } = tally;
  return {
    tally,
    inputs: [],
    totals: totalsOf(tally.verdicts, { outsideTime, bytesRead: 0, bytesSkipped: 0, gaps: 0 }),
  };
}

/** A row a line: count, then the columns. */
export function linesOf({ by, rows }: Summary): string[] {
  return Array.from(rows, (row) => [row.count, ...by.map((column) => row[column] ?? '-')].join(' '));
}
