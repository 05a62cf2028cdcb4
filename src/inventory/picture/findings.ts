// Finds what deserves a look, by rules that are the same for every network: services for administrators and data that the
// Internet uses, passwords in clear text, scans, and services that began or ended within the captures.

import type { Basis } from '../verdicts/judge.js';
import { INTERNET, type Machine, type Machines } from './machines.js';
import type { Row } from './rows.js';
import type { Activity } from './spans.js';

/** A service that the finding is about. */
export interface FoundService {
  /** Number of the machine. */
  readonly server: number;
  readonly service: string;
  readonly port: number;
  readonly connections: number;
}

export interface Findings {
  /** Services for administration, or with data, of ours that the Internet uses. */
  readonly exposed: readonly FoundService[];
  /** Services that send passwords in clear text. */
  readonly clearText: readonly FoundService[];
  /** The machine that scanned, by number, and how many services it touched; those that touched most first. */
  readonly scans: readonly { readonly client: number; readonly services: number }[];
  readonly began: readonly Activity[];
  readonly ended: readonly Activity[];
}

/** Ports of services that give control over a machine, or the data on it, by their names at IANA. */
const SENSITIVE: ReadonlySet<number> = new Set([
  22, 23, 111, 135, 139, 389, 445, 512, 513, 514, 636, 873, 1433, 1521, 2049, 2375, 2376, 2379, 3306, 3389,
  5432, 5900, 5901, 5985, 5986, 6379, 6443, 8086, 9100, 9200, 10250, 11211, 27017,
]);
/** RFC 959, 854, 1939, 3501 (without TLS), 1288, and the Berkeley r-commands. */
const CLEAR_TEXT: ReadonlySet<number> = new Set([21, 23, 110, 143, 512, 513, 514]);

export function findFindings(
  rows: readonly Row[],
  machines: readonly Machine[],
  basis: Basis,
  activity: readonly Activity[],
  numbers: Machines,
): Findings {
  const isOurs = (machine: number): boolean => machines[machine]?.isOurs === true;
  const scans = basis.scans
    .map(({ client, services }) => ({
      client: client === undefined ? INTERNET : numbers.numberOf(client),
      services,
    }))
    .sort((a, b) => b.services - a.services || a.client - b.client);
  return {
    exposed: sumByService(
      rows.filter(({ client, server, port }) => !isOurs(client) && isOurs(server) && SENSITIVE.has(port)),
    ),
    clearText: sumByService(rows.filter(({ port, server }) => isOurs(server) && CLEAR_TEXT.has(port))),
    scans,
    began: activity.filter(({ change, server }) => change === 'began' && isOurs(server)),
    ended: activity.filter(({ change, server }) => change === 'ended' && isOurs(server)),
  };
}

/** The services of these rows, the most used first. */
function sumByService(rows: readonly Row[]): FoundService[] {
  const found = new Map<string, { -readonly [Key in keyof FoundService]: FoundService[Key] }>();
  for (const { server, service, port, connections } of rows) {
    const key = `${server} ${port} ${service}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { server, service, port, connections });
    else known.connections += connections;
  }
  return [...found.values()].sort(
    (a, b) => b.connections - a.connections || a.server - b.server || a.port - b.port,
  );
}
