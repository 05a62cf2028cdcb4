// A summary as the JSON and NDJSON views write it, field by field as docs/output.md describes it. This is the
// schema: renaming a field here breaks its readers.

import { evidenceFields, problemFields, totalsFields } from '../../inventory/document/fields.js';
import type { Inventory, Undecoded } from '../../inventory/inventory.js';
import type { Column, Summary, SummaryRow } from '../../inventory/summary/summary.js';
import { countUndecoded, knownUndecoded } from '../../inventory/undecoded.js';
import { stringifyJson } from '../../text/escape.js';
import { formatTime } from '../../text/time.js';
import { JsonFields, type Records } from './json.js';
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

function* describeRows({ rows, by }: Summary): Generator<JsonFields, void, undefined> {
  const columns = ROW_COLUMNS.filter(({ column }) => by.includes(column));
  for (const row of rows) {
    let text = `"count":${row.count}`;
    for (const { write } of columns) text += write(row);
    text += `,"first_seen":"${formatTime(row.firstSeen)}","last_seen":"${formatTime(row.lastSeen)}"`;
    const evidence = evidenceFields(row.handshakes ?? 0, row.evidence);
    if (evidence !== undefined) text += `,"evidence":${JSON.stringify(evidence)}`;
    if (row.judgement !== undefined) text += `,${JSON.stringify(verdictFields(row.judgement)).slice(1, -1)}`;
    yield new JsonFields(text);
  }
}

/** The fields of each column that a summary may be grouped by, in the order in which they are written. */
const ROW_COLUMNS: readonly { readonly column: Column; readonly write: (row: SummaryRow) => string }[] = [
  {
    column: 'client',
    write: ({ client, clientAddresses }) =>
      `,"client":${quoted(client)},"client_addresses":${listed(clientAddresses)}`,
  },
  {
    column: 'server',
    write: ({ server, serverAddresses }) =>
      `,"server":${quoted(server)},"server_addresses":${listed(serverAddresses)}`,
  },
  {
    column: 'service',
    write: ({ service, ports }) => `,"service":${quoted(service)},"ports":[${ports.join()}]`,
  },
  // The row `(other)` has none of these.
  { column: 'port', write: ({ port }) => (port === undefined ? '' : `,"port":${port}`) },
  { column: 'hour', write: ({ hour }) => (hour === undefined ? '' : `,"hour":${quoted(hour)}`) },
  { column: 'day', write: ({ day }) => (day === undefined ? '' : `,"day":${quoted(day)}`) },
];

/** Nearly every text: JSON has it as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text = ''): string {
  return PLAIN.test(text) ? `"${text}"` : stringifyJson(text);
}

function listed(texts: readonly string[]): string {
  if (texts.length === 1) return `[${quoted(texts[0])}]`;
  return texts.length === 0 ? '[]' : stringifyJson(texts);
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
