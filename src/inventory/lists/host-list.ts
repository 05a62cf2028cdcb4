// The machines of an inventory, a row for each address: what they offer and what they use.

import type { Protocol } from '../../ip/port.js';
import type { Names } from '../../names/names.js';
import type { MachinePattern } from '../../names/patterns.js';
import { addEvidence, handshakesOf, NO_EVIDENCE, type RowEvidence } from '../../tally/row-evidence.js';
import { compareBytes } from '../../text/compare-bytes.js';
import { describeEndpoint } from '../endpoints.js';
import {
  type Evidence,
  isSeen,
  type KnownBy,
  knownByOf,
  type Machine,
  type Service,
  unite,
} from '../evidence.js';
import { type Filter, filterEvidence } from '../filter.js';
import {
  addressTextOf,
  compareMachines,
  compareMachinesByAddress,
  comparePorts,
  labelOf,
  serviceLabelOf,
} from '../labels.js';
import { isOwnMachine } from '../own-machines.js';
import { passesMachine } from '../pattern-matching.js';
import { type Judgements, judge } from '../verdicts/judge.js';
import { isLevelIn, type Judgement, joinJudgements, levelOf, type Only } from '../verdicts/verdict.js';
import type { Listed } from './listed.js';
import { arrange, asUsual, byNumber, type Order } from './order.js';

/** The role of a machine; `none` if it answered a scan but neither offered nor used a service. */
export type Role = 'server' | 'client' | 'both' | 'none';

/** A port and the name of its service. */
export interface NamedPort {
  /** Whether it is used; undefined if that is not known. */
  readonly judgement?: Judgement | undefined;
  readonly port: number;
  readonly protocol: Protocol;
  /** `up:PORT` if it has no name. */
  readonly service: string;
}

