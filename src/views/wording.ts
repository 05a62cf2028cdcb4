// Phrases about services, evidence and times that several views for people use. Names in them come from outside: each
// view must escape them.

import type { Absence, MachineAt, Silence, UnseenService } from '../inventory/changes/changes.js';
import { REMOTE } from '../inventory/endpoints.js';
import type { KnownBy } from '../inventory/evidence.js';
import type { NamedPort } from '../inventory/lists/host-list.js';
import type { PortState } from '../inventory/scan.js';
import { isUse, type Judgement } from '../inventory/verdicts/verdict.js';
import type { Protocol } from '../ip/port.js';
import { countNoun, formatCount } from '../text/count-noun.js';

/** `22/tcp`, as nmap writes it. */
export function formatPort({ port, protocol }: { port: number; protocol: Protocol }): string {
  return `${port}/${protocol}`;
}

/** The name of a TCP service, or `53/udp domain`. */
export function describePort({ port, protocol, service }: NamedPort): string {
  if (protocol === 'tcp') return service;
  return service === `up:${port}`
    ? formatPort({ port, protocol })
    : `${formatPort({ port, protocol })} ${service}`;
}

/** Writes product, version and extra information on one line, as nmap prints them. */
export function describeProduct(row: { product: string; version: string; extra: string }): string {
  return [row.product, row.version, row.extra === '' ? '' : `(${row.extra})`]
    .filter((text) => text !== '')
    .join(' ');
}

/** Writes a product, followed by a text in parentheses; only the text if the product is not known. */
export function joinProduct(product: string, text: string): string {
  return product === '' ? text : `${product} (${text})`;
}

export function describeClients(clients: {
  localClients: number;
  remoteClients: number;
  remoteClientsError: number;
  remoteClientsAtMost?: number;
}): string {
  const { localClients, remoteClients, remoteClientsError, remoteClientsAtMost } = clients;
  if (remoteClients === 0 || remoteClientsAtMost === 0) return String(localClients);
  const count =
    remoteClientsAtMost === undefined
      ? formatEstimate(remoteClients, remoteClientsError)
      : `at most ${remoteClientsAtMost}`;
  const remote = `${count} remote`;
  return localClients === 0 ? remote : `${localClients} + ${remote}`;
}

/** `1240±7%`; the number alone if it is exact. */
function formatEstimate(count: number, error: number): string {
  if (error === 0) return String(count);
  // More than three digits would be noise.
  return `${Number(count.toPrecision(3))}±${Math.max(1, Math.round(error * 100))}%`;
}

/** Describes the evidence that a service exists. */
export function describeEvidence(service: {
  readonly connections: number;
  readonly known: KnownBy;
  readonly judgement?: Judgement | undefined;
  readonly answeredBefore?: boolean;
}): string {
  const { connections, known, judgement, answeredBefore = false } = service;
  // SYN-ACKs, which may repeat, only if handshakes were not counted.
  const count = countNoun(judgement?.of ?? connections, 'connection');
  const passive = answeredBefore ? `${count}; it answered before, but nobody used it` : count;
  if (known === 'passive') return passive;
  return known === 'active' ? 'open to the scan' : `${passive}, open to the scan`;
}

/** Describes a verdict and the handshakes that it rests on, as in `used 20`; empty if there is none. */
export function describeJudgement(
  judgement: Judgement | undefined,
  format: (handshakes: number) => string = String,
): string {
  if (judgement === undefined) return '';
  const { verdict, handshakes, of } = judgement;
  if (!isUse(verdict)) return verdict;
  const isPart = verdict === 'unanswered' && handshakes < of;
  return `${verdict} ${format(handshakes)}${isPart ? ` of ${format(of)}` : ''}`;
}

/** The evidence that a machine exists. */
export const MACHINE_EVIDENCE: Readonly<Record<KnownBy, string>> = {
  passive: 'in the captures',
  active: 'up in the scan',
  both: 'in the captures, up in the scan',
};

