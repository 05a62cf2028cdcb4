// The tables of a store, which docs/store.md describes: people and Grafana read them too.

import { TOTALS } from '../../inventory/document/fields.js';
import { COMMON_COUNTERS, RARE_COUNTERS } from './counters.js';

/** `PRAGMA application_id`, which `file` and synsum recognise a store by: "syns". */
export const APPLICATION_ID = 0x73796e73;
/** `PRAGMA user_version`. Raised when a table changes, with a migration from the version before. */
export const SCHEMA_VERSION = 3;

/** The totals of a batch, by their columns. */
export const TOTAL_COLUMNS: readonly string[] = Object.keys(TOTALS);

/** The tables that have more of some uses. Versions 1 and 2 have it in `uses`. */
export const TABLES_OF_SOME: readonly string[] = ['details', 'sketches'];
/** The tables that share the key of uses. */
export const TABLES_OF_USES: readonly string[] = ['uses', ...TABLES_OF_SOME];

const KEY = `slot INTEGER NOT NULL REFERENCES slots,
  server INTEGER NOT NULL REFERENCES addresses,
  port INTEGER NOT NULL,
  client INTEGER NOT NULL REFERENCES addresses`;

const USES = `-- The SYN-ACKs of one slot by server, port and client. The first one came \`first\` microseconds after the start of the
-- slot, the last one \`span\` microseconds after the first.
CREATE TABLE uses (
  ${KEY},
  syn_acks INTEGER NOT NULL,
  first INTEGER NOT NULL,
  span INTEGER NOT NULL,
  ${COMMON_COUNTERS.map((name) => `${name} INTEGER,`).join('\n  ')}
  PRIMARY KEY (slot, server, port, client)
) STRICT, WITHOUT ROWID;

-- The rest of the evidence, for uses in which any of it is not 0.
CREATE TABLE details (
  ${KEY},
  ${RARE_COUNTERS.map((name) => `${name} INTEGER NOT NULL,`).join('\n  ')}
  PRIMARY KEY (slot, server, port, client)
) STRICT, WITHOUT ROWID;

-- Data to estimate the number of remote clients from.
CREATE TABLE sketches (
  ${KEY},
  clients BLOB NOT NULL,
  PRIMARY KEY (slot, server, port, client)
) STRICT, WITHOUT ROWID;
`;

const VIEW = `CREATE VIEW uses_with_names AS
SELECT datetime(slots.start / 1000000, 'unixepoch') AS start, slots.length / 3600000000.0 AS hours,
  sensors.name AS sensor, s.address AS server, uses.port, c.address AS client, uses.syn_acks,
  uses.syn_acks - uses.copies - coalesce(details.resent + details.mutual, 0) AS handshakes, uses.data
FROM uses JOIN slots ON slots.id = uses.slot JOIN sensors ON sensors.id = slots.sensor
  JOIN addresses AS s ON s.id = uses.server JOIN addresses AS c ON c.id = uses.client
  LEFT JOIN details ON details.slot = uses.slot AND details.server = uses.server AND details.port = uses.port
    AND details.client = uses.client;
`;

const USE_KEY = 'slot, server, port, client';
/** The contents of these tables, from the uses of version 1 or 2. */
const usesIn = (uses: string): string =>
  `SELECT ${USE_KEY}, syn_acks, first, span, ${COMMON_COUNTERS.join()} FROM ${uses}`;
const detailsIn = (uses: string): string =>
  `SELECT ${USE_KEY}, ${RARE_COUNTERS.join()} FROM ${uses} WHERE ${RARE_COUNTERS.join(' + ')} > 0`;
const sketchesIn = (uses: string): string =>
  `SELECT ${USE_KEY}, clients FROM ${uses} WHERE clients IS NOT NULL`;

/**
 * The changes that make a store of each version one of the next. Stores of all versions can be read: views supply the
 * tables that an earlier one lacks.
 */
export const MIGRATIONS: ReadonlyMap<number, string> = new Map([
  [1, 'ALTER TABLE batches ADD COLUMN is_last INTEGER'],
  [
    2,
    `DROP INDEX services_by_time;
    DROP VIEW uses_with_names;
    ALTER TABLE uses RENAME TO old_uses;
    ${USES}
    INSERT INTO uses ${usesIn('old_uses')} ORDER BY ${USE_KEY};
    INSERT INTO details ${detailsIn('old_uses')};
    INSERT INTO sketches ${sketchesIn('old_uses')};
    DROP TABLE old_uses;
    ${VIEW}`,
  ],
]);

