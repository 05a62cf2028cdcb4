// The past as a store remembers it, as views show it. Times are microseconds since the epoch.

import type { Address } from '../../ip/address.js';
import type { Names } from '../../names/names.js';
import type { MachinePattern, ServicePattern } from '../../names/patterns.js';
import { REMOTE } from '../../names/reserved-names.js';
import { HOUR } from '../../tally/layout.js';
import { compareBytes } from '../../text/compare-bytes.js';
import { describeEndpoint, type Endpoint, UNKEPT_ENDPOINT } from '../endpoints.js';
import { passesMachine, passesService } from '../pattern-matching.js';

/** A service as a store remembers it for ever. */
export interface RememberedService {
  /** Undefined for remote machines. */
  readonly address: Address | undefined;
  readonly port: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** When data was first and last sent; undefined if it was never seen. */
  readonly firstUsed: number | undefined;
  readonly lastUsed: number | undefined;
  /** Names of the sensors that saw it, sorted. */
  readonly sensors: readonly string[];
}

/** A remembered service with its names. */
export interface RememberedRow extends Omit<RememberedService, 'address'> {
  /** Name, address or `_`. */
  readonly server: string;
  /** Empty for remote machines. */
  readonly address: string;
  readonly service: string;
}

/** The SYN-ACKs of a span of time. */
export interface Activity {
  readonly start: number;
  readonly synAcks: number;
  /** Undefined if not all of it was recorded with evidence. */
  readonly handshakes: number | undefined;
  /** Distinct servers and ports. */
  readonly services: number;
  /** Microseconds, if it is longer than the unit that was asked for, because its hours or days were added up. */
  readonly length?: number | undefined;
}

const HOURS: Readonly<Record<TimelineUnit, number>> = { hour: 1, day: 24, week: 168 };

/** The hours that a line of a timeline covers. */
export function hoursOf({ length }: Activity, unit: TimelineUnit): number {
  return length === undefined ? HOURS[unit] : length / HOUR;
}

export interface SensorState {
  readonly sensor: string;
  readonly captures: number;
  readonly synAcks: number;
  /** Times of its SYN-ACKs; undefined if there were none. */
  readonly firstSeen: number | undefined;
  readonly lastSeen: number | undefined;
  /** When it recorded last. */
  readonly recorded: number;
}

export interface RecordedCapture {
  readonly sensor: string;
  readonly name: string;
  readonly format: string;
  readonly digest: string | undefined;
  readonly packets: number;
  readonly synAcks: number;
  readonly firstSeen: number | undefined;
  readonly lastSeen: number | undefined;
  readonly recorded: number;
  /** How many problems there were in reading it. */
  readonly problems: number;
}

/** The answer of a store to a question, by its kind. */
export type History =
  | { readonly kind: 'services'; readonly rows: readonly RememberedRow[] }
  | { readonly kind: 'activity'; readonly unit: TimelineUnit; readonly rows: readonly Activity[] }
  | { readonly kind: 'sensors'; readonly rows: readonly SensorState[] }
  | { readonly kind: 'captures'; readonly rows: readonly RecordedCapture[] };

export type TimelineUnit = 'hour' | 'day' | 'week';
export const TIMELINE_UNITS: readonly TimelineUnit[] = ['hour', 'day', 'week'];

/** Which services to list. */
export interface HistoryFilter {
  readonly servers: readonly MachinePattern[];
  readonly services: readonly ServicePattern[];
}

/** Names the services that the patterns choose. The services of all remote servers are one for each port. */
export function nameServices(
  services: Iterable<RememberedService>,
  names: Names,
  filter: HistoryFilter,
  numeric: boolean,
): RememberedRow[] {
  const rows = new Map<string, RememberedRow>();
  const endpoints = new Map<Address | undefined, Endpoint>();
  for (const service of services) {
    const { address, port } = service;
    const endpoint = endpoints.get(address) ?? endpointOf(address, names);
    endpoints.set(address, endpoint);
    const serviceName = nameIfChosen(service, endpoint, names, filter);
    if (serviceName === undefined) continue;
    const isRemote = endpoint.label === REMOTE;
    const row = {
      ...service,
      server: numeric && !isRemote ? endpoint.addressText : endpoint.label,
      address: isRemote ? '' : endpoint.addressText,
      service: numeric ? `${port}/tcp` : serviceName,
    };
    const key = `${row.address} ${port}`;
    const known = rows.get(key);
    rows.set(key, known === undefined ? row : unite(known, row));
  }
  return [...rows.values()];
}

/** Whether patterns choose a service. */
export function isChosen(
  service: Pick<RememberedService, 'address' | 'port'>,
  names: Names,
  filter: HistoryFilter,
): boolean {
  return nameIfChosen(service, endpointOf(service.address, names), names, filter) !== undefined;
}

/** The name of a service, looked up only on machines that patterns choose; undefined if they do not choose it. */
function nameIfChosen(
  { address, port }: Pick<RememberedService, 'address' | 'port'>,
  endpoint: Endpoint,
  names: Names,
  { servers, services }: HistoryFilter,
): string | undefined {
  if (!passesMachine(servers, endpoint)) return undefined;
  const name = names.serviceNameOf(address, port);
  return passesService(services, name, port) ? name : undefined;
}

function endpointOf(address: Address | undefined, names: Names): Endpoint {
  return address === undefined ? UNKEPT_ENDPOINT : describeEndpoint(address, names);
}

function unite(a: RememberedRow, b: RememberedRow): RememberedRow {
  const firstUsed = Math.min(
    a.firstUsed ?? Number.POSITIVE_INFINITY,
    b.firstUsed ?? Number.POSITIVE_INFINITY,
  );
  const lastUsed = Math.max(a.lastUsed ?? Number.NEGATIVE_INFINITY, b.lastUsed ?? Number.NEGATIVE_INFINITY);
  const isUsed = firstUsed <= lastUsed;
  return {
    ...a,
    firstSeen: Math.min(a.firstSeen, b.firstSeen),
    lastSeen: Math.max(a.lastSeen, b.lastSeen),
    firstUsed: isUsed ? firstUsed : undefined,
    lastUsed: isUsed ? lastUsed : undefined,
    sensors: [...new Set([...a.sensors, ...b.sensors])].sort(compareBytes),
  };
}
