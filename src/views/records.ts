// The objects that the JSON and NDJSON views write, field by field as docs/output.md describes them. They
// are the schema: renaming a field here breaks its readers.

import type { Summary, SummaryRow } from '../inventory/summary.js';
import { formatTime } from './time.js';

/** The schema's name and version. The version grows when a field goes, is renamed or changes its meaning. */
export const SCHEMA: Readonly<{ schema: string; version: number }> = { schema: 'synsum.summary', version: 1 };

/** A row with what the `by` columns imply. JSON leaves out what is undefined. */
export function describeRow(row: SummaryRow, by: Summary['by']): object {
  const client = by.includes('client');
  const server = by.includes('server');
  const service = by.includes('service');
  return {
    count: row.count,
    client: client ? row.client : undefined,
    client_addresses: client ? row.clientAddresses : undefined,
    server: server ? row.server : undefined,
    server_addresses: server ? row.serverAddresses : undefined,
    service: service ? row.service : undefined,
    ports: service ? row.ports : undefined,
    port: by.includes('port') ? row.port : undefined,
    first_seen: formatTime(row.firstSeen),
    last_seen: formatTime(row.lastSeen),
  };
}

export function describeTotals({ totals, filteredOut }: Summary): object {
  return {
    packets_read: totals.packetsRead,
    syn_acks: totals.synAcks,
    other_tcp: totals.otherTcp,
    not_tcp: totals.notTcp,
    later_fragments: totals.laterFragments,
    not_ip: totals.notIp,
    truncated: totals.truncated,
    malformed: totals.malformed,
    unknown_link_type: totals.unknownLinkType,
    outside_time: totals.outsideTime,
    filtered_out: filteredOut,
    bytes_read: totals.bytesRead,
    bytes_skipped: totals.bytesSkipped,
    gaps: totals.gaps,
  };
}

export function describeRowsCut({ cut }: Summary): object {
  return { rows: cut.rows, syn_acks: cut.synAcks };
}

/** The captures read. JSON leaves out what is undefined. */
export function describeInputs({ inputs }: Summary): object[] {
  return inputs.map((input) => ({
    name: input.name,
    format: input.format,
    link_types: input.linkTypes,
    packets_read: input.packetsRead,
    problems: input.problems,
  }));
}
