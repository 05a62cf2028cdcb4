// Changes, and the comparison of a scan with captures, in JSON, field by field as docs/diff.md describes them. This is the
// schema: renaming a field here breaks its readers.

import type { Absence, Changes, MachineAt, OpenUnused, ServiceAt } from '../../inventory/changes/changes.js';
import { formatTime } from '../../text/time.js';
import { countChanges } from '../changes/counts.js';
import type { Records } from './json.js';
import { verdictFields } from './verdict-fields.js';

/** Raised when a field is removed, is renamed, or changes its type or meaning. */
const CHANGES_VERSION = 2;
const OPEN_UNUSED_VERSION = 2;

const MICROSECONDS = 1e6;

export function describeChanges(changes: Changes, goneProbability: number): Records {
  return {
    head: {
      schema: 'synsum.changes',
      version: CHANGES_VERSION,
      changes: countChanges(changes),
      suppressed: changes.suppressed,
      gone_probability: goneProbability,
    },
    lists: [
      {
        name: 'added',
        type: 'added',
        items: changes.added.map((service) => ({
          ...describeService(service),
          connections: service.connections,
          ...describeTimes(service),
          known: service.known,
          ...verdictFields(service.judgement),
          answered_before: service.answeredBefore,
        })),
      },
      {
        name: 'gone',
        type: 'gone',
        items: changes.gone.map((service) => ({
          ...describeService(service),
          ...describeTimes(service),
          absence: describeAbsence(service.absence),
        })),
      },
      {
        name: 'changed',
        type: 'changed',
        items: changes.changed.map((service) => ({
          ...describeService(service),
          before: service.before,
          after: service.after,
        })),
      },
      {
        name: 'new_machines',
        type: 'new_machine',
        items: changes.newMachines.map((machine) => ({
          ...describeMachine(machine),
          ...describeTimes(machine),
          known: machine.known,
        })),
      },
      {
        name: 'gone_machines',
        type: 'gone_machine',
        items: changes.goneMachines.map((machine) => ({
          ...describeMachine(machine),
          ...describeTimes(machine),
          absence: describeAbsence(machine.absence),
        })),
      },
      {
        name: 'clients',
        type: 'clients',
        items: changes.clients.map((service) => ({
          ...describeService(service),
          added: service.added,
          gone: service.gone,
        })),
      },
      {
        name: 'unseen',
        type: 'unseen',
        items: changes.unseen.map((service) => ({
          ...describeService(service),
          ...describeTimes(service),
          expected: service.expected ?? null,
          observed_seconds: service.observed / MICROSECONDS,
        })),
      },
      {
        name: 'answered',
        type: 'answered',
        items: changes.answered.map((service) => ({
          ...describeService(service),
          connections: service.connections,
          ...describeTimes(service),
          ...verdictFields(service.judgement),
        })),
      },
      {
        name: 'remote_before',
        type: 'remote_before',
        items: changes.remoteBefore.map((machine) => ({
          ...describeMachine(machine),
          services: machine.services.map(({ port, protocol, service }) => ({ port, protocol, service })),
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
      suppressed,
    },
    lists: [
      { name: 'unused', type: 'unused', items: unused.map(describeService) },
      {
        name: 'hidden',
        type: 'hidden',
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

function describeService({ machine, address, ...service }: ServiceAt): object {
  const { port, protocol, service: name, product, version, extra } = service;
  return { server: machine, address, port, protocol, service: name, product, version, extra };
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
