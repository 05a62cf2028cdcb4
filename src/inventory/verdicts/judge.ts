// Judges whether services are used, client by client, by the handshakes in an inventory. Where their answers were captured,
// these decide; where only SYN-ACKs were, repeats, headers and the behaviour of each client do. The rules rest on Bartlett,
// Heidemann and Papadopoulos, "Understanding passive and active service discovery" (IMC 2007), and were tried on the
// captures evidence-*.pcap of test/captures.

import type { Address } from '../../ip/address.js';
import type { Names } from '../../names/names.js';
import { findRegisteredName } from '../../names/registry.js';
import {
  COMPLETED,
  COPIES,
  DATA,
  JUDGED,
  LATE,
  LOW_PORTS,
  PLAIN,
  PROXIED,
  RESET,
} from '../../tally/layout.js';
import { RowCounters } from '../../tally/row-counters.js';
import { packEvidence } from '../../tally/row-evidence.js';
import { describeEndpoint } from '../endpoints.js';
import type { Evidence, Service, Use } from '../evidence.js';
import { serviceNameOf } from '../labels.js';
import type { UseTable } from '../use-table.js';
import { Clients } from './clients.js';
import { type Judgement, VERDICTS, type Verdict } from './verdict.js';

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
  /**
   * Returns one more than the place in `VERDICTS` of the verdict of a use, by the number of its row; 0 if there is none.
   * @internal
   */
  codeOf(row: number): number;
  /**
   * Returns the handshakes on which the verdict of a use rests, among those of a part of it, which are counted in a row of
   * these counters.
   * @internal
   */
  handshakesOf(row: number, part: RowCounters, partRow: number, of: number): number;
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
  const { table, services } = evidence;
  const { counters } = table;
  const clients = new Clients(evidence, (service) => hasOwnName(service, names));
  const isRemote = services.map((service) => isRemoteService(service, names));
  const codes = new Uint8Array(table.size);
  if (counters !== undefined) {
    for (const [at, { uses }] of services.entries()) {
      for (const { row } of uses) {
        if (counters.isKnown(row)) codes[row] = codeOf(judgeUse(row, table, counters, clients));
      }
      if (isRemote[at] === true) nameBackscatter(uses, codes, table);
    }
  }
  const ofRow = (row: number, part: RowCounters, partRow: number, count: number): Judgement | undefined => {
    const verdict = verdictOf(codes[row] as number);
    if (verdict === undefined || !part.isKnown(partRow)) return undefined;
    const of = part.handshakesOf(partRow, count);
    return { verdict, handshakes: handshakesWith(verdict, clients.hasOptions(row), part, partRow, of), of };
  };
  return {
    ofUse: ({ row }) => counters && ofRow(row, counters, row, table.counts[row] as number),
    ofPart: ({ row }, { count, evidence: ofPart }) =>
      ofRow(row, new RowCounters(packEvidence(ofPart)), 0, count),
    ofService(uses) {
      if (counters === undefined || uses.length === 0) return undefined;
      let best = VERDICTS.length + 1;
      let [handshakes, all] = [0, 0];
      for (const { row } of uses) {
        const code = codes[row] as number;
        const verdict = verdictOf(code);
        if (verdict === undefined) return undefined;
        const of = counters.handshakesOf(row, table.counts[row] as number);
        all += of;
        if (code < best) [best, handshakes] = [code, 0];
        if (code === best) handshakes += handshakesWith(verdict, clients.hasOptions(row), counters, row, of);
      }
      return { verdict: verdictOf(best) as Verdict, handshakes, of: all };
    },
    isOnlyScanned: (uses) => uses.length > 0 && uses.every(({ row }) => clients.isScan(row)),
    codeOf: (row) => codes[row] as number,
    handshakesOf: (row, part, partRow, of) =>
      handshakesWith(verdictOf(codes[row] as number) as Verdict, clients.hasOptions(row), part, partRow, of),
    basis: basisOf(evidence, clients, isRemote),
  };
}

function codeOf(verdict: Verdict): number {
  return VERDICTS.indexOf(verdict) + 1;
}

function verdictOf(code: number): Verdict | undefined {
  return VERDICTS[code - 1];
}

/**
 * Returns the handshakes on which a verdict rests.
 * @param hasOptions whether the server sends SYN-ACKs with options, so that those without any are doubtful
 * @param of all handshakes of the row
 */
function handshakesWith(
  verdict: Verdict,
  hasOptions: boolean,
  counters: RowCounters,
  row: number,
  of: number,
): number {
  switch (verdict) {
    case 'used':
      return counters.get(row, DATA);
    case 'opened':
      return counters.get(row, COMPLETED);
    case 'reset':
      return counters.get(row, RESET);
    case 'unanswered':
      return counters.get(row, JUDGED) || Math.min(counters.get(row, LATE), of);
    case 'likely':
      return Math.max(0, of - doubtfulOf(counters, row, hasOptions));
    default:
      return of;
  }
}

