// Judges whether services are used, client by client, by the handshakes in an inventory. Where their answers were captured,
// these decide; where only SYN-ACKs were, repeats, headers and the behaviour of each client do. The rules rest on Bartlett,
// Heidemann and Papadopoulos, "Understanding passive and active service discovery" (IMC 2007), and were tried on the
// captures evidence-*.pcap of test/captures.

import type { Address } from '../../ip/address.js';
import type { Names } from '../../names/names.js';
import { handshakesOf, type RowEvidence } from '../../tally/row-evidence.js';
import { describeEndpoint } from '../endpoints.js';
import type { Evidence, Service, Use } from '../evidence.js';
import { serviceNameOf } from '../labels.js';
import { Clients, FEW_HANDSHAKES, FIRST_UNPRIVILEGED_PORT } from './clients.js';
import { compareVerdicts, type Judgement, type Verdict } from './verdict.js';

/** If at least this number of clients did not answer a remote service, somebody forged their addresses. */
const MIN_BACKSCATTER_CLIENTS = 3;
/** Real clients do not connect from this number and share of low ports. */
const MIN_LOW_PORTS = 3;
const LOW_PORT_SHARE = 0.01;

/** The judgements of an inventory. Those whose evidence is not known, or was not counted, are undefined. */
export interface Judgements {
  /** Returns the judgement of one client's use of a service. */
  ofUse(use: Use): Judgement | undefined;
  /** Returns the judgement of a service by these uses of it. */
  ofService(uses: readonly Use[]): Judgement | undefined;
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
}

/**
 * Judges all uses, by everything that their clients do, also outside a filter. Names say what is remote, and which ports
 * have a service of their own.
 */
export function judge(filtered: Evidence, names: Names): Judgements {
  const evidence = filtered.whole ?? filtered;
  const clients = new Clients(evidence);
  const judgements = new Map<Use, Judgement>();
  for (const service of evidence.services) {
    const hasOptions = clients.hasOptions(service);
    const isNamed = serviceNameOf(service, names) !== `up:${service.port}`;
    for (const use of service.uses) {
      const judgement = judgeUse(use, service, clients, { hasOptions, isNamed });
      if (judgement !== undefined) judgements.set(use, judgement);
    }
    if (isRemote(service, names)) nameBackscatter(service, judgements);
  }
  return {
    ofUse: (use) => judgements.get(use),
    ofService: (uses) => joinJudgements(uses.map((use) => judgements.get(use))),
    basis: basisOf(evidence, clients),
  };
}

function basisOf({ services }: Evidence, { scans }: Clients): Basis {
  const basis = { synAcks: 0, copies: 0, hasAnswers: false };
  for (const { uses } of services) {
    for (const { count, evidence } of uses) {
      if (evidence === undefined) continue;
      basis.synAcks += count;
      basis.copies += evidence.copies;
      basis.hasAnswers ||= evidence.judged > 0;
    }
  }
  return { ...basis, scans };
}

function judgeUse(
  use: Use,
  service: Service,
  clients: Clients,
  { hasOptions, isNamed }: { readonly hasOptions: boolean; readonly isNamed: boolean },
): Judgement | undefined {
  const { evidence } = use;
  if (evidence === undefined) return undefined;
  const of = handshakesOf(use.count, evidence);
  const all = (verdict: Verdict): Judgement => ({ verdict, handshakes: of, of });
  if (clients.isMutual(use)) return all('simultaneous open');
  // The first SYN-ACK of each handshake was before the time asked for.
  if (of === 0) return all('uncertain');
  if (evidence.port20 === of) return all('FTP data');
  const isFtpData = service.port >= FIRST_UNPRIVILEGED_PORT && of <= FEW_HANDSHAKES && !isNamed;
  if (isFtpData && clients.usesFtp(use, service)) return all('FTP data');
  if (evidence.data > 0) return { verdict: 'used', handshakes: evidence.data, of };
  if (clients.isTarpit(use, service)) return all('answers on all ports');
  const isUnanswered = evidence.judged > 0 && evidence.completed === 0;
  if (evidence.proxied === of) return all(isUnanswered ? 'probed' : 'proxied');
  const isPlain = hasOptions && evidence.plain > 0;
  if (clients.isScan(use)) {
    if (evidence.judged > 0 || isPlain) return all('probed');
    return all('uncertain');
  }
  if (evidence.completed > 0) return { verdict: 'opened', handshakes: evidence.completed, of };
  if (isUnanswered) {
    if (evidence.reset > 0) return { verdict: 'reset', handshakes: evidence.reset, of };
    return { verdict: 'unanswered', handshakes: evidence.judged, of };
  }
  return judgeSynAcks(evidence, of, hasOptions);
}

function isRemote({ address }: Service, names: Names): boolean {
  return address === undefined || describeEndpoint(address, names).isRemote;
}

/** Judges by SYN-ACKs alone: the handshakes that nothing speaks against are probably use. */
function judgeSynAcks(evidence: RowEvidence, of: number, hasOptions: boolean): Judgement {
  const { late, lowPorts, plain } = evidence;
  if (late >= of) return { verdict: 'unanswered', handshakes: of, of };
  const hasForged = lowPorts >= MIN_LOW_PORTS && lowPorts >= of * LOW_PORT_SHARE;
  const doubtful = Math.max(late, hasOptions ? plain : 0);
  // Forged addresses come with any port, so those with low ones stand for many more.
  if (hasForged && doubtful === 0) return { verdict: 'uncertain', handshakes: of, of };
  if (doubtful < of) return { verdict: 'likely', handshakes: of - doubtful, of };
  return { verdict: late > 0 ? 'unanswered' : 'uncertain', handshakes: late > 0 ? late : of, of };
}

/** Names the connections of many machines to a remote service that none of them completed. */
function nameBackscatter({ uses }: Service, judgements: Map<Use, Judgement>): void {
  const unanswered = uses.filter((use) => {
    const verdict = use.client && judgements.get(use)?.verdict;
    return verdict === 'unanswered' || verdict === 'reset';
  });
  if (unanswered.length < MIN_BACKSCATTER_CLIENTS) return;
  for (const use of unanswered) {
    judgements.set(use, { ...(judgements.get(use) as Judgement), verdict: 'backscatter' });
  }
}

/**
 * Returns the strongest verdict, with the handshakes that have it. Undefined if one of the judgements is.
 */
function joinJudgements(judgements: readonly (Judgement | undefined)[]): Judgement | undefined {
  if (judgements.length === 0) return undefined;
  const known: Judgement[] = [];
  for (const judgement of judgements) {
    if (judgement === undefined) return undefined;
    known.push(judgement);
  }
  const of = known.reduce((sum, judgement) => sum + judgement.of, 0);
  const verdict = known.map((judgement) => judgement.verdict).sort(compareVerdicts)[0] as Verdict;
  const handshakes = known
    .filter((judgement) => judgement.verdict === verdict)
    .reduce((sum, judgement) => sum + judgement.handshakes, 0);
  return { verdict, handshakes, of };
}