/** Views that make the uses of version 1 or 2 look like those of this version. */
export const VIEWS_OF_OLD_USES: string = `CREATE TEMP VIEW uses AS ${usesIn('main.uses')};
  CREATE TEMP VIEW details AS ${detailsIn('main.uses')};
  CREATE TEMP VIEW sketches AS ${sketchesIn('main.uses')}`;

/**
 * Times are microseconds since the epoch. Slots carry the time: one for each hour of a batch, or a longer one if hours
 * have been added up or were never known. A batch can be replaced until its slots are added up with others.
 */
export const TABLES: string = `
CREATE TABLE sensors (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- What was local or named while a batch was counted: a JSON list of ranges; NULL if that is not known.
CREATE TABLE scopes (
  id INTEGER PRIMARY KEY,
  ranges TEXT UNIQUE
) STRICT;

-- One source that was recorded in one transaction.
CREATE TABLE batches (
  id INTEGER PRIMARY KEY,
  sensor INTEGER NOT NULL REFERENCES sensors,
  scope INTEGER NOT NULL REFERENCES scopes,
  recorded INTEGER NOT NULL,
  source TEXT NOT NULL,
  -- A digest of the beginning of a capture. Pieces of one have numbers, and is_last is 1 if it ended with that piece.
  stream TEXT,
  sequence INTEGER,
  is_last INTEGER,
  -- SYN-ACKs in uses, by which \`history verify\` checks them; folded ones are in no row.
  rows INTEGER NOT NULL,
  row_syn_acks INTEGER NOT NULL,
  folded_rows INTEGER NOT NULL,
  folded_syn_acks INTEGER NOT NULL,
  folded_first INTEGER,
  folded_last INTEGER,
  folded_evidence TEXT,
  -- Packets that were not decoded to their end, as a JSON list like that of saved inventories; NULL if not known.
  undecoded TEXT,
  ${TOTAL_COLUMNS.map((name) => `${name} INTEGER NOT NULL,`).join('\n  ')}
  UNIQUE (stream, sequence)
) STRICT;

-- Every capture that was recorded, by the SHA-256 of its decompressed bytes.
CREATE TABLE captures (
  id INTEGER PRIMARY KEY,
  batch INTEGER NOT NULL REFERENCES batches,
  digest TEXT UNIQUE,
  name TEXT NOT NULL,
  format TEXT NOT NULL,
  packets_read INTEGER NOT NULL,
  syn_acks INTEGER NOT NULL,
  first_seen INTEGER,
  last_seen INTEGER,
  problems TEXT NOT NULL
) STRICT;
CREATE INDEX captures_by_batch ON captures (batch);
CREATE INDEX captures_by_time ON captures (first_seen);

-- Files that were recorded, so that they are not read again while they stay the same.
CREATE TABLE files (
  sensor INTEGER NOT NULL REFERENCES sensors,
  path TEXT NOT NULL,
  size INTEGER NOT NULL,
  modified REAL NOT NULL,
  changed REAL NOT NULL,
  digest TEXT,
  PRIMARY KEY (sensor, path)
) STRICT, WITHOUT ROWID;

-- \`_\` is any remote machine.
CREATE TABLE addresses (
  id INTEGER PRIMARY KEY,
  family INTEGER NOT NULL,
  address TEXT NOT NULL,
  UNIQUE (address, family)
) STRICT;

-- A span of time, from \`start\` on and before \`start + length\`.
CREATE TABLE slots (
  id INTEGER PRIMARY KEY,
  sensor INTEGER NOT NULL REFERENCES sensors,
  scope INTEGER NOT NULL REFERENCES scopes,
  -- NULL once slots of several batches have been added up.
  batch INTEGER REFERENCES batches,
  start INTEGER NOT NULL,
  length INTEGER NOT NULL
) STRICT;
CREATE INDEX slots_by_time ON slots (start, length);
CREATE INDEX slots_by_batch ON slots (batch);

${USES}
-- Every service that was ever recorded; nothing removes it.
CREATE TABLE services (
  server INTEGER NOT NULL REFERENCES addresses,
  port INTEGER NOT NULL,
  sensor INTEGER NOT NULL REFERENCES sensors,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  -- NULL if data was never seen to be sent.
  first_used INTEGER,
  last_used INTEGER,
  PRIMARY KEY (server, port, sensor)
) STRICT, WITHOUT ROWID;

-- The output of nmap, as the documents that synsum saves.
CREATE TABLE scans (
  digest TEXT PRIMARY KEY,
  batch INTEGER NOT NULL REFERENCES batches,
  started INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT;

-- SYN-ACKs whose rows were removed, because nobody needs them after such a time.
CREATE TABLE pruned (
  until INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  syn_acks INTEGER NOT NULL
) STRICT;

${VIEW}`;
