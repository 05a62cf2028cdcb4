// Chooses connections by client, server and service, before lists and comparisons are made from them.

import type { Names } from '../names/names.js';
import type { MachinePattern, ServicePattern } from '../names/patterns.js';
import { addEvidence, NO_EVIDENCE, type RowEvidence } from '../tally/row-evidence.js';
import { describeEndpoint, type Endpoint, UNKEPT_ENDPOINT } from './endpoints.js';
import { type Evidence, type Machine, NEVER, relink, type Service, unite } from './evidence.js';
import { serviceNameOf } from './labels.js';
import { passesMachine, passesService } from './pattern-matching.js';

/** Patterns that a connection must pass; a list without patterns passes everything. */
export interface Filter {
  readonly clients?: readonly MachinePattern[];
  readonly servers?: readonly MachinePattern[];
  readonly services?: readonly ServicePattern[];
}

/** Whether a filter leaves out anything at all. */
export function isFiltering({ clients = [], servers = [], services = [] }: Filter): boolean {
  return clients.length + servers.length + services.length > 0;
}

/**
 * The evidence of the connections that pass: the services that have any, or that a scan found, and the machines that
 * take part. A filter of clients leaves out services that nobody used.
 */
export function filterEvidence(evidence: Evidence, names: Names, filter: Filter): Evidence {
  if (!isFiltering(filter)) return evidence;
  const services = evidence.services.flatMap((service) => filterService(service, names, filter) ?? []);
  return { ...evidence, services, machines: relink(services, evidence), whole: evidence };
}

/**
 * The same for inventories that are to be compared: a machine stays on every side that has it if it takes part on one,
 * so that it is not taken for new or gone.
 */
export function filterSides<const Sides extends readonly (Evidence | undefined)[]>(
  sides: Sides,
  names: Names,
  filter: Filter,
): Sides {
  if (!isFiltering(filter)) return sides;
  const filtered = sides.map((side) => side && filterEvidence(side, names, filter));
  const taking = new Set(filtered.flatMap((side) => (side === undefined ? [] : [...side.machines.keys()])));
  return sides.map((side, at) => {
    const chosen = filtered[at];
    if (side === undefined || chosen === undefined) return undefined;
    const machines = new Map<string, Machine>();
    for (const [address, machine] of side.machines) {
      if (!taking.has(address)) continue;
      const { offered = [], used = [] } = chosen.machines.get(address) ?? {};
      machines.set(address, { ...machine, offered, used });
    }
    return { ...chosen, machines };
  }) as unknown as Sides;
}

/** The service with the uses that pass; undefined if it does not pass. */
function filterService(
  service: Service,
  names: Names,
  { clients = [], servers = [], services = [] }: Filter,
): Service | undefined {
  const { address, port, protocol, uses, remoteClients } = service;
  if (!passesMachine(servers, endpointOf(service.address, names))) return undefined;
  if (services.length > 0 && !passesService(services, serviceNameOf(service, names), port, protocol)) {
    return undefined;
  }
  if (clients.length === 0) return service;
  const kept = uses.filter(({ client }) => passesMachine(clients, endpointOf(client, names)));
  if (kept.length === 0) return undefined;
  // The estimate covers the clients whose addresses were not kept, and others only together with these.
  const hasUnkept = kept.some(({ client }) => client === undefined);
  return {
    ...service,
    address,
    uses: kept,
    connections: kept.reduce((sum, { count }) => sum + count, 0),
    evidence: kept.reduce<RowEvidence | undefined>(
      (sum, { evidence }) => addEvidence(sum, evidence),
      NO_EVIDENCE,
    ),
    passive: kept.reduce(unite, NEVER),
    remoteClients: hasUnkept ? remoteClients : undefined,
  };
}

function endpointOf(address: Service['address'], names: Names): Endpoint {
  return address === undefined ? UNKEPT_ENDPOINT : describeEndpoint(address, names);
}
