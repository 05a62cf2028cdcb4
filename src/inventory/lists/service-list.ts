// The services of an inventory, a row for each port of an address and for each port of all remote servers
// together: the evidence for each, and how much it is used.

import type { Address } from '../../ip/address.js';
import type { Protocol } from '../../ip/port.js';
import type { Names } from '../../names/names.js';
import { REMOTE } from '../../names/reserved-names.js';
import { ClientSketch } from '../../tally/client-sketch.js';
import { addEvidence, handshakesOf, NO_EVIDENCE, type RowEvidence } from '../../tally/row-evidence.js';
import { type Evidence, type KnownBy, knownByOf, type Service, type Use, unite } from '../evidence.js';
import { type Filter, filterEvidence } from '../filter.js';
import {
  addressTextOf,
  compareMachines,
  compareMachinesByAddress,
  comparePorts,
  labelOf,
  productFieldsOf,
  serviceLabelOf,
} from '../labels.js';
import type { PortState } from '../scan.js';
import { type Judgements, judge } from '../verdicts/judge.js';
import { isLevelIn, isUse, type Judgement, type Only } from '../verdicts/verdict.js';
import { ClientCounter } from './client-counter.js';
import type { Listed } from './listed.js';
import { arrange, asUsual, byNumber, byText, type Order } from './order.js';

