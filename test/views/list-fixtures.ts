// Services and hosts to render.

import fc from 'fast-check';
import type { KnownBy } from '../../src/inventory/evidence.js';
import type { HostRow, NamedPort } from '../../src/inventory/lists/host-list.js';
import type { ServiceRow } from '../../src/inventory/lists/service-list.js';
import type { Scan } from '../../src/inventory/scan.js';
import { PORT_STATES } from '../../src/inventory/scan.js';
import { PROTOCOLS } from '../../src/ip/port.js';
import { type ListFormat, type Listing, renderHosts, renderServices } from '../../src/views/index.js';
import { anyName, NO_TOTALS, NOON } from './fixtures.js';

export function makeService(parts: Partial<ServiceRow> = {}): ServiceRow {
  return {
    server: 'minnie',
    address: '12.13.15.163',
    port: 80,
    protocol: 'tcp',
    service: 'http',
    product: '',
    version: '',
    extra: '',
    state: undefined,
    connections: 62,
    localClients: 3,
    remoteClients: 0,
    remoteClientsError: 0,
    firstSeen: NOON,
    lastSeen: NOON + 1_000_001,
    known: 'passive',
    ...parts,
  };
}

export function makeHost(parts: Partial<HostRow> = {}): HostRow {
  return {
    host: 'minnie',
    address: '12.13.15.163',
    role: 'both',
    offered: [namedPort(80, 'http')],
    used: [namedPort(22, 'ssh')],
    connections: 62,
    firstSeen: NOON,
    lastSeen: NOON + 1_000_001,
    known: 'passive',
    ...parts,
  };
}

export function namedPort(port: number, service: string, protocol: NamedPort['protocol'] = 'tcp'): NamedPort {
  return { port, protocol, service };
}

/** A listing that contains all its rows. */
export interface WrittenListing<Row> extends Listing<Row> {
  readonly rows: readonly Row[];
}

export function makeListing<Row>(
  rows: readonly Row[],
  parts: Partial<Omit<Listing<Row>, 'rows'>> = {},
): WrittenListing<Row> {
  return {
    rows,
    inventory: { inputs: [], captures: [], totals: NO_TOTALS, scans: [] },
    foldedRows: 0,
    filteredOut: 0,
    cutRows: 0,
    ...parts,
  };
}

export const SCAN: Scan = {
  digest: 'sha256:0b',
  scanner: 'nmap 7.93',
  from: NOON,
  to: NOON + 60_000_000,
  isComplete: true,
  targets: [],
  ports: { tcp: [], udp: [], sctp: [] },
  hosts: [{ address: { family: 4, value: 1n }, from: NOON, to: NOON, ports: [] }],
};

/** Passive and active, with and without product, estimated and exact clients, TCP and UDP, and remote servers. */
export const SERVICES: WrittenListing<ServiceRow> = makeListing([
  makeService({ remoteClients: 1243, remoteClientsError: 0.065 }),
  makeService({
    port: 8889,
    service: 'gnump3d',
    product: 'GNUMP3d streaming server',
    version: '2.9',
    state: 'open',
    connections: 12,
    localClients: 0,
    remoteClients: 4,
    known: 'both',
  }),
  makeService({
    server: '12.13.15.170',
    address: '12.13.15.170',
    port: 53,
    protocol: 'udp',
    service: 'domain',
    product: 'ISC BIND',
    version: '9.2.4',
    extra: 'Debian, of course',
    state: 'open|filtered',
    connections: 0,
    localClients: 0,
    known: 'active',
  }),
  makeService({ server: '_', address: '', port: 25, service: 'smtp', connections: 324, localClients: 1 }),
]);

export const HOSTS: WrittenListing<HostRow> = makeListing([
  makeHost({
    host: 'pluto',
    address: '12.13.15.166',
    role: 'server',
    offered: [
      namedPort(22, 'ssh'),
      namedPort(80, 'http'),
      namedPort(8080, 'http'),
      namedPort(8889, 'up:8889'),
      namedPort(53, 'domain', 'udp'),
      namedPort(1194, 'up:1194', 'udp'),
    ],
    used: [],
  }),
  makeHost({ host: '2001:db8::1', address: '2001:db8::1', role: 'client', offered: [] }),
  makeHost({ host: 'goofy', address: '12.13.15.167', role: 'none', offered: [], used: [], known: 'active' }),
]);

export async function servicesText(format: ListFormat, listing: Listing<ServiceRow>): Promise<string> {
  return [...(await renderServices(format, listing))].join('');
}

export async function hostsText(format: ListFormat, listing: Listing<HostRow>): Promise<string> {
  return [...(await renderHosts(format, listing))].join('');
}

const anyTime = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const anyPort = fc.integer({ min: 0, max: 65_535 });
const anyProtocol = fc.constantFrom(...PROTOCOLS);
const anyKnown = fc.constantFrom<KnownBy[]>('passive', 'active', 'both');
const anyNamedPort: fc.Arbitrary<NamedPort> = fc.record({
  port: anyPort,
  protocol: anyProtocol,
  service: anyName,
});

/** Any services, with any names. */
export const anyServices: fc.Arbitrary<WrittenListing<ServiceRow>> = fc
  .array(
    fc.record({
      server: anyName,
      address: anyName,
      port: anyPort,
      protocol: anyProtocol,
      service: anyName,
      product: anyName,
      version: anyName,
      extra: anyName,
      state: fc.option(fc.constantFrom(...PORT_STATES), { nil: undefined }),
      connections: fc.nat(),
      localClients: fc.nat(3),
      remoteClients: fc.nat(2000),
      remoteClientsError: fc.constantFrom(0, 0.065),
      firstSeen: anyTime,
      lastSeen: anyTime,
      known: anyKnown,
    }),
    { maxLength: 6 },
  )
  .map((rows) => makeListing(rows));

/** Any hosts, with any names. */
export const anyHosts: fc.Arbitrary<WrittenListing<HostRow>> = fc
  .array(
    fc.record({
      host: anyName,
      address: anyName,
      role: fc.constantFrom<HostRow['role'][]>('server', 'client', 'both', 'none'),
      offered: fc.array(anyNamedPort, { maxLength: 9 }),
      used: fc.array(anyNamedPort, { maxLength: 3 }),
      connections: fc.nat(),
      firstSeen: anyTime,
      lastSeen: anyTime,
      known: anyKnown,
    }),
    { maxLength: 6 },
  )
  .map((rows) => makeListing(rows));
