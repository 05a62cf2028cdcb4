// Services and hosts as the JSON and NDJSON views write them, field by field as docs/output.md describes them.
// This is the schema: renaming a field here breaks its readers.

import { captureFields, evidenceFields, scanFields } from '../../inventory/document/fields.js';
import type { HostRow, NamedPort } from '../../inventory/lists/host-list.js';
import type { ServiceRow } from '../../inventory/lists/service-list.js';
import type { Scan } from '../../inventory/scan.js';
import { formatTime } from '../../text/time.js';
import type { Listing } from '../listing.js';
import type { RecordList, Records } from './json.js';
import { describeInputs, describeTotals } from './summary-records.js';
import { verdictFields } from './verdict-fields.js';

/** Raised when a field is removed, is renamed, or changes its type or meaning. */
const SERVICES_VERSION = 2;
const HOSTS_VERSION = 2;

export function describeServices(listing: Listing<ServiceRow>): Records {
  return {
    head: { schema: 'synsum.services', version: SERVICES_VERSION, ...describeHead(listing) },
    lists: [
      ...describeSources(listing),
      { name: 'services', type: 'service', items: mapped(listing.rows, describeService) },
    ],
  };
}

export function describeHosts(listing: Listing<HostRow>): Records {
  return {
    head: { schema: 'synsum.hosts', version: HOSTS_VERSION, ...describeHead(listing) },
    lists: [
      ...describeSources(listing),
      { name: 'machines', type: 'machine', items: mapped(listing.rows, describeHost) },
    ],
  };
}

function describeHead({
  inventory,
  foldedRows,
  filteredOut,
  cutRows,
}: Listing<unknown>): Record<string, unknown> {
  return {
    totals: describeTotals(inventory),
    rows_folded: foldedRows,
    rows_filtered: filteredOut,
    rows_cut: { rows: cutRows },
  };
}

function describeSources({ inventory }: Listing<unknown>): RecordList[] {
  return [
    { name: 'inputs', items: describeInputs(inventory) },
    { name: 'captures', items: inventory.captures.map(captureFields) },
    { name: 'scans', items: inventory.scans.map(describeScan) },
  ];
}

function describeService(row: ServiceRow): object {
  return {
    server: row.server,
    address: row.address,
    port: row.port,
    protocol: row.protocol,
    service: row.service,
    product: row.product,
    version: row.version,
    extra: row.extra,
    state: row.state ?? null,
    connections: row.connections,
    evidence: evidenceFields(row.handshakes ?? 0, row.evidence),
    ...verdictFields(row.judgement),
    local_clients: row.localClients,
    remote_clients: row.remoteClients,
    remote_clients_error: row.remoteClientsError,
    first_seen: formatTime(row.firstSeen),
    last_seen: formatTime(row.lastSeen),
    known: row.known,
  };
}

function describeHost(row: HostRow): object {
  return {
    machine: row.host,
    address: row.address,
    role: row.role,
    offered: row.offered.map(describePort),
    used: row.used.map(describePort),
    connections: row.connections,
    first_seen: formatTime(row.firstSeen),
    last_seen: formatTime(row.lastSeen),
    known: row.known,
  };
}

function describePort({ port, protocol, service, judgement }: NamedPort): object {
  return { port, protocol, service, ...verdictFields(judgement) };
}

function describeScan(scan: Scan): object {
  return { ...scanFields(scan), machines_up: scan.hosts.length };
}

function* mapped<Row>(
  rows: Iterable<Row>,
  describe: (row: Row) => object,
): Generator<object, void, undefined> {
  for (const row of rows) yield describe(row);
}
