// Changes, and the comparison of a scan with captures, in JSON, field by field as docs/diff.md describes them. This is the
// schema: renaming a field here breaks its readers.

import type { Absence, Changes, MachineAt, OpenUnused, ServiceAt } from '../../inventory/changes/changes.js';
import { formatTime } from '../../text/time.js';
import { countChanges } from '../changes/counts.js';
import { formatPort } from '../wording.js';
import type { Records } from './json.js';

/** Raised when a field is removed, is renamed, or changes its type or meaning. */
const CHANGES_VERSION = 1;
const OPEN_UNUSED_VERSION = 1;

const MICROSECONDS = 1e6;

export function describeChanges(changes: Changes, goneProbability: number): Records {
  return {
    head: {
      schema: 'synsum.changes',
      version: CHANGES_VERSION,
      changes: countChanges(changes),
      silenced: changes.suppressed,
      gone_probability: goneProbability,
    },
    lists: [
      {
        name: 'added',
        items: changes.added.map((service) => ({
          ...describeService(service),
          connections: service.connections,
          ...describeTimes(service),
          known: service.known,
        })),
      },
      {
        name: 'gone',
        items: changes.gone.map((service) => ({
          ...describeService(service),
          ...describeTimes(service),
          absence: describeAbsence(service.absence),
        })),
      },
      {
        name: 'changed',
        items: changes.changed.map((service) => ({
          ...describeService(service),
          before: service.before,
          after: service.after,
        })),
      },
      {
        name: 'new_machines',
        items: changes.newMachines.map((machine) => ({
          ...describeMachine(machine),
          ...describeTimes(machine),
          known: machine.known,
        })),
      },
      {
        name: 'gone_machines',
        items: changes.goneMachines.map((machine) => ({
          ...describeMachine(machine),
          ...describeTimes(machine),
          absence: describeAbsence(machine.absence),
        })),
      },
      {
        name: 'clients',
        items: changes.clients.map((service) => ({
          ...describeService(service),
          added: service.added,
          gone: service.gone,
        })),
      },
      {
        name: 'unseen',
        items: changes.unseen.map((service) => ({
          ...describeService(service),
          ...describeTimes(service),
          expected: service.expected ?? null,
          observed_seconds: service.observed / MICROSECONDS,
        })),
      },
      {
        name: 'remote_before',
        items: changes.remoteBefore.map((machine) => ({
          ...describeMachine(machine),
          ports: machine.services.map(formatPort),
        })),
      },
    ],
  };
}

export function describeOpenUnused({ unused, hidden, observed, suppressed }: OpenUnused): Records {
  return {
    head: {
      schema: 'synsum.open-unused',
      version: OPEN_UNUSED_VERSION,
      observed_seconds: observed / MICROSECONDS,
      silenced: suppressed,
    },
    lists: [
      { name: 'unused', items: unused.map(describeService) },
      {
        name: 'hidden',
        items: hidden.map((service) => ({
          ...describeService(service),
          connections: service.connections,
          state: service.state ?? null,
          down: service.isDown,
        })),
      },
    ],
  };
}

function describeMachine({ machine, address }: MachineAt): object {
  return { machine, address };
}

function describeService(service: ServiceAt): object {
  const { port, protocol, service: name, product } = service;
  return { ...describeMachine(service), port, protocol, service: name, product };
}

function describeTimes({ firstSeen, lastSeen }: { firstSeen: number; lastSeen: number }): object {
  return { first_seen: formatTime(firstSeen), last_seen: formatTime(lastSeen) };
}

/** Returns the same fields for every kind. */
function describeAbsence(absence: Absence): object {
  const silence = absence.kind === 'silent' ? absence : undefined;
  return {
    kind: absence.kind,
    expected: silence?.expected ?? null,
    state: absence.kind === 'not-open' ? (absence.state ?? null) : null,
    observed_seconds: silence === undefined ? null : silence.observed / MICROSECONDS,
    connections: silence?.seen ?? null,
  };
}