export function describeAbsence(absence: Absence): string {
  switch (absence.kind) {
    case 'silent':
      return describeSilent(absence);
    case 'not-open':
      return describeState(absence.state);
    case 'down':
      return MACHINE_DOWN;
  }
}

/** All numbers are about the captures since the baseline. */
function describeSilent({ expected, observed, seen }: Silence): string {
  if (seen === 0) return `expected ${describeConnections(expected)} in this time, saw none`;
  const silent = `none in ${formatSpan(observed)} of captures (expected ${formatExpected(expected)})`;
  return `saw ${countNoun(seen, 'connection')}, then ${silent}`;
}

export const MACHINE_DOWN = 'the machine did not answer the scan';

export function describeState(state: PortState | undefined): string {
  return state === undefined ? 'the scan did not find it open' : `the scan found it ${state}`;
}

/** Describes a service that is silent, but not for long enough to be gone. */
export function describeUnseen({ expected }: Pick<UnseenService, 'expected'>): string {
  return expected === undefined
    ? 'not seen yet (too little is known to expect it)'
    : `not seen yet (expected ${formatExpected(expected)} in this time)`;
}

/** Explains why silent services are not reported as gone. */
export function describeSilence(goneProbability: number): string {
  return `A silent service is reported as gone only if its silence has a probability of at most ${formatProbability(goneProbability)}.`;
}

export function describeSuppressed(count: number, noun: string): string {
  return `${countNoun(count, noun)} ${count === 1 ? 'is' : 'are'} expected or ignored, and not listed.`;
}

export function describeClient(client: string): string {
  return client === REMOTE ? 'remote machines' : client;
}

function describeConnections(expected: number): string {
  const text = formatExpected(expected);
  return `${text} connection${text === 'about 1' ? '' : 's'}`;
}

/** Numbers below this are not distinguished. */
const LEAST_EXPECTED = 0.01;
/** From here on, numbers are rounded to whole ones. */
const WHOLE_FROM = 10;

function formatExpected(expected: number): string {
  if (expected < LEAST_EXPECTED) return `less than ${LEAST_EXPECTED}`;
  return `about ${expected < WHOLE_FROM ? Number(expected.toPrecision(2)) : formatCount(Math.round(expected))}`;
}

function formatProbability(probability: number): string {
  return `${Number((probability * 100).toPrecision(3))}%`;
}

const SECOND = 1_000_000;
/** A span is given in the largest of these units of which it has at least two. */
const UNITS = [
  ['day', 86_400 * SECOND],
  ['hour', 3600 * SECOND],
  ['minute', 60 * SECOND],
] as const;

/** Writes a span of time in microseconds roughly: `36 hours`. */
export function formatSpan(microseconds: number): string {
  for (const [noun, length] of UNITS) {
    if (microseconds >= 2 * length) return countNoun(Math.round(microseconds / length), noun);
  }
  return countNoun(Math.max(0, Math.round(microseconds / SECOND)), 'second');
}

/** Machines that are named; of more, only their number is said. */
const MAX_NAMED = 3;

/** Says why machines are not reported as new. */
export function describeRemoteBefore(machines: readonly MachineAt[]): string {
  const named = machines.slice(0, MAX_NAMED).map(describeMachine);
  const rest = machines.length - named.length;
  const [were, they] = machines.length === 1 ? ['was', 'it is'] : ['were', 'they are'];
  const who = rest === 0 ? listOf(named) : listOf([...named, `${rest} more`]);
  return `${who} ${were} counted as remote in the baseline, so ${they} not reported as new`;
}

/** `a, b and c`. */
function listOf(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** `pluto (12.13.15.166)`; only the address if it has no name. */
export function describeMachine({ machine, address }: MachineAt): string {
  return address === '' || machine === address ? machine : `${machine} (${address})`;
}
