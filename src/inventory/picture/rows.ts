// The rows of a picture: each client's use of each service, with its judgement.

import type { Names } from '../../names/names.js';
import { compareBytes } from '../../text/compare-bytes.js';
import type { Span } from '../coverage.js';
import { connectionsIn, type Evidence, type Use } from '../evidence.js';
import { serviceLabelOf } from '../labels.js';
import type { Judgements } from '../verdicts/judge.js';
import { isUse, type Level, levelOf, type Verdict } from '../verdicts/verdict.js';
import type { Machines, PictureOptions } from './machines.js';

/**
 * `mapped`: the use of a service, or what may be one. `unused`: the service only answered. `notServices`: nobody serves, as
 * with FTP data.
 */
type RowKind = 'mapped' | 'unused' | 'notServices';

export interface Row extends Span {
  /** Its place in the list of rows. */
  readonly number: number;
  /** Numbers of machines. */
  readonly client: number;
  readonly server: number;
  readonly port: number;
  /** The name of the service. */
  readonly service: string;
  readonly connections: number;
  /** Undefined if nothing is known but that there were connections. */
  readonly verdict: Verdict | undefined;
  /** Whether the service is used; `yes` if nothing is known. */
  readonly level: Level;
  readonly kind: RowKind;
}

type Growing = { -readonly [Key in keyof Row]: Row[Key] };

/** Lists the rows by server, port, client and verdict. Those that look alike are one. */
export function listRows(
  { services }: Evidence,
  machines: Machines,
  judgements: Judgements,
  names: Names,
  { numeric = false }: PictureOptions,
): Row[] {
  const rows = new Map<string, Growing>();
  for (const service of services) {
    const server = machines.numberOf(service.address);
    const { port } = service;
    const name = serviceLabelOf(service, names, numeric);
    for (const use of service.uses) {
      const client = machines.numberOf(use.client);
      const { verdict, level, kind } = judgeUse(use, judgements);
      const { firstSeen, lastSeen } = use;
      const connections = connectionsIn([use]);
      const key = `${server} ${port} ${client} ${verdict ?? ''} ${name}`;
      const known = rows.get(key);
      if (known === undefined) {
        rows.set(key, {
          number: 0,
          client,
          server,
          port,
          service: name,
          connections,
          firstSeen,
          lastSeen,
          verdict,
          level,
          kind,
        });
        continue;
      }
      known.connections += connections;
      known.firstSeen = Math.min(known.firstSeen, firstSeen);
      known.lastSeen = Math.max(known.lastSeen, lastSeen);
    }
  }
  const sorted = [...rows.values()].sort(compareRows);
  for (const [at, row] of sorted.entries()) row.number = at;
  return sorted;
}

/** The use of services that is on the map, for each of these. */
export function usesOnMap<S extends Pick<Row, 'server' | 'port' | 'service'>>(
  wanted: readonly S[],
  { services }: Evidence,
  machines: Machines,
  judgements: Judgements,
  names: Names,
  { numeric }: PictureOptions,
): Map<S, Use[]> {
  const keyOf = (server: number, port: number, name: string): string => `${server} ${port} ${name}`;
  const byKey = new Map(
    wanted.map((service) => [keyOf(service.server, service.port, service.service), service]),
  );
  const found = new Map<S, Use[]>();
  for (const service of services) {
    const label = serviceLabelOf(service, names, numeric);
    const own = byKey.get(keyOf(machines.numberOf(service.address), service.port, label));
    if (own === undefined) continue;
    const uses = service.uses.filter((use) => judgeUse(use, judgements).kind === 'mapped');
    found.set(own, [...(found.get(own) ?? []), ...uses]);
  }
  return found;
}

function judgeUse(use: Use, judgements: Judgements): Pick<Row, 'verdict' | 'level' | 'kind'> {
  const verdict = judgements.ofUse(use)?.verdict;
  const level = verdict === undefined ? 'yes' : levelOf(verdict);
  return { verdict, level, kind: kindOf(verdict, level) };
}

function kindOf(verdict: Verdict | undefined, level: Level): RowKind {
  if (verdict !== undefined && !isUse(verdict)) return 'notServices';
  return level === 'no' ? 'unused' : 'mapped';
}

function compareRows(a: Row, b: Row): number {
  return (
    a.server - b.server ||
    a.port - b.port ||
    a.client - b.client ||
    compareBytes(a.service, b.service) ||
    compareBytes(a.verdict ?? '', b.verdict ?? '')
  );
}
