// Reads from a store everything that is pushed: its batches with their rows, and which of them were pushed before.

import { readProblems } from '../../inventory/document/checks.js';
import { TOTALS } from '../../inventory/document/fields.js';
import { JsonReader } from '../../inventory/document/json.js';
import type { CaptureRecord } from '../../inventory/inventory.js';
import { parseAddress } from '../../ip/address.js';
import { toWords } from '../../ip/address-words.js';
import { REMOTE } from '../../names/reserved-names.js';
import type { Totals } from '../../tally/totals.js';
import { type BatchHead, NO_TIME, type StoredRow, type StoredService, scopeOf } from '../batch.js';
import { StoreError } from '../errors.js';
import { COMMON_COUNTERS, CountersReader, RARE_COUNTERS } from './counters.js';
import type { SqlRow, SqlValue } from './driver.js';
import { idOfBatch, NONE } from './pushed.js';
import { TOTAL_COLUMNS } from './schema.js';
import type { Store } from './store.js';

/** A batch of the store. */
export interface LocalBatch {
  readonly local: number;
  /** As in the fleet. */
  readonly id: string;
  readonly sensor: string;
  readonly recorded: number;
  readonly source: string;
  readonly scope: number;
}

/** The batches of a sensor, in the order in which they were recorded. */
export function localBatches(store: Store, sensor: string): LocalBatch[] {
  const digests = digestsByBatch(store, sensor);
  const rows = store.all(
    `SELECT batches.id, recorded, source, stream, sequence, scope FROM batches
      JOIN sensors ON sensors.id = sensor WHERE name = ? ORDER BY batches.id`,
    sensor,
  );
  return [...rows].map(([local, recorded, source, stream, sequence, scope]) => ({
    local: local as number,
    id: idOfBatch(sensor, digests.get(local as number) ?? [], { stream, sequence, recorded, source }),
    sensor,
    recorded: recorded as number,
    source: source as string,
    scope: scope as number,
  }));
}

function digestsByBatch(store: Store, sensor: string): Map<number, (string | null)[]> {
  const digests = new Map<number, (string | null)[]>();
  for (const table of ['captures', 'scans']) {
    const rows = store.all(
      `SELECT batch, digest FROM ${table} JOIN batches ON batches.id = batch JOIN sensors ON sensors.id = sensor
        WHERE sensors.name = ?`,
      sensor,
    );
    for (const [batch, digest] of rows) {
      const list = digests.get(batch as number) ?? [];
      digests.set(batch as number, list);
      list.push(digest as string | null);
    }
  }
  return digests;
}

/** Whether all rows of a batch are its own still: none was added up with those of others, or removed. */
export function isIntact(store: Store, { local }: LocalBatch): boolean {
  const found = store.get(
    `SELECT batches.rows, (SELECT count(*) FROM slots CROSS JOIN uses ON uses.slot = slots.id WHERE slots.batch = batches.id)
      FROM batches WHERE id = ?`,
    local,
  );
  return found !== undefined && found[0] === found[1];
}

/** Everything of a batch but its rows. @throws StoreError, DocumentError for a damaged store */
export function headOf(store: Store, batch: LocalBatch): BatchHead {
  const row = store.get(
    `SELECT ranges, stream, sequence, is_last, folded_rows, folded_syn_acks, folded_first, folded_last, undecoded, ${TOTAL_COLUMNS.join()}
      FROM batches JOIN scopes ON scopes.id = scope WHERE batches.id = ?`,
    batch.local,
  );
  if (row === undefined) throw new StoreError('a batch is missing');
  const [ranges, stream, sequence, isLast, rows, count, first, last, undecoded, ...totals] = row;
  return {
    id: batch.id,
    sensor: batch.sensor,
    kept: (ranges as string | null) ?? '',
    recorded: batch.recorded,
    source: batch.source,
    stream: sequence === null ? '' : ((stream as string | null) ?? ''),
    sequence: (sequence as number | null) ?? -1,
    isLast: isLast === 1,
    captures: capturesOf(store, batch.local),
    scans: [...store.all('SELECT digest, started, document FROM scans WHERE batch = ?', batch.local)].map(
      ([digest, started, document]) => ({
        digest: digest as string,
        started: started as number,
        document: document as string,
      }),
    ),
    folded: {
      rows: rows as number,
      count: count as number,
      first: (first as number | null) ?? Number.POSITIVE_INFINITY,
      last: (last as number | null) ?? Number.NEGATIVE_INFINITY,
    },
    undecoded: (undecoded as string | null) ?? '',
    totals: Object.fromEntries(
      TOTAL_COLUMNS.map((column, at) => [TOTALS[column], totals[at] as number]),
    ) as unknown as Totals,
  };
}

function capturesOf(store: Store, batch: number): CaptureRecord[] {
  const rows = store.all(
    `SELECT digest, name, format, packets_read, syn_acks, first_seen, last_seen, problems FROM captures
      WHERE batch = ? ORDER BY id`,
    batch,
  );
  return [...rows].map(([digest, name, format, packetsRead, synAcks, firstSeen, lastSeen, problems]) => ({
    ...(digest === null ? {} : { digest: digest as string }),
    name: name as string,
    format: format as string,
    packetsRead: packetsRead as number,
    synAcks: synAcks as number,
    firstSeen: (firstSeen as number | null) ?? Number.POSITIVE_INFINITY,
    lastSeen: (lastSeen as number | null) ?? Number.NEGATIVE_INFINITY,
    problems: readProblems(new JsonReader(problems as string)),
  }));
}

