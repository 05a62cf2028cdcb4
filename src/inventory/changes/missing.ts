// Judges whether a service or machine of a baseline that is missing now is gone, or may just be silent. If
// captures do not show it, it is gone if its silence is unlikely. If a scan looked at it and did not find it,
// it is gone if that scan would have seen it.

import { type Evidence, isAbsent, isOpen, type Machine, type Service, type Span } from '../evidence.js';
import type { MachineFinding, PortFinding } from '../scan-index.js';
import type { Absence } from './changes.js';

/** The inventories to compare. */
export interface Sides {
  readonly before: Evidence;
  readonly after: Evidence;
  /** Something is gone if its silence has at most this probability. */
  readonly goneProbability: number;
}

interface Judgement {
  /** Undefined if it need not be gone. */
  readonly absence: Absence | undefined;
  /** Connections expected in this time; undefined if the captures give no rate, or if a scan decided. */
  readonly expected: number | undefined;
}

/** Judges a service that a machine of the baseline had and that is missing now. */
export function judgeMissingService(service: Service, machine: Machine, sides: Sides): Judgement {
  if (isDown(machine, sides)) return DOWN;
  const { port, protocol, connections } = service;
  const finding = sides.after.scans.portFindingOf(machine.address, protocol, port);
  if (finding === undefined || !isConclusive(finding, service, machine, sides))
    return judgeSilence(connections, sides);
  const state = finding.port?.state;
  const absence: Absence = { kind: 'not-open', ...(state === undefined ? {} : { state }) };
  return { absence, expected: undefined };
}

/** Judges a machine of the baseline that is missing now. */
export function judgeMissingMachine(machine: Machine, sides: Sides): Judgement {
  if (isDown(machine, sides)) return DOWN;
  const { offered, used } = machine;
  const connections =
    offered.reduce((sum, service) => sum + service.connections, 0) +
    used.reduce((sum, { use }) => sum + use.count, 0);
  return judgeSilence(connections, sides);
}

/**
 * Judges something that has this number of connections in the baseline, and none in the captures compared
 * with it. If connections come at the same rate as before, and independently of each other (a Poisson
 * process), the probability of none is exp(-expected).
 */
export function judgeSilence(connections: number, { before, after, goneProbability }: Sides): Judgement {
  if (connections === 0 || before.observed === 0 || after.observed === 0) return UNDECIDED;
  const expected = (connections * after.observed) / before.observed;
  const isGone = Math.exp(-expected) <= goneProbability && after.foldedRows === 0;
  return { absence: isGone ? { kind: 'silent', expected } : undefined, expected };
}

const DOWN: Judgement = { absence: { kind: 'down' }, expected: undefined };
const UNDECIDED: Judgement = { absence: undefined, expected: undefined };

/** Whether a machine did not answer a scan, although nothing suggests that it is hidden from scans. */
function isDown({ address, passive }: Machine, { before, after }: Sides): boolean {
  const found = after.scans.machineFindingOf(address);
  if (found === undefined || found.isUp || isUsedAfter(passive, found)) return false;
  const isHidden = before.scans
    .machineFindingsOf(address)
    .some((was) => !was.isUp && isUsedAround(passive, was));
  return !isHidden;
}

/** Whether a scan that did not find a port open would have found it open if the service were there. */
function isConclusive(
  finding: PortFinding,
  service: Service,
  { address }: Machine,
  { before }: Sides,
): boolean {
  const { protocol, port, passive, finding: was } = service;
  if (finding.isDown || !isAbsent(finding.port) || isUsedAfter(passive, finding)) return false;
  if (isOpen(was?.port)) return true;
  if (isOutOfReach(finding)) return false;
  for (const { isDown, port: state, ...times } of before.scans.portFindingsOf(address, protocol, port)) {
    if (!isDown && isAbsent(state) && isUsedAround(passive, times)) return false;
  }
  return true;
}

/**
 * Whether a firewall keeps the scanner out: unless a scan got through before, this says nothing about the
 * service.
 */
function isOutOfReach({ port }: PortFinding): boolean {
  return port?.state === 'filtered' || port?.state === 'closed|filtered';
}

/**
 * Whether something was in use after the scan began to look: then it was not necessarily gone when it looked.
 */
function isUsedAfter({ lastSeen }: Span, { from }: Pick<MachineFinding, 'from'>): boolean {
  return lastSeen > from;
}

/** Whether something was in use while a scan did not find it: then it is hidden from scans. */
function isUsedAround(
  { firstSeen, lastSeen }: Span,
  { from, to }: Pick<MachineFinding, 'from' | 'to'>,
): boolean {
  return firstSeen <= to && lastSeen >= from;
}
