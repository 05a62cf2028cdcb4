// The rows of the tables in RowBinary, as they are sent. docs/fleet.md describes the columns.

import { EVIDENCE } from '../../inventory/document/fields.js';
import type { RowEvidence } from '../../tally/row-evidence.js';
import type { StoredRow, StoredService } from '../batch.js';
import type { RowReader, RowWriter } from './row-binary.js';
import { EVIDENCE_COLUMNS } from './schema.js';

/** Bits of `remote`: an end that has no address, because it was not local. */
const REMOTE_SERVER = 1;
const REMOTE_CLIENT = 2;

export const EVIDENCE_NAMES: readonly (keyof RowEvidence)[] = EVIDENCE_COLUMNS.map(
  (column) => EVIDENCE[column] as keyof RowEvidence,
);

/** Columns of `uses` and `services` after the part, in the order in which they are written. */
export const USE_COLUMNS: readonly string[] = [
  'part',
  'sensor',
  'scope',
  'start',
  'length',
  'family',
  'remote',
  'server',
  'port',
  'client',
  'syn_acks',
  'first',
  'span',
  'known',
  ...EVIDENCE_COLUMNS,
  'clients',
];
export const SERVICE_COLUMNS = [
  'part',
  'family',
  'remote',
  'server',
  'port',
  'sensor',
  'first_seen',
  'last_seen',
  'first_used',
  'last_used',
] as const;

const NO_CLIENTS = new Uint8Array(0);

export function writeUse(to: RowWriter, part: bigint, sensor: string, { slot, scope, row }: StoredRow): void {
  const { family, server, client, port, count, first, last, evidence, remoteClients } = row;
  to.id(part);
  to.text(sensor);
  to.id(scope);
  to.i64(slot.start);
  to.i64(slot.length);
  to.u8(family);
  to.u8((server === undefined ? REMOTE_SERVER : 0) | (client === undefined ? REMOTE_CLIENT : 0));
  to.words(server);
  to.u16(port);
  to.words(client);
  to.i64(count);
  to.i64(first - slot.start);
  to.i64(last - first);
  to.u8(evidence === undefined ? 0 : 1);
  for (const name of EVIDENCE_NAMES) to.i64(evidence?.[name] ?? 0);
  to.bytes(remoteClients ?? NO_CLIENTS);
}

export function writeService(to: RowWriter, part: bigint, sensor: string, service: StoredService): void {
  const { family, server, port, firstSeen, lastSeen, firstUsed, lastUsed } = service;
  to.id(part);
  to.u8(family);
  to.u8(server === undefined ? REMOTE_SERVER : 0);
  to.words(server);
  to.u16(port);
  to.text(sensor);
  to.i64(firstSeen);
  to.i64(lastSeen);
  to.i64(firstUsed);
  to.i64(lastUsed);
}

/** A server and port, as answers begin with them. */
export interface ServiceKey {
  readonly family: 4 | 6;
  readonly server: Uint32Array | undefined;
  readonly port: number;
  /** Whether the client of the row is remote, if there is one. */
  readonly isRemoteClient: boolean;
}

/** The columns of a service, which answers are sorted by. */
export const SERVICE_KEY = 'family, remote, server, port';

/** @throws RangeError for a value that synsum does not write */
export function readServiceKey(row: RowReader): ServiceKey {
  const family = row.u8();
  const remote = row.u8();
  if ((family !== 4 && family !== 6) || remote > (REMOTE_SERVER | REMOTE_CLIENT)) {
    throw new RangeError('found an address that synsum does not write');
  }
  const server = row.words(family);
  return {
    family,
    server: (remote & REMOTE_SERVER) === 0 ? server : undefined,
    port: row.u16(),
    isRemoteClient: (remote & REMOTE_CLIENT) !== 0,
  };
}
