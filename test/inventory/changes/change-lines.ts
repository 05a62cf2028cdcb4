// Changes as short lines, for tests. Times are microseconds since the epoch, and small because these are
// easier to read.

import type { Absence, Changes, MachineAt, ServiceAt } from '../../../src/inventory/changes/changes.js';
import { type CompareOptions, compare } from '../../../src/inventory/changes/compare.js';
import { collectEvidence, type Evidence } from '../../../src/inventory/evidence.js';
import type { CaptureRecord } from '../../../src/inventory/inventory.js';
import type { Scan } from '../../../src/inventory/scan.js';
import type { Names } from '../../../src/names/names.js';
import { parseExpectedPattern } from '../../../src/names/patterns.js';
import type { Scope } from '../../../src/tally/scope.js';
import { type Connection, captureOf, inventoryOf, NO_NAMES } from '../fixtures.js';

export const [A, B, C] = ['10.0.0.1', '10.0.0.2', '10.0.0.3'] as const;

export interface Side {
  readonly uses?: readonly Connection[];
  readonly captures?: readonly CaptureRecord[];
  readonly scans?: readonly Scan[];
  /** The addresses that are kept. */
  readonly scope?: Scope;
  readonly maxRows?: number;
}

export type ChangeOptions = Partial<Omit<CompareOptions, 'ignored'>> & {
  readonly names?: Names;
  readonly ignored?: readonly string[];
};

/** A capture of a hundred microseconds. */
export const CAPTURED: readonly CaptureRecord[] = [captureOf(0, 100)];
export const CAPTURED_LATER: readonly CaptureRecord[] = [captureOf(500, 600)];

export function evidenceOf({ uses = [], ...parts }: Side): Evidence {
  return collectEvidence(inventoryOf(uses, parts));
}

export function changesOf(
  before: Side,
  after: Side,
  { names = NO_NAMES, ignored = [], ...options }: ChangeOptions = {},
): Changes {
  return compare(evidenceOf(before), evidenceOf(after), names, {
    goneProbability: 0.05,
    clients: false,
    ignored: ignored.map(parseExpectedPattern),
    ...options,
  });
}

/**
 * Compares two sides and returns a line for each change: `+` added, `-` gone, `?` not seen, `!` changed, `@`
 * other clients; then the machine, with its address if that is not its label, the port, and the evidence for
 * it or why it is gone. The last line is the number of suppressed changes.
 */
export function changeLines(before: Side, after: Side, options?: ChangeOptions): string[] {
  const changes = changesOf(before, after, options);
  return [
    ...changes.added.map((service) => `+ ${portOf(service)} ${service.known}`),
    ...changes.gone.map((service) => `- ${portOf(service)} ${reasonOf(service.absence)}`),
    ...changes.unseen.map((service) => `? ${portOf(service)} ${service.expected}`),
    ...changes.changed.map((service) => `! ${portOf(service)} ${service.before} -> ${service.after}`),
    ...changes.newMachines.map((machine) => `+ ${nameOf(machine)} ${machine.known}`),
    ...changes.goneMachines.map((machine) => `- ${nameOf(machine)} ${reasonOf(machine.absence)}`),
    ...changes.clients.map((service) => `@ ${portOf(service)} +${service.added} -${service.gone}`),
    ...(changes.suppressed > 0 ? [`(${changes.suppressed})`] : []),
  ];
}

function nameOf({ machine, address }: MachineAt): string {
  return machine === address ? address : `${machine}=${address}`;
}

function portOf(service: ServiceAt): string {
  return `${nameOf(service)} ${service.port}/${service.protocol}`;
}

function reasonOf(absence: Absence): string {
  if (absence.kind === 'silent') return `silent ${absence.expected}`;
  return absence.kind === 'down' ? 'down' : (absence.state ?? 'not open');
}