/** Handshakes that were probably never answered, or whose SYN-ACKs are doubtful. */
function doubtfulOf(counters: RowCounters, row: number, hasOptions: boolean): number {
  return Math.max(counters.get(row, LATE), hasOptions ? counters.get(row, PLAIN) : 0);
}

function basisOf({ services, table }: Evidence, { scans }: Clients, isRemote: readonly boolean[]): Basis {
  const basis = { synAcks: 0, copies: 0, hasAnswers: false };
  const { counters } = table;
  const floods = services
    .filter((_, at) => isRemote[at] !== true)
    .map((service) => floodOf(service, table))
    .filter(({ unanswered, of }) => unanswered >= MIN_FLOOD && unanswered >= of * FLOOD_SHARE)
    .sort((a, b) => b.unanswered - a.unanswered);
  for (const { uses } of services) {
    for (const { row } of uses) {
      if (counters?.isKnown(row) !== true) continue;
      basis.synAcks += table.counts[row] as number;
      basis.copies += counters.get(row, COPIES);
      basis.hasAnswers ||= counters.get(row, JUDGED) > 0;
    }
  }
  return { ...basis, scans, floods };
}

/**
 * Handshakes of a row that the client never answered: as captured, or as repeats show where only SYN-ACKs were. Some repeats
 * belong to handshakes that began before the time asked for.
 */
export function unansweredOf({ counters, counts }: UseTable, row: number): number {
  if (counters?.isKnown(row) !== true) return 0;
  const judged = counters.get(row, JUDGED);
  const unanswered =
    judged > 0 ? judged - counters.get(row, COMPLETED) - counters.get(row, RESET) : counters.get(row, LATE);
  return Math.max(0, Math.min(unanswered, counters.handshakesOf(row, counts[row] as number)));
}

function floodOf(service: Service, table: UseTable): Flood {
  let [unanswered, of] = [0, 0];
  for (const { row } of service.uses) {
    unanswered += unansweredOf(table, row);
    of += table.counters?.isKnown(row) === true ? table.connectionsOf(row) : 0;
  }
  return { service, unanswered, of };
}

function judgeUse(row: number, { counts }: UseTable, counters: RowCounters, clients: Clients): Verdict {
  const of = counters.handshakesOf(row, counts[row] as number);
  if (clients.isMutual(row)) return 'simultaneous open';
  // The first SYN-ACK of each handshake was before the time asked for.
  if (of === 0) return 'uncertain';
  if (clients.isFtpData(row)) return 'FTP data';
  if (counters.get(row, DATA) > 0) return 'used';
  if (clients.isTarpit(row)) return 'answers on all ports';
  const isJudged = counters.get(row, JUDGED) > 0;
  const isUnanswered = isJudged && counters.get(row, COMPLETED) === 0;
  if (counters.get(row, PROXIED) === of) return isUnanswered ? 'probed' : 'proxied';
  if (clients.isScan(row)) {
    const isPlain = clients.hasOptions(row) && counters.get(row, PLAIN) > 0;
    return isJudged || isPlain || clients.isPlainScan(row) ? 'probed' : 'uncertain';
  }
  if (counters.get(row, COMPLETED) > 0) return 'opened';
  if (isUnanswered) return counters.get(row, RESET) > 0 ? 'reset' : 'unanswered';
  return judgeSynAcks(counters, row, of, clients.hasOptions(row));
}

/** Whether the name of a service means anything: whatever listens at a port that the system chose may be something else. */
function hasOwnName(service: Service, names: Names): boolean {
  const { port } = service;
  const name = serviceNameOf(service, names);
  return name !== `up:${port}` && (port < FIRST_EPHEMERAL_PORT || name !== findRegisteredName(port));
}

function isRemoteService({ address }: Service, names: Names): boolean {
  return address === undefined || describeEndpoint(address, names).isRemote;
}

/** Judges by SYN-ACKs alone: the handshakes that nothing speaks against are probably use. */
function judgeSynAcks(counters: RowCounters, row: number, of: number, hasOptions: boolean): Verdict {
  const late = counters.get(row, LATE);
  if (late >= of) return 'unanswered';
  const lowPorts = counters.get(row, LOW_PORTS);
  const hasForged = lowPorts >= MIN_LOW_PORTS && lowPorts >= of * LOW_PORT_SHARE;
  const doubtful = doubtfulOf(counters, row, hasOptions);
  // Forged addresses come with any port, so those with low ones stand for many more.
  if (hasForged && doubtful === 0) return 'uncertain';
  if (doubtful < of) return 'likely';
  return late > 0 ? 'unanswered' : 'uncertain';
}

/** Names the connections of many machines to a remote service that none of them completed. */
function nameBackscatter(uses: readonly Use[], codes: Uint8Array, { clients }: UseTable): void {
  const unanswered = uses.filter(({ row }) => {
    const verdict = verdictOf(codes[row] as number);
    return clients[row] !== 0 && (verdict === 'unanswered' || verdict === 'reset');
  });
  if (unanswered.length < MIN_BACKSCATTER_CLIENTS) return;
  for (const { row } of unanswered) codes[row] = codeOf('backscatter');
}
