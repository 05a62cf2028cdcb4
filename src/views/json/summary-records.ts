// A summary as the JSON and NDJSON views write it, field by field as docs/output.md describes it. This is the
// schema: renaming a field here breaks its readers.

import { evidenceFields, problemFields, totalsFields } from '../../inventory/document/fields.js';
import type { Inventory, Undecoded } from '../../inventory/inventory.js';
import type { Summary, SummaryRow } from '../../inventory/summary/summary.js';
import { countUndecoded, knownUndecoded } from '../../inventory/undecoded.js';
import { formatTime } from '../../text/time.js';
import type { Records } from './json.js';
import { verdictFields } from './verdict-fields.js';

/** Raised when a field is removed, is renamed, or changes its type or meaning. */
const VERSION = 2;

export function describeSummary(summary: Summary): Records {
  const leftOut = summary.unchosen + summary.uncounted;
  return {
    head: {
      schema: 'synsum.summary',
      version: VERSION,
      by: summary.by,
      ...(summary.counted === 'syn-acks' ? {} : { counted: summary.counted }),
      ...(summary.tz === undefined ? {} : { tz: summary.tz }),
      totals: describeTotals(summary, summary.filteredOut),
      ...(leftOut === 0 ? {} : { left_out: { syn_acks: leftOut } }),
      rows_cut: { rows: summary.cut.rows, syn_acks: summary.cut.synAcks },
      rows_folded: summary.foldedRows,
    },
    lists: [
      { name: 'inputs', items: describeInputs(summary) },
      { name: 'rows', type: 'row', items: describeRows(summary) },
    ],
  };
}

function* describeRows(summary: Summary): Generator<object, void, undefined> {
  for (const row of summary.rows) yield describeRow(row, summary.by);
}

/** Describes a row, with the fields of the `by` columns. JSON leaves out those that are undefined. */
function describeRow(row: SummaryRow, by: Summary['by']): object {
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
    hour: row.hour,
    day: row.day,
    first_seen: formatTime(row.firstSeen),
    last_seen: formatTime(row.lastSeen),
    evidence: evidenceFields(row.handshakes ?? 0, row.evidence),
    ...verdictFields(row.judgement),
  };
}

/** The numbers of packets and bytes, with SYN-ACKs that were filtered out if the view can filter. */
export function describeTotals(
  { totals, inputs }: Pick<Inventory, 'totals' | 'inputs'>,
  filteredOut?: number,
): object {
  const { bytes_read, bytes_skipped, gaps, ...packets } = totalsFields(totals);
  const undecoded = knownUndecoded(inputs);
  return {
    ...packets,
    ...(undecoded === undefined ? {} : undecodedFields(undecoded)),
    filtered_out: filteredOut,
    bytes_read,
    bytes_skipped,
    gaps,
  };
}

function undecodedFields(undecoded: readonly Undecoded[]): object {
  const { tcpTooShort: tcp_too_short, encrypted, undecodable } = countUndecoded(undecoded);
  return { tcp_too_short, encrypted, undecodable };
}

/** Describes the inputs. JSON leaves out fields that are undefined. */
export function describeInputs({ inputs }: Pick<Inventory, 'inputs'>): object[] {
  return inputs.map((input) => ({
    name: input.name,
    format: input.format,
    link_types: input.linkTypes,
    packets_read: input.packetsRead,
    undecoded: input.undecoded,
    problems: input.problems.map(problemFields),
    notes: input.notes?.map(problemFields),
  }));
}
