// Chooses the uses that a firewall is to let through, and counts those that it is not, by reason.

import { type Address, compareAddresses, formatAddress } from '../../ip/address.js';
import type { Names } from '../../names/names.js';
import { handshakesOf } from '../../tally/row-evidence.js';
import { compareBytes } from '../../text/compare-bytes.js';
import { describeEndpoint, REMOTE } from '../endpoints.js';
import { type Evidence, isOpen, type Service, type Use } from '../evidence.js';
import { type Filter, filterEvidence } from '../filter.js';
import { serviceNameOf } from '../labels.js';
import { judge } from '../verdicts/judge.js';
import { compareVerdicts, isUse, type Judgement, levelOf, type Only } from '../verdicts/verdict.js';
import {
  DIRECTIONS,
  type Direction,
  type Flow,
  type FlowEnd,
  type LeftOut,
  type NamedService,
  type RefusedService,
} from './model.js';

/** FTP's control port, RFC 959, and its registered name. */
const FTP_PORT = 21;
const FTP_NAME = 'ftp';

/** Chooses the uses that are allowed. */
export interface FlowOptions extends Filter {
  /** Allows uses that are certain (`yes`), that may be one (`maybe`), or all, even if nobody was served. */
  readonly accept: Only;
  /** Allows only uses with at least this number of handshakes; those of remote machines that are not listed add up. */
  readonly minHandshakes?: number;
  /** Makes rules for one version of IP only. */
  readonly family?: 4 | 6;
  /** Lists remote addresses, as far as they were counted, instead of allowing every address that is not local. */
  readonly remote?: boolean;
}

export interface ChosenFlows {
  /** By direction, family, server, port and client, each once. */
  readonly flows: readonly Flow[];
  readonly leftOut: LeftOut;
  readonly allowedUncertain: number;
  readonly doubtful: readonly NamedService[];
  readonly unlisted: number;
  readonly refused: readonly RefusedService[];
}

/** Uses that are one flow, before it is known whether they are enough of one. */
interface Candidate {
  flow: Flow;
  uses: number;
  uncertain: number;
  unlisted: number;
}

/** A service of a local machine that answers, and the keys of its flows. */
interface Answering {
  readonly service: RefusedService;
  readonly keys: ReadonlySet<string>;
}

/** Chooses flows among the uses of TCP services that pass the filter of the options. */
export function chooseFlows(evidence: Evidence, names: Names, options: FlowOptions): ChosenFlows {
  const { clients = [], servers = [], family, minHandshakes = 1 } = options;
  const judgements = judge(evidence, names);
  const ends = new Ends(names, {
    listsClients: options.remote === true || clients.length > 0,
    listsServers: options.remote === true || servers.length > 0,
  });
  const leftOut = {
    unused: 0,
    uncertain: 0,
    unjudged: 0,
    few: 0,
    notServices: 0,
    transit: 0,
    otherFamily: 0,
  };
  const candidates = new Map<string, Candidate>();
  const answering: Answering[] = [];
  const doubtful: (NamedService & { readonly handshakes: number })[] = [];
  for (const service of filterEvidence(evidence, names, options).services) {
    if (service.protocol !== 'tcp') continue;
    const { address, port } = service;
    const keys = new Set<string>();
    let doubtfulHandshakes = 0;
    let isAnswering = isOpen(service.finding?.port);
    for (const use of service.uses) {
      const judgement = judgements.ofUse(use);
      isAnswering ||= judgement === undefined || isUse(judgement.verdict);
      const flow = ends.flowOf(service, use, judgement);
      const isOther = family !== undefined && flow !== undefined && flow.family !== family;
      if (flow !== undefined && !isOther && isDoubtful(judgement)) doubtfulHandshakes += flow.handshakes;
      const reason =
        flow === undefined
          ? 'transit'
          : (reasonAgainst(judgement, options) ?? (isOther ? 'otherFamily' : undefined));
      if (flow === undefined || reason !== undefined) {
        leftOut[reason ?? 'transit'] += 1;
        continue;
      }
      const key = keyOf(flow);
      const known = candidates.get(key);
      const candidate = known ?? { flow, uses: 0, uncertain: 0, unlisted: 0 };
      if (known === undefined) candidates.set(key, candidate);
      else candidate.flow = join(candidate.flow, flow);
      candidate.uses += 1;
      if (judgement === undefined || levelOf(judgement.verdict) !== 'yes') candidate.uncertain += 1;
      if (options.remote === true && (!flow.client.address || !flow.server.address)) candidate.unlisted += 1;
      keys.add(key);
    }
    const local = address && ends.localEndOf(address);
    const server = address === undefined ? REMOTE : (local?.name ?? formatAddress(address));
    const named = { server, port, service: serviceNameOf(service, names) };
    if (doubtfulHandshakes > 0) doubtful.push({ ...named, handshakes: doubtfulHandshakes });
    if (!isAnswering || local === undefined || (family ?? address?.family) !== address?.family) continue;
    const isScanned = isOpen(service.finding?.port);
    answering.push({ service: { ...named, synAcks: service.connections, isScanned }, keys });
  }
  let allowedUncertain = 0;
  let unlisted = 0;
  for (const [key, candidate] of candidates) {
    if (candidate.flow.handshakes < minHandshakes) {
      leftOut.few += candidate.uses;
      candidates.delete(key);
    } else {
      allowedUncertain += candidate.uncertain;
      unlisted += candidate.unlisted;
    }
  }
  const isRefused = ({ keys }: Answering): boolean => ![...keys].some((key) => candidates.has(key));
  const refused = answering.filter(isRefused).map(({ service }) => service);
  return {
    flows: [...candidates.values()].map(({ flow }) => flow).sort(compareFlows),
    leftOut,
    allowedUncertain,
    doubtful: doubtful.sort((a, b) => b.handshakes - a.handshakes || compareServices(a, b)),
    unlisted,
    refused: refused.sort((a, b) => b.synAcks - a.synAcks || compareServices(a, b)),
  };
}

