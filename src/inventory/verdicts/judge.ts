// Judges whether services are used, client by client, by the handshakes in an inventory. Where their answers were captured,
// these decide; where only SYN-ACKs were, repeats, headers and the behaviour of each client do. The rules rest on Bartlett,
// Heidemann and Papadopoulos, "Understanding passive and active service discovery" (IMC 2007), and were tried on the
// captures evidence-*.pcap of test/captures.

import type { Address } from '../../ip/address.js';
import type { Names } from '../../names/names.js';
import { findRegisteredName } from '../../names/registry.js';
import { handshakesOf, type RowEvidence } from '../../tally/row-evidence.js';
import { describeEndpoint } from '../endpoints.js';
import type { Evidence, Service, Use } from '../evidence.js';
import { serviceNameOf } from '../labels.js';
import { Clients } from './clients.js';
import { type Judgement, joinJudgements, type Verdict } from './verdict.js';

/** If at least this number of clients did not answer a remote service, somebody forged their addresses. */
const MIN_BACKSCATTER_CLIENTS = 3;
/** This many handshakes without an answer, and this share, are more than lost packets and slow clients explain. */
const MIN_FLOOD = 20;
const FLOOD_SHARE = 0.5;
/** Real clients do not connect from this number and share of low ports. */
const MIN_LOW_PORTS = 3;
const LOW_PORT_SHARE = 0.01;
/** Linux chooses ports from here on, other systems from higher ones (RFC 6335 6: 49152). */
const FIRST_EPHEMERAL_PORT = 32_768;

/** The judgements of an inventory. Those whose evidence is not known, or was not counted, are undefined. */
export interface Judgements {
  /** Returns the judgement of one client's use of a service. */
  ofUse(use: Use): Judgement | undefined;
  /** Returns the same verdict with the handshakes of a part of the use, such as those in one hour. */
  ofPart(use: Use, part: Pick<Use, 'count' | 'evidence'>): Judgement | undefined;
  /** Returns the judgement of a service by these uses of it. */
  ofService(uses: readonly Use[]): Judgement | undefined;
  /** Whether nothing but what may be a scan touched a service, so that its use is uncertain at best. */
  isOnlyScanned(uses: readonly Use[]): boolean;
  readonly basis: Basis;
}

/** The basis of the judgements of an inventory. */
export interface Basis {
  /** SYN-ACKs of which evidence was counted, and those of them that are copies of others, captured again at once. */
  readonly synAcks: number;
  readonly copies: number;
  /** Whether packets were captured that show what became of handshakes. */
  readonly hasAnswers: boolean;
  /** The scanners, undefined if it is a remote machine, and how many services each touched. */
  readonly scans: readonly { readonly client: Address | undefined; readonly services: number }[];
  /** The services of our own machines with many handshakes that their clients never answered. */
  readonly floods: readonly Flood[];
}

/** A service that somebody flooded, or that its clients could not reach. */
export interface Flood {
  readonly service: Service;
  /** Handshakes that the client never answered, and all of them. */
  readonly unanswered: number;
  readonly of: number;
}

/**
 * Judges all uses, by everything that their clients do, also outside a filter. Names say what is remote, and which ports
 * have a service of their own.
 */
export function judge(filtered: Evidence, names: Names): Judgements {
  const evidence = filtered.whole ?? filtered;
  const clients = new Clients(evidence, (service) => hasOwnName(service, names));
  const judged = new Map<Use, JudgedUse>();
  for (const service of evidence.services) {
    const hasOptions = clients.hasOptions(service);
    for (const use of service.uses) {
      const verdict = judgeUse(use, service, clients, hasOptions);
      if (verdict !== undefined) judged.set(use, { verdict, hasOptions });
    }
    if (isRemote(service, names)) nameBackscatter(service, judged);
  }
  const ofPart: Judgements['ofPart'] = (use, part) => {
    const found = judged.get(use);
    return found === undefined || part.evidence === undefined
      ? undefined
      : describePart(found, handshakesOf(part.count, part.evidence), part.evidence);
  };
  return {
    ofUse: (use) => ofPart(use, use),
    ofPart,
    ofService: (uses) => joinJudgements(uses.map((use) => ofPart(use, use))),
    isOnlyScanned: (uses) => uses.length > 0 && uses.every((use) => clients.isScan(use)),
    basis: basisOf(evidence, clients, names),
  };
}

interface JudgedUse {
  readonly verdict: Verdict;
  /** Whether the server sends SYN-ACKs with options, so that those without any are doubtful. */
  readonly hasOptions: boolean;
}

