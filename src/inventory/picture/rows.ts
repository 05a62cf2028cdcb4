// The rows of a picture: each client's use of each service, with its judgement.

import type { Names } from '../../names/names.js';
import { compareBytes } from '../../text/compare-bytes.js';
import type { Span } from '../coverage.js';
import { connectionsIn, type Evidence } from '../evidence.js';
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
      const verdict = judgements.ofUse(use)?.verdict;
      const { firstSeen, lastSeen } = use;
      const connections = connectionsIn([use]);
      const key = `${server} ${port} ${client} ${verdict ?? ''} ${name}`;
      const known = rows.get(key);
      if (known === undefined) {
        const level = verdict === undefined ? 'yes' : levelOf(verdict);
        const kind = kindOf(verdict, level);
        rows.set(key, {
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
  return [...rows.values()].sort(compareRows);
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