/** Whether there is evidence of a use, but not enough to be certain. */
function isDoubtful(judgement: Judgement | undefined): boolean {
  return judgement !== undefined && levelOf(judgement.verdict) === 'maybe';
}

function compareServices(a: NamedService, b: NamedService): number {
  return compareBytes(a.server, b.server) || a.port - b.port;
}

function reasonAgainst(
  judgement: Judgement | undefined,
  { accept }: FlowOptions,
): 'unused' | 'uncertain' | 'unjudged' | 'notServices' | undefined {
  if (judgement === undefined) return accept === 'yes' ? 'unjudged' : undefined;
  const { verdict } = judgement;
  const level = levelOf(verdict);
  if (!isUse(verdict)) return 'notServices';
  if (level === 'no' && accept !== 'all') return 'unused';
  return level === 'maybe' && accept === 'yes' ? 'uncertain' : undefined;
}

const ANY_REMOTE: FlowEnd = { address: undefined, name: undefined };

/** Describes the ends of connections, each address once. */
class Ends {
  /** By text; undefined for remote addresses. */
  readonly #local = new Map<string, FlowEnd | undefined>();

  constructor(
    readonly names: Names,
    readonly lists: { readonly listsClients: boolean; readonly listsServers: boolean },
  ) {}

  /** Returns the end with this address; undefined if it is neither local nor named. */
  localEndOf(address: Address): FlowEnd | undefined {
    const text = formatAddress(address);
    if (this.#local.has(text)) return this.#local.get(text);
    const { isRemote, name } = describeEndpoint(address, this.names);
    const end = isRemote ? undefined : { address, name };
    this.#local.set(text, end);
    return end;
  }

  /** Returns what a use would be as a flow; undefined if neither end is local. */
  flowOf(service: Service, use: Use, judgement: Judgement | undefined): Flow | undefined {
    const { port, address: server } = service;
    const { client, count, evidence } = use;
    const localClient = client && this.localEndOf(client);
    const localServer = server && this.localEndOf(server);
    const direction = directionOf(localClient !== undefined, localServer !== undefined);
    const family = (server ?? client)?.family;
    if (direction === undefined || family === undefined) return undefined;
    const { listsClients, listsServers } = this.lists;
    const name = serviceNameOf(service, this.names);
    return {
      direction,
      family,
      client: localClient ?? remoteEnd(client, listsClients),
      server: localServer ?? remoteEnd(server, listsServers),
      port,
      service: name,
      helper: port === FTP_PORT || name === FTP_NAME ? 'ftp' : undefined,
      handshakes: evidence === undefined ? count : handshakesOf(count, evidence),
      verdict: judgement?.verdict,
    };
  }
}

function directionOf(isLocalClient: boolean, isLocalServer: boolean): Direction | undefined {
  if (isLocalServer) return isLocalClient ? 'local' : 'remote';
  return isLocalClient ? 'outbound' : undefined;
}

function remoteEnd(address: Address | undefined, isListed: boolean): FlowEnd {
  return address !== undefined && isListed ? { address, name: undefined } : ANY_REMOTE;
}

function keyOf({ direction, family, client, server, port, helper }: Flow): string {
  const text = ({ address }: FlowEnd): string => (address === undefined ? '' : formatAddress(address));
  return `${direction} ${family} ${text(client)} ${text(server)} ${port} ${helper ?? ''}`;
}

/** Uses by several remote clients are one flow. */
function join(a: Flow, b: Flow): Flow {
  const verdicts = [a.verdict, b.verdict].filter((verdict) => verdict !== undefined).sort(compareVerdicts);
  return { ...a, handshakes: a.handshakes + b.handshakes, verdict: verdicts[0] };
}

function compareFlows(a: Flow, b: Flow): number {
  return (
    DIRECTIONS.indexOf(a.direction) - DIRECTIONS.indexOf(b.direction) ||
    a.family - b.family ||
    compareEnds(a.server, b.server) ||
    a.port - b.port ||
    compareEnds(a.client, b.client)
  );
}

function compareEnds({ address: a }: FlowEnd, { address: b }: FlowEnd): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return compareAddresses(a, b);
}