/** @param of the handshakes of the part */
function describePart({ verdict, hasOptions }: JudgedUse, of: number, evidence: RowEvidence): Judgement {
  const { data, completed, reset, judged, late, plain } = evidence;
  switch (verdict) {
    case 'used':
      return { verdict, handshakes: data, of };
    case 'opened':
      return { verdict, handshakes: completed, of };
    case 'reset':
      return { verdict, handshakes: reset, of };
    case 'unanswered':
      return { verdict, handshakes: judged > 0 ? judged : Math.min(late, of), of };
    case 'likely':
      return { verdict, handshakes: Math.max(0, of - Math.max(late, hasOptions ? plain : 0)), of };
    default:
      return { verdict, handshakes: of, of };
  }
}

function basisOf({ services }: Evidence, { scans }: Clients, names: Names): Basis {
  const basis = { synAcks: 0, copies: 0, hasAnswers: false };
  const floods = services
    .filter((service) => !isRemote(service, names))
    .map(floodOf)
    .filter(({ unanswered, of }) => unanswered >= MIN_FLOOD && unanswered >= of * FLOOD_SHARE)
    .sort((a, b) => b.unanswered - a.unanswered);
  for (const { uses } of services) {
    for (const { count, evidence } of uses) {
      if (evidence === undefined) continue;
      basis.synAcks += count;
      basis.copies += evidence.copies;
      basis.hasAnswers ||= evidence.judged > 0;
    }
  }
  return { ...basis, scans, floods };
}

/**
 * Handshakes that the client never answered: as captured, or as repeats show where only SYN-ACKs were. Some repeats belong to
 * handshakes that began before the time asked for.
 */
export function unansweredOf({ count, evidence }: Pick<Use, 'count' | 'evidence'>): number {
  if (evidence === undefined) return 0;
  const { judged, completed, reset, late } = evidence;
  const unanswered = judged > 0 ? judged - completed - reset : late;
  return Math.max(0, Math.min(unanswered, handshakesOf(count, evidence)));
}

function floodOf(service: Service): Flood {
  let [unanswered, of] = [0, 0];
  for (const use of service.uses) {
    unanswered += unansweredOf(use);
    of += use.evidence === undefined ? 0 : handshakesOf(use.count, use.evidence);
  }
  return { service, unanswered, of };
}

function judgeUse(use: Use, service: Service, clients: Clients, hasOptions: boolean): Verdict | undefined {
  const { evidence } = use;
  if (evidence === undefined) return undefined;
  const of = handshakesOf(use.count, evidence);
  if (clients.isMutual(use)) return 'simultaneous open';
  // The first SYN-ACK of each handshake was before the time asked for.
  if (of === 0) return 'uncertain';
  if (clients.isFtpData(use, service)) return 'FTP data';
  if (evidence.data > 0) return 'used';
  if (clients.isTarpit(use, service)) return 'answers on all ports';
  const isUnanswered = evidence.judged > 0 && evidence.completed === 0;
  if (evidence.proxied === of) return isUnanswered ? 'probed' : 'proxied';
  const isPlain = hasOptions && evidence.plain > 0;
  if (clients.isScan(use)) {
    return evidence.judged > 0 || isPlain || clients.isPlainScan(use) ? 'probed' : 'uncertain';
  }
  if (evidence.completed > 0) return 'opened';
  if (isUnanswered) return evidence.reset > 0 ? 'reset' : 'unanswered';
  return judgeSynAcks(evidence, of, hasOptions);
}

/** Whether the name of a service means anything: whatever listens at a port that the system chose may be something else. */
function hasOwnName(service: Service, names: Names): boolean {
  const { port } = service;
  const name = serviceNameOf(service, names);
  return name !== `up:${port}` && (port < FIRST_EPHEMERAL_PORT || name !== findRegisteredName(port));
}

function isRemote({ address }: Service, names: Names): boolean {
  return address === undefined || describeEndpoint(address, names).isRemote;
}

/** Judges by SYN-ACKs alone: the handshakes that nothing speaks against are probably use. */
function judgeSynAcks({ late, lowPorts, plain }: RowEvidence, of: number, hasOptions: boolean): Verdict {
  if (late >= of) return 'unanswered';
  const hasForged = lowPorts >= MIN_LOW_PORTS && lowPorts >= of * LOW_PORT_SHARE;
  const doubtful = Math.max(late, hasOptions ? plain : 0);
  // Forged addresses come with any port, so those with low ones stand for many more.
  if (hasForged && doubtful === 0) return 'uncertain';
  if (doubtful < of) return 'likely';
  return late > 0 ? 'unanswered' : 'uncertain';
}

/** Names the connections of many machines to a remote service that none of them completed. */
function nameBackscatter({ uses }: Service, judged: Map<Use, JudgedUse>): void {
  const unanswered = uses.filter((use) => {
    const verdict = use.client && judged.get(use)?.verdict;
    return verdict === 'unanswered' || verdict === 'reset';
  });
  if (unanswered.length < MIN_BACKSCATTER_CLIENTS) return;
  for (const use of unanswered)
    judged.set(use, { ...(judged.get(use) as JudgedUse), verdict: 'backscatter' });
}