/** The rows in the slots of a batch. */
export function rowsOfBatch(store: Store, { local }: LocalBatch): Generator<StoredRow> {
  return rowsIn(store, 'slots.batch = ?', [local]);
}

/** The rows that belong to no batch alone any more, of a sensor and what was local then. */
export function rowsOfSums(store: Store, sensor: string, scope: number): Generator<StoredRow> {
  return rowsIn(
    store,
    'slots.batch IS NULL AND slots.scope = ? AND slots.sensor = (SELECT id FROM sensors WHERE name = ?)',
    [scope, sensor],
  );
}

const COUNTERS = new CountersReader([...COMMON_COUNTERS, ...RARE_COUNTERS]);
/** Where the counters begin in a row. */
const COUNTERS_AT = 11;

function* rowsIn(store: Store, where: string, values: readonly SqlValue[]): Generator<StoredRow> {
  const scopes = new Map<number, bigint>();
  for (const [id, ranges] of store.all('SELECT id, ranges FROM scopes')) {
    scopes.set(id as number, scopeOf((ranges as string | null) ?? ''));
  }
  const words = new WordsOf();
  const rows = store.all(
    `SELECT slots.start, slots.length, slots.scope, s.family, s.address, port, c.address, syn_acks, first, span, clients,
        ${COMMON_COUNTERS.join()}, ${RARE_COUNTERS.map((name) => `coalesce(${name}, 0)`).join()}
      FROM slots CROSS JOIN uses ON uses.slot = slots.id LEFT JOIN details USING (slot, server, port, client)
        LEFT JOIN sketches USING (slot, server, port, client)
        JOIN addresses AS s ON s.id = server JOIN addresses AS c ON c.id = client WHERE ${where}`,
    ...values,
  );
  for (const row of rows) yield readRow(row, scopes, words);
}

function readRow(row: SqlRow, scopes: ReadonlyMap<number, bigint>, words: WordsOf): StoredRow {
  const [start, length, scope, family, server, port, client, count, first, span, clients] = row;
  const time = (start as number) + (first as number);
  const evidence = COUNTERS.read(row, COUNTERS_AT);
  return {
    slot: { start: start as number, length: length as number },
    scope: scopes.get(scope as number) ?? 0n,
    row: {
      family: family as 4 | 6,
      server: words.of(server as string),
      port: port as number,
      client: words.of(client as string),
      count: count as number,
      first: time,
      last: time + (span as number),
      ...(evidence === undefined ? {} : { evidence }),
      ...(clients === null ? {} : { remoteClients: clients as Uint8Array }),
    },
  };
}

/** The words of addresses, most of which occur many times. */
class WordsOf {
  readonly #known = new Map<string, Uint32Array>();

  of(text: string): Uint32Array | undefined {
    if (text === REMOTE) return undefined;
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const address = parseAddress(text);
    if (address === undefined)
      throw new StoreError('table addresses: found a value that synsum does not write');
    const words = toWords(address);
    if (this.#known.size === MAX_KNOWN) this.#known.clear();
    this.#known.set(text, words);
    return words;
  }
}

const MAX_KNOWN = 100_000;

/** All services that a sensor ever saw. */
export function* servicesOf(store: Store, sensor: string): Generator<StoredService> {
  const words = new WordsOf();
  const rows = store.all(
    `SELECT family, address, port, first_seen, last_seen, first_used, last_used FROM services
      JOIN addresses ON addresses.id = server JOIN sensors ON sensors.id = sensor WHERE name = ?`,
    sensor,
  );
  for (const [family, address, port, firstSeen, lastSeen, firstUsed, lastUsed] of rows) {
    yield {
      family: family as 4 | 6,
      server: words.of(address as string),
      port: port as number,
      firstSeen: firstSeen as number,
      lastSeen: lastSeen as number,
      firstUsed: (firstUsed as number | null) ?? NO_TIME.first,
      lastUsed: (lastUsed as number | null) ?? NO_TIME.last,
    };
  }
}

/** A batch that is in the store no more, and the one that it became part of, if there is one. */
export interface RemovedBatch {
  readonly id: string;
  readonly by: number | undefined;
}

export function removedBatches(store: Store, sensor: string): RemovedBatch[] {
  const rows = store.all('SELECT batch, replaced_by FROM removed WHERE sensor = ?', sensor);
  return [...rows].map(([id, by]) => ({ id: id as string, by: by === NONE ? undefined : (by as number) }));
}

/** The names of what was pushed to a fleet. */
export function pushedTo(store: Store, target: string): Set<string> {
  return new Set(
    [...store.all('SELECT batch FROM pushed WHERE target = ?', target)].map(([id]) => id as string),
  );
}

/** Notes that batches are in a fleet. Those that are not in the store, such as removed ones, have no number. */
export function notePushed(
  store: Store,
  target: string,
  batches: readonly (Pick<LocalBatch, 'id'> & Partial<LocalBatch>)[],
): void {
  store.transaction(() => {
    for (const { id, local = -1, recorded = 0 } of batches) {
      // Meanwhile another batch may have its number.
      const found = store.value('SELECT id FROM batches WHERE id = ? AND recorded = ?', local, recorded);
      store.run('INSERT OR REPLACE INTO pushed (target, batch, local) VALUES (?, ?, ?)', target, id, found);
    }
  });
}
