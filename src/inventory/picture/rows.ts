// The rows of a picture: each client's use of each service, with its judgement.

import type { Names } from '../../names/names.js';
import { compareBytes } from '../../text/compare-bytes.js';
import type { Span } from '../coverage.js';
import type { Evidence, Use } from '../evidence.js';
import { DistinctKeys } from '../flat/distinct-keys.js';
import { serviceLabelOf } from '../labels.js';
import type { Judgements } from '../verdicts/judge.js';
import { isUse, type Level, levelOf, VERDICTS, type Verdict } from '../verdicts/verdict.js';
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

/**
 * Lists the rows by server, port, client and verdict. Those that look alike are one.
 * @internal
 */
export function listRows(
  { services, table }: Evidence,
  machines: Machines,
  judgements: Judgements,
  names: Names,
  { numeric = false }: PictureOptions,
): Row[] {
  const rows: Growing[] = [];
  const groups = new Map<string, number>();
  /** A key is a group of services that look alike, a client, and the number of a verdict. */
  const keys = new DistinctKeys(3, table.size);
  const key = new Uint32Array(3);
  for (const service of services) {
    const server = machines.numberOf(service.address);
    const { port } = service;
    const name = serviceLabelOf(service, names, numeric);
    const group = `${server} ${port} ${name}`;
    if (!groups.has(group)) groups.set(group, groups.size);
    key[0] = groups.get(group) as number;
    for (const { row } of service.uses) {
      const client = machines.numberOfClient(row);
      const code = judgements.codeOf(row);
      [key[1], key[2]] = [client, code];
      const number = keys.add(key);
      const connections = table.connectionsOf(row);
      const [firstSeen, lastSeen] = [table.firsts[row] as number, table.lasts[row] as number];
      const known = rows[number];
      if (known === undefined) {
        const { verdict, level, kind } = judged(code);
        rows.push({
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
  rows.sort(compareRows);
  for (const [at, row] of rows.entries()) row.number = at;
  return rows;
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
    const uses = service.uses.filter(({ row }) => judged(judgements.codeOf(row)).kind === 'mapped');
    found.set(own, [...(found.get(own) ?? []), ...uses]);
  }
  return found;
}

type Judged = Pick<Row, 'verdict' | 'level' | 'kind'>;

/** By the number of the verdict, as in `Judgements.codeOf`. */
const JUDGED: readonly Judged[] = [undefined, ...VERDICTS].map((verdict) => {
  const level = verdict === undefined ? 'yes' : levelOf(verdict);
  return { verdict, level, kind: kindOf(verdict, level) };
});

function judged(code: number): Judged {
  return JUDGED[code] as Judged;
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
