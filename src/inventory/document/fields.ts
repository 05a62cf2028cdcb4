// The fields that saved inventories share with the JSON of summaries and lists. Renaming one breaks the readers of both.

import type { RowEvidence } from '../../tally/row-evidence.js';
import type { Totals } from '../../tally/totals.js';
import type { Problem } from '../../text/problem.js';
import { formatTime } from '../../text/time.js';
import type { CaptureRecord } from '../inventory.js';
import type { Scan } from '../scan.js';

/** The numbers of `totals` by their names in JSON, in the order in which they are written. */
export const TOTALS: Readonly<Record<string, keyof Totals>> = {
  packets_read: 'packetsRead',
  syn_acks: 'synAcks',
  other_tcp: 'otherTcp',
  not_tcp: 'notTcp',
  later_fragments: 'laterFragments',
  not_ip: 'notIp',
  truncated: 'truncated',
  malformed: 'malformed',
  unknown_link_type: 'unknownLinkType',
  outside_time: 'outsideTime',
  bytes_read: 'bytesRead',
  bytes_skipped: 'bytesSkipped',
  gaps: 'gaps',
};

export function totalsFields(totals: Totals): Record<string, number> {
  return Object.fromEntries(Object.entries(TOTALS).map(([field, name]) => [field, totals[name]]));
}

/** The fields of a capture. JSON leaves out those that are undefined. */
export function captureFields(capture: CaptureRecord): object {
  const { digest, name, format, packetsRead, synAcks, firstSeen, lastSeen, since, until, problems } = capture;
  return {
    digest,
    name,
    format,
    packets_read: packetsRead,
    syn_acks: synAcks,
    ...spanFields(firstSeen, lastSeen),
    since: since === undefined ? undefined : formatTime(since),
    until: until === undefined ? undefined : formatTime(until),
    problems: problems.map(problemFields),
  };
}

export function problemFields({ kind, message, offset, length, line, column }: Problem): object {
  return { kind, message, offset, length, line, column };
}

/** The fields of a scan that say what it is; its targets, ports and hosts are not among them. */
export function scanFields({ digest, scanner, from, to, isComplete }: Scan): object {
  return { digest, scanner, from: formatTime(from), to: formatTime(to), complete: isComplete };
}

/** The counters of evidence by their names in JSON, in the order in which they are written. */
export const EVIDENCE: Readonly<Record<string, keyof RowEvidence>> = {
  copies: 'copies',
  resent: 'resent',
  late: 'late',
  mutual: 'mutual',
  plain: 'plain',
  proxied: 'proxied',
  port20: 'port20',
  low_ports: 'lowPorts',
  judged: 'judged',
  completed: 'completed',
  data: 'data',
  reset: 'reset',
};

/** Handshakes and their outcomes; undefined if these are not known. A literal, as there may be one for each of many rows. */
export function evidenceFields(
  handshakes: number,
  evidence: RowEvidence | undefined,
): Record<string, number> | undefined {
  if (evidence === undefined) return undefined;
  return {
    handshakes,
    copies: evidence.copies,
    resent: evidence.resent,
    late: evidence.late,
    mutual: evidence.mutual,
    plain: evidence.plain,
    proxied: evidence.proxied,
    port20: evidence.port20,
    low_ports: evidence.lowPorts,
    judged: evidence.judged,
    completed: evidence.completed,
    data: evidence.data,
    reset: evidence.reset,
  };
}

/** The counters that are not 0, for documents; undefined if they are not known. */
export function counterFields(evidence: RowEvidence | undefined): Record<string, number> | undefined {
  if (evidence === undefined) return undefined;
  const counters = Object.entries(EVIDENCE).map(([field, name]) => [field, evidence[name]] as const);
  return Object.fromEntries(counters.filter(([, value]) => value !== 0));
}

/** No fields if nothing was seen, and so the last time is before the first. */
export function spanFields(first: number, last: number): object {
  return first > last ? {} : { first_seen: formatTime(first), last_seen: formatTime(last) };
}
