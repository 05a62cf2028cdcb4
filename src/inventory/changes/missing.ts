// When what was in a baseline and is not there any more is gone, and when it may only be silent. Who is not
// seen in captures is gone where such a silence would be unlikely; what a scan has looked at and not found is
// gone, as far as that scan can see it.

import { type Evidence, isAbsent, isOpen, type Machine, type Service, type Span } from '../evidence.js';
import type { MachineFinding, PortFinding } from '../scan-index.js';
import type { Absence } from './changes.js';

export interface Sides {
  readonly before: Evidence;
  readonly after: Evidence;
  /** Silence that is at most so likely means that something is gone. */
  readonly goneProbability: number;
}

interface Judgement {
  /** Undefined if it is not gone for sure. */
  readonly absence: Absence | undefined;
  /** Connections that were to be expected; undefined where the captures give no rate, or a scan decided. */
  readonly expected: number | undefined;
}

/** Judges a service that a machine of the baseline had, and that was not found. */
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

/** Judges a machine of the baseline that was not found. */
export function judgeMissingMachine(machine: Machine, sides: Sides): Judgement {
  if (isDown(machine, sides)) return DOWN;
  const { offered, used } = machine;
  const connections =
    offered.reduce((sum, service) => sum + service.connections, 0) +
    used.reduce((sum, { use }) => sum + use.count, 0);
  return judgeSilence(connections, sides);
}

/**
 * Judges what the baseline has so many connections of, and the captures compared with it none. If connections
 * come at the same rate as before, and independently of each other (Poisson), the probability of none is
 * exp(-expected).
 */
export function judgeSilence(connections: number, { before, after, goneProbability }: Sides): Judgement {
  if (connections === 0 || before.observed === 0 || after.observed === 0) return UNDECIDED;
  const expected = (connections * after.observed) / before.observed;
  const isGone = Math.exp(-expected) <= goneProbability && after.foldedRows === 0;
  return { absence: isGone ? { kind: 'silent', expected } : undefined, expected };
}

const DOWN: Judgement = { absence: { kind: 'down' }, expected: undefined };
const UNDECIDED: Judgement = { absence: undefined, expected: undefined };

/** Whether a machine did not answer a scan that it would have answered before. */
function isDown({ address, passive }: Machine, { before, after }: Sides): boolean {
  const found = after.scans.machineFindingOf(address);
  if (found === undefined || found.isUp || isUsedAfter(passive, found)) return false;
  const isHidden = before.scans
    .machineFindingsOf(address)
    .some((was) => !was.isUp && isUsedAround(passive, was));
  return !isHidden;
}

/** Whether a scan found a port not open that would be open to it if the service were there. */
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

/** A firewall keeps the scanner out: where no scan got through before, that says nothing of the service. */
function isOutOfReach({ port }: PortFinding): boolean {
  return port?.state === 'filtered' || port?.state === 'closed|filtered';
}

/** What was in use after a scan began to look need not have been gone when it looked. */
function isUsedAfter({ lastSeen }: Span, { from }: Pick<MachineFinding, 'from'>): boolean {
  return lastSeen > from;
}

/** What was in use about the time when a scan did not find it is hidden from scans. */
function isUsedAround(
  { firstSeen, lastSeen }: Span,
  { from, to }: Pick<MachineFinding, 'from' | 'to'>,
): boolean {
  return firstSeen <= to && lastSeen >= from;
}
