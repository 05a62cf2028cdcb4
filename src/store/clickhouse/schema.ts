// The tables of a fleet, which docs/fleet.md describes: the same on every shard, and on every version of ClickHouse.
//
// Nothing is ever changed in place. Each insert gets a number of its own, its part, and counts only once a row of
// `batches` names it. That row is written last, so a batch is visible completely or not at all, and an insert whose answer
// was lost is repeated under another number. Part 0 has the sums of batches that were added up.

import { EVIDENCE, TOTALS } from '../../inventory/document/fields.js';

/** The row of `meta` with the version of these tables. Raised when a table changes. */
export const SCHEMA_VERSION = 1;

/** The counters of evidence, by their columns. */
export const EVIDENCE_COLUMNS: readonly string[] = Object.keys(EVIDENCE);

/** The totals of a batch, by their columns. */
export const TOTAL_COLUMNS: readonly string[] = Object.keys(TOTALS);

/** The types that a version of ClickHouse has: 18.16 has no IPv6, LowCardinality or codecs. */
export interface Dialect {
  readonly address: string;
  readonly name: string;
  /** Codecs for a column whose values grow, and for others. */
  readonly ascending: string;
  readonly packed: string;
}

const PLAIN: Dialect = { address: 'FixedString(16)', name: 'String', ascending: '', packed: '' };
const CURRENT: Dialect = {
  address: 'IPv6',
  name: 'LowCardinality(String)',
  ascending: 'CODEC(Delta, ZSTD)',
  packed: 'CODEC(ZSTD)',
};

/** From this version on, all of it has been tried for years. */
const CURRENT_SINCE = 21;

export function dialectOf(major: number): Dialect {
  return major >= CURRENT_SINCE ? CURRENT : PLAIN;
}

/** Seconds in a week. */
export const WEEK: number = 7 * 86_400;
/**
 * A batch counts only if its row is written in the week of its first insert or the day after that, by the clock of the server.
 * Weeks are added up a day later than that, so nothing that was sent is missing in the sums.
 */
const COMMIT_WITHIN = WEEK + 86_400;
export const CLOSED_AFTER: number = COMMIT_WITHIN + 86_400;
/** A condition on `batches`. */
export const IN_TIME: string = `committed < toUInt32(toDateTime(pushed)) + ${COMMIT_WITHIN}`;

/** Whether rows of a batch were added up: they were inserted from the week of its first insert to the one of its row. */
export const ADDED_UP =
  '(pushed IN (SELECT pushed FROM rollups) OR toMonday(toDateTime(committed)) IN (SELECT pushed FROM rollups))';

/** Parts were inserted in the week that begins on this Monday, by the clock of the server. Old weeks never change. */
const PUSHED = 'pushed Date DEFAULT toMonday(now())';

function columns(names: readonly string[], type: string): string {
  return names.map((name) => `${name} ${type},`).join('\n  ');
}

/** The statements that make the tables. */
export function tablesFor({ address, name, ascending, packed }: Dialect): string[] {
  return [
    `CREATE TABLE IF NOT EXISTS meta (
  key String,
  value String
) ENGINE = ReplacingMergeTree ORDER BY key`,
    `CREATE TABLE IF NOT EXISTS batches (
  batch String,
  attempt UInt64,
  pushed Date,
  committed UInt32 DEFAULT toUInt32(now()),
  sensor ${name},
  scope UInt64,
  kept String,
  recorded Int64,
  source String,
  stream String,
  sequence Int64,
  is_last UInt8,
  digests Array(String),
  parts Array(UInt64),
  replaces Array(String),
  doubtful UInt8,
  withdrawn UInt8,
  first_start Int64,
  last_end Int64,
  rows UInt64,
  row_syn_acks UInt64,
  folded_rows UInt64,
  folded_syn_acks UInt64,
  folded_first Int64,
  folded_last Int64,
  undecoded String,
  ${columns(TOTAL_COLUMNS, 'UInt64')}
  time DateTime ALIAS toDateTime(intDiv(recorded, 1000000))
) ENGINE = ReplacingMergeTree(attempt) ORDER BY (batch, sensor)`,
    `CREATE TABLE IF NOT EXISTS uses (
  ${PUSHED},
  part UInt64,
  sensor ${name},
  scope UInt64,
  start Int64 ${ascending},
  length Int64 ${packed},
  family UInt8,
  remote UInt8,
  server ${address} ${packed},
  port UInt16 ${packed},
  client ${address} ${packed},
  syn_acks UInt64 ${packed},
  first Int64 ${packed},
  span Int64 ${packed},
  known UInt8,
  ${columns(EVIDENCE_COLUMNS, `UInt64 ${packed}`)}
  clients String ${packed},
  time DateTime ALIAS toDateTime(intDiv(start, 1000000))
) ENGINE = ReplacingMergeTree PARTITION BY pushed
  ORDER BY (sensor, start, length, scope, part, family, remote, server, port, client)`,
    `CREATE TABLE IF NOT EXISTS services (
  ${PUSHED},
  part UInt64,
  family UInt8,
  remote UInt8,
  server ${address},
  port UInt16,
  sensor ${name},
  first_seen Int64 ${packed},
  last_seen Int64 ${packed},
  first_used Int64 ${packed},
  last_used Int64 ${packed}
) ENGINE = ReplacingMergeTree PARTITION BY pushed ORDER BY (family, remote, server, port, sensor, part)`,
    `CREATE TABLE IF NOT EXISTS captures (
  part UInt64,
  number UInt32,
  batch String,
  sensor ${name},
  digest String,
  name String,
  format String,
  packets_read UInt64,
  syn_acks UInt64,
  first_seen Int64,
  last_seen Int64,
  problem_count UInt32,
  problems String
) ENGINE = ReplacingMergeTree ORDER BY (sensor, batch, part, number)`,
    `CREATE TABLE IF NOT EXISTS scans (
  part UInt64,
  digest String,
  sensor ${name},
  started Int64,
  document String
) ENGINE = ReplacingMergeTree ORDER BY (sensor, digest, part)`,
    `CREATE TABLE IF NOT EXISTS files (
  sensor ${name},
  path String,
  size UInt64,
  modified Float64,
  changed Float64,
  digest String,
  noted UInt64
) ENGINE = ReplacingMergeTree(noted) ORDER BY (sensor, path)`,
    `CREATE TABLE IF NOT EXISTS rollups (
  pushed Date,
  noted UInt64,
  rows UInt64,
  syn_acks UInt64,
  pruned_until Int64,
  pruned_syn_acks UInt64,
  pruned_before UInt64
) ENGINE = ReplacingMergeTree(noted) ORDER BY pushed`,
    // The version is written last: where it is, all tables are.
    `INSERT INTO meta (key, value) VALUES ('version', '${SCHEMA_VERSION}')`,
  ];
}
