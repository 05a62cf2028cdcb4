// Judges whether a service or machine of a baseline that is missing now is gone, or may just be silent. If
// captures do not show it, it is gone if its silence is unlikely. If a scan looked at it and did not find it,
// it is gone if that scan would have seen it.

import type { Span } from '../coverage.js';
import { connectionsIn, isAbsent, isOpen, type Machine, type Service, type Use } from '../evidence.js';
import type { MachineFinding, PortFinding } from '../scan-index.js';
import type { Absence } from './changes.js';
import type { Judgement, SeenAfter, Sides, SilenceJudge } from './silence.js';

/** Judges a service that a machine of the baseline had, and that was not found. */
export function judgeMissingService(
  service: Service,
  machine: Machine,
  sides: Sides,
  silence: SilenceJudge,
): Judgement {
  if (isDown(machine, sides)) return DOWN;
  const { port, protocol, uses } = service;
  const finding = sides.after.scans.portFindingOf(machine.address, protocol, port);
  if (finding === undefined || !isConclusive(finding, service, machine, sides)) return silence.judge(uses);
  const state = finding.port?.state;
  const absence: Absence = { kind: 'not-open', ...(state === undefined ? {} : { state }) };
  return { absence, expected: undefined, observed: 0 };
}

/**
 * Judges a machine of the baseline that was not found.
 * @param uses those of its uses that its silence is judged by
 */
export function judgeMissingMachine(
  machine: Machine,
  uses: readonly Use[],
  sides: Sides,
  silence: SilenceJudge,
): Judgement {
  return isDown(machine, sides) ? DOWN : silence.judge(uses);
}

/** Every use of a machine: by others, and of others. */
export function usesOf({ offered, used }: Machine): Use[] {
  return [...offered.flatMap(({ uses }) => uses), ...used.map(({ use }) => use)];
}

/** Uses after the baseline, all together. */
export function seenIn(uses: readonly Use[]): SeenAfter {
  return {
    connections: connectionsIn(uses),
    lastSeen: uses.reduce((last, { lastSeen }) => Math.max(last, lastSeen), Number.NEGATIVE_INFINITY),
  };
}

const DOWN: Judgement = { absence: { kind: 'down' }, expected: undefined, observed: 0 };

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