/** One machine of a list. */
export interface HostRow {
  /** Name, or address if it has no name. */
  readonly host: string;
  readonly address: string;
  readonly role: Role;
  /** The services that it offers, by protocol and port. */
  readonly offered: readonly NamedPort[];
  /** The services that it uses, of local and remote machines, by protocol and port. */
  readonly used: readonly NamedPort[];
  /** SYN-ACKs of the services that it offered and used. */
  readonly connections: number;
  /** The handshakes of all services that it offers, and whether any is used; undefined if that is not known. */
  readonly handshakes?: number | undefined;
  readonly evidence?: RowEvidence | undefined;
  readonly judgement?: Judgement | undefined;
  /** Microseconds since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly known: KnownBy;
}

/** A column that a list of machines can be sorted by; `count` is that of SYN-ACKs, `offered` and `used` that of services. */
export type HostColumn = 'count' | 'machine' | 'offered' | 'used' | 'first_seen' | 'last_seen';

/** Selects and arranges the rows of a list of machines. With a filter, it has those that take part in connections that pass. */
export interface HostQuery extends Filter, Order<HostColumn> {
  /** A row stays if at least one choosing pattern matches, if there are any, and no excluding one. */
  readonly hosts?: readonly MachinePattern[];
  /** Keeps the services that are used, or may be, and the machines that offer or use one of them. By default all. */
  readonly only?: Only;
  /** Also shows remote machines, if the inventory was read with `remote` or `keep`. */
  readonly remote?: boolean;
  /** Shows addresses and ports instead of names. */
  readonly numeric?: boolean;
  /** Sorts addresses by number and before names, as people expect, instead of by text. */
  readonly byAddress?: boolean;
}

const COMPARE: Readonly<Record<HostColumn, (a: HostRow, b: HostRow) => number>> = {
  count: byNumber(({ connections }) => -connections),
  machine: asUsual,
  offered: byNumber(({ offered }) => -offered.length),
  used: byNumber(({ used }) => -used.length),
  first_seen: byNumber(({ firstSeen }) => firstSeen),
  last_seen: byNumber(({ lastSeen }) => -lastSeen),
};
export const HOST_COLUMNS: readonly HostColumn[] = Object.keys(COMPARE) as HostColumn[];

/**
 * Lists the machines of an inventory that are local or named, or that a scan found: a row for each address.
 * @returns rows by name or address, unless the query has another order
 */
export function listHosts(evidence: Evidence, names: Names, query: HostQuery = {}): Listed<HostRow> {
  const { hosts = [], only = 'all', remote = false, numeric = false, byAddress = false } = query;
  const judgements = judge(evidence, names);
  const isListed = ({ address, active }: Machine): boolean =>
    isOwnMachine(address, remote || isSeen(active), names);
  const all = [...evidence.machines.values()].filter(isListed).length;
  const wanted = [...filterEvidence(evidence, names, query).machines.values()].filter(
    (machine) =>
      isListed(machine) &&
      (hosts.length === 0 || passesMachine(hosts, describeEndpoint(machine.address, names))),
  );
  const rows = wanted
    .map((machine) => {
      const { address, active } = machine;
      return { machine, address, label: labelOf(address, names, remote || isSeen(active), numeric) };
    })
    .sort(byAddress ? compareMachinesByAddress : compareMachines)
    .map(({ machine, label }) =>
      describeHost(
        only === 'all' ? machine : onlyUsed(machine, only, judgements),
        label,
        names,
        numeric,
        judgements,
      ),
    )
    .filter(({ role }) => only === 'all' || role !== 'none');
  const { foldedRows } = evidence;
  return {
    ...arrange(rows, query, COMPARE),
    filteredOut: all - rows.length,
    ...(rows.length < wanted.length && { unchosen: wanted.length - rows.length }),
    foldedRows,
    // Nothing is said about judgements that the rows do not show.
    ...((only !== 'all' || rows.some(hasDoubtful)) && { basis: judgements.basis }),
  };
}

function hasDoubtful({ offered, used }: HostRow): boolean {
  return [...offered, ...used].some(
    ({ judgement }) => judgement !== undefined && levelOf(judgement.verdict) !== 'yes',
  );
}

/** The machine with those of its services that are used, or may be. */
function onlyUsed(machine: Machine, only: Only, judgements: Judgements): Machine {
  return {
    ...machine,
    offered: machine.offered.filter(
      ({ uses }) => uses.length > 0 && isLevelIn(only, judgements.ofService(uses)),
    ),
    used: machine.used.filter(({ use }) => isLevelIn(only, judgements.ofUse(use))),
  };
}

function describeHost(
  machine: Machine,
  label: string,
  names: Names,
  numeric: boolean,
  judgements: Judgements,
): HostRow {
  const { address, offered, used, passive, active } = machine;
  const uses = offered.flatMap((service) => service.uses);
  const evidence = offered.reduce<RowEvidence | undefined>(
    (sum, service) => addEvidence(sum, service.evidence),
    NO_EVIDENCE,
  );
  const synAcks = offered.reduce((sum, { connections: ofService }) => sum + ofService, 0);
  return {
    host: label,
    address: addressTextOf(address),
    role: roleOf(machine),
    offered: namePorts(
      offered.map((service) => ({ service, judgement: judgements.ofService(service.uses) })),
      names,
      numeric,
    ),
    used: namePorts(
      used.map(({ service, use }) => ({ service, judgement: judgements.ofUse(use) })),
      names,
      numeric,
    ),
    connections: countConnections(machine),
    evidence,
    handshakes: evidence && handshakesOf(synAcks, evidence),
    judgement: judgements.ofService(uses),
    ...unite(passive, active),
    known: knownByOf(machine),
  };
}

function countConnections({ offered, used }: Machine): number {
  const sent = offered.reduce((sum, { connections }) => sum + connections, 0);
  return used.reduce((sum, { use }) => sum + use.count, sent);
}

function roleOf({ offered, used }: Machine): Role {
  if (offered.length > 0) return used.length > 0 ? 'both' : 'server';
  return used.length > 0 ? 'client' : 'none';
}

interface JudgedService {
  readonly service: Service;
  readonly judgement: Judgement | undefined;
}

/** Names the ports of the services; a port and name that several servers share is there once. */
function namePorts(services: readonly JudgedService[], names: Names, numeric: boolean): NamedPort[] {
  const found = new Map<string, NamedPort & { readonly judgements: (Judgement | undefined)[] }>();
  for (const { service, judgement } of services) {
    const { port, protocol } = service;
    const name = serviceLabelOf(service, names, numeric);
    const key = `${protocol} ${port} ${name}`;
    const known = found.get(key);
    if (known !== undefined) known.judgements.push(judgement);
    else found.set(key, { port, protocol, service: name, judgements: [judgement] });
  }
  return [...found.values()]
    .map(({ judgements, ...port }) => ({ ...port, judgement: joinJudgements(judgements) }))
    .sort((a, b) => comparePorts(a, b) || compareBytes(a.service, b.service));
}