/** One service of a list. */
export interface ServiceRow {
  /** Name or address; `_` stands for all remote machines. */
  readonly server: string;
  /** Empty for `_`. */
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** `up:PORT` if it has no name. */
  readonly service: string;
  /** Product, version and more, as the last scan reported them; empty if unknown. */
  readonly product: string;
  readonly version: string;
  readonly extra: string;
  /** The state in which the last scan that looked at the port found it; undefined if none did. */
  readonly state: PortState | undefined;
  /** SYN-ACKs. */
  readonly connections: number;
  /** Its handshakes and their outcomes; undefined if they are not known for all SYN-ACKs, or were not counted. */
  readonly evidence?: RowEvidence | undefined;
  /** Different connection attempts that were answered, at most `connections`; undefined if that is not known. */
  readonly handshakes?: number | undefined;
  /** Whether it is used; undefined if that is not known. */
  readonly judgement?: Judgement | undefined;
  /** The number of clients that are local or named. */
  readonly localClients: number;
  /** The number of remote clients, and the relative standard error of this estimate; 0 if it is exact. */
  readonly remoteClients: number;
  readonly remoteClientsError: number;
  /** At most this many of the remote clients answered; absent if all may have. The addresses of the others may be forged. */
  readonly remoteClientsAtMost?: number;
  /** Microseconds since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly known: KnownBy;
}

/** A column that a list of services can be sorted by; `count` is that of SYN-ACKs. */
export type ServiceColumn = 'count' | 'server' | 'service' | 'port' | 'clients' | 'first_seen' | 'last_seen';

/** Selects and arranges the rows of a list of services. The list has those with connections that pass the filter. */
export interface ServiceQuery extends Filter, Order<ServiceColumn> {
  /**
   * Keeps services that are used (`yes`), or may be (`maybe`), or everything (`all`). Without it, connections that are not
   * the use of a service are left out, such as FTP data.
   */
  readonly only?: Only;
  /** Shows remote servers by address instead of `_`, if the inventory was read with `remote` or `keep`. */
  readonly remote?: boolean;
  /** Shows addresses and ports instead of names. */
  readonly numeric?: boolean;
  /** Sorts addresses by number and before names, as people expect, instead of by text. */
  readonly byAddress?: boolean;
}

const COMPARE: Readonly<Record<ServiceColumn, (a: ServiceRow, b: ServiceRow) => number>> = {
  count: byNumber(({ connections }) => -connections),
  server: asUsual,
  service: byText(({ service }) => service),
  port: byNumber(({ port }) => port),
  clients: byNumber(({ localClients, remoteClients }) => -localClients - remoteClients),
  first_seen: byNumber(({ firstSeen }) => firstSeen),
  last_seen: byNumber(({ lastSeen }) => -lastSeen),
};
export const SERVICE_COLUMNS: readonly ServiceColumn[] = Object.keys(COMPARE) as ServiceColumn[];

/**
 * Lists the services of an inventory: each port of each server, and each port of all remote servers together.
 * @param judgements those of the evidence, if they have been made already
 * @returns rows by server as shown, then by address, protocol and port, unless the query has another order
 */
export function listServices(
  evidence: Evidence,
  names: Names,
  query: ServiceQuery = {},
  judgements: Judgements = judge(evidence, names),
): Listed<ServiceRow> {
  const { scans, foldedRows } = evidence;
  const { remote: isRemoteShown = false, numeric = false, only } = query;
  const wanted = filterEvidence(evidence, names, query).services;
  const shown: { service: Service; address: Address | undefined; label: string }[] = [];
  const remote: Service[] = [];
  for (const service of wanted) {
    const { address } = service;
    const showsAddress = address !== undefined && (isRemoteShown || scans.hasFoundUp(address));
    const label = labelOf(address, names, showsAddress, numeric);
    if (label === REMOTE) remote.push(service);
    else shown.push({ service, address, label });
  }
  for (const service of mergeByPort(remote)) shown.push({ service, address: undefined, label: REMOTE });
  const clients = new ClientCounter(evidence.table, names);
  const compare = query.byAddress === true ? compareMachinesByAddress : compareMachines;
  const rows = shown
    .sort((a, b) => compare(a, b) || comparePorts(a.service, b.service))
    .map(({ service, label }) => describeService(service, label, names, numeric, judgements, clients));
  const services = rows.filter((row) => only === 'all' || !isNotService(row));
  const chosen = services.filter((row) => isChosen(row, only));
  return {
    ...arrange(chosen, query, COMPARE),
    filteredOut: evidence.services.length - wanted.length + services.length - chosen.length,
    ...(chosen.length < services.length && { unchosen: services.length - chosen.length }),
    ...(services.length < rows.length && { notServices: rows.length - services.length }),
    foldedRows,
    basis: judgements.basis,
  };
}

/** Whether connections were captured that are not the use of a service, and no scan found one. */
function isNotService({ judgement, known }: ServiceRow): boolean {
  return judgement !== undefined && known === 'passive' && !isUse(judgement.verdict);
}

function isChosen({ judgement, connections }: ServiceRow, only: Only = 'all'): boolean {
  // A service that only a scan found has no connections to judge.
  return only === 'all' || ((judgement !== undefined || connections > 0) && isLevelIn(only, judgement));
}

/**
 * Merges the services of several remote servers port by port: if their addresses were kept, they are separate
 * in the evidence.
 */
function mergeByPort(services: readonly Service[]): Service[] {
  const ports = new Map<number, { -readonly [Field in keyof Service]: Service[Field] } & { uses: Use[] }>();
  for (const service of services) {
    // Remote services are known only from captures, which show only TCP.
    const { port, uses, connections, evidence, passive, remoteClients } = service;
    let merged = ports.get(port);
    if (merged === undefined) {
      merged = {
        ...service,
        address: undefined,
        uses: [],
        connections: 0,
        evidence: NO_EVIDENCE,
        remoteClients: undefined,
        finding: undefined,
      };
      ports.set(port, merged);
    }
    for (const use of uses) merged.uses.push(use);
    merged.connections += connections;
    merged.evidence = addEvidence(merged.evidence, evidence);
    merged.passive = unite(merged.passive, passive);
    if (remoteClients !== undefined) {
      merged.remoteClients ??= new ClientSketch();
      merged.remoteClients.merge(remoteClients);
    }
  }
  return [...ports.values()];
}

function describeService(
  service: Service,
  label: string,
  names: Names,
  numeric: boolean,
  judgements: Judgements,
  clients: ClientCounter,
): ServiceRow {
  const { address, protocol, port, connections, evidence, finding } = service;
  return {
    server: label,
    address: addressTextOf(address),
    port,
    protocol,
    service: serviceLabelOf(service, names, numeric),
    ...productFieldsOf(finding?.port),
    state: finding?.port?.state,
    connections,
    evidence,
    handshakes: evidence && handshakesOf(connections, evidence),
    judgement: judgements.ofService(service.uses),
    ...clients.of(service),
    ...unite(service.passive, service.active),
    known: knownByOf(service),
  };
}
