// The machines of an inventory, a row for each address: what they offer and what they use.

import type { Protocol } from '../../ip/port.js';
import type { Names } from '../../names/names.js';
import type { MachinePattern } from '../../names/patterns.js';
import { compareBytes } from '../../text/compare-bytes.js';
import { describeEndpoint } from '../endpoints.js';
import {
  type Evidence,
  isSeen,
  type KnownBy,
  knownByOf,
  type Machine,
  type Service,
  unite,
} from '../evidence.js';
import {
  addressTextOf,
  compareMachines,
  compareMachinesByAddress,
  comparePorts,
  labelOf,
  serviceNameOf,
} from '../labels.js';
import { isOwnMachine } from '../own-machines.js';
import { matchesMachine } from '../pattern-matching.js';
import type { Listed } from './listed.js';

/** The role of a machine; `none` if it answered a scan but neither offered nor used a service. */
export type Role = 'server' | 'client' | 'both' | 'none';

/** A port and the name of its service. */
export interface NamedPort {
  readonly port: number;
  readonly protocol: Protocol;
  /** `up:PORT` if it has no name. */
  readonly service: string;
}

/** One machine of a list. */
export interface HostRow {
  /** Name, or address if it has no name. */
  readonly host: string;
  readonly address: string;
  readonly role: Role;
  /** The services that it offers, by protocol and port. */
  readonly offered: readonly NamedPort[];
  /** The services that it uses, of local and remote machines, by protocol and port. */
  readonly used: readonly NamedPort[];
  /** Microseconds since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly known: KnownBy;
}

/** Selects the rows of a list of machines. */
export interface HostQuery {
  /** A row stays if at least one pattern matches, or if there are none. */
  readonly hosts?: readonly MachinePattern[];
  /** Also shows remote machines, if the inventory was read with `remote` or `keep`. */
  readonly remote?: boolean;
  /** Sorts addresses by number and before names, as people expect, instead of by text. */
  readonly byAddress?: boolean;
}

/**
 * Lists the machines of an inventory that are local or named, or that a scan found: a row for each address.
 * @returns rows by name or address
 */
export function listHosts(
  { machines, foldedRows }: Evidence,
  names: Names,
  { hosts = [], remote = false, byAddress = false }: HostQuery = {},
): Listed<HostRow> {
  const listed = [...machines.values()].filter(({ address, active }) =>
    isOwnMachine(address, remote || isSeen(active), names),
  );
  const rows = listed
    .filter(
      ({ address }) =>
        hosts.length === 0 ||
        hosts.some((pattern) => matchesMachine(pattern, describeEndpoint(address, names))),
    )
    .map((machine) => {
      const { address, active } = machine;
      return { machine, address, label: labelOf(address, names, remote || isSeen(active)) };
    })
    .sort(byAddress ? compareMachinesByAddress : compareMachines)
    .map(({ machine, label }) => describeHost(machine, label, names));
  return { rows, filteredOut: listed.length - rows.length, foldedRows };
}

function describeHost(machine: Machine, label: string, names: Names): HostRow {
  const { address, offered, used, passive, active } = machine;
  return {
    host: label,
    address: addressTextOf(address),
    role: roleOf(machine),
    offered: namePorts(offered, names),
    used: namePorts(
      used.map(({ service }) => service),
      names,
    ),
    ...unite(passive, active),
    known: knownByOf(machine),
  };
}

function roleOf({ offered, used }: Machine): Role {
  if (offered.length > 0) return used.length > 0 ? 'both' : 'server';
  return used.length > 0 ? 'client' : 'none';
}

/** Names the ports of the services; a port and name that several servers share is there once. */
function namePorts(services: readonly Service[], names: Names): NamedPort[] {
  const found = new Map<string, NamedPort>();
  for (const service of services) {
    const { port, protocol } = service;
    const name = serviceNameOf(service, names);
    found.set(`${protocol} ${port} ${name}`, { port, protocol, service: name });
  }
  return [...found.values()].sort((a, b) => comparePorts(a, b) || compareBytes(a.service, b.service));
}
