// Records an inventory into a store, as one batch in one transaction: after a crash at any point it is there or it is not.

import { problemFields, TOTALS } from '../../inventory/document/fields.js';
import type { CaptureRecord, Inventory } from '../../inventory/inventory.js';
import type { Scan } from '../../inventory/scan.js';
import { knownUndecoded } from '../../inventory/undecoded.js';
import { type AddressRange, formatRange } from '../../ip/address.js';
import type { Totals } from '../../tally/totals.js';
import { stringifyJson } from '../../text/escape.js';
import { clampTime } from '../../text/time.js';
import { hasNothing } from '../batch.js';
import { StoreError } from '../errors.js';
import { scanDocument } from '../scan-document.js';
import type { Batch, Outcome, PieceOfStream, RecordedFile } from '../store.js';
import { addressesOf, idOf, insert } from './numbers.js';
import { checkBeginning, isCapture, isPieceKnown, nameCapture, removeBatch, removeStream } from './pieces.js';
import { noteReplacement } from './pushed.js';
import { textIn } from './read-rows.js';
import { addRows } from './rows.js';
import { TOTAL_COLUMNS } from './schema.js';
import type { Store } from './store.js';

/**
 * Records a batch whole, or not at all.
 * @throws StoreError if it contains captures of which only some are recorded, or replaces one that cannot be replaced
 */
export function recordBatch(store: Store, batch: Batch): Outcome {
  try {
    return store.transaction(() => {
      const sensor = idOf(store, 'sensors', 'name', batch.sensor);
      const outcome = recordContents(store, sensor, batch);
      if (batch.file !== undefined) noteFile(store, sensor, batch.file);
      return outcome;
    });
  } catch (error) {
    addressesOf(store).forget();
    throw error;
  }
}

/**
 * Records a piece of a stream that has not ended, in the same way. Returns undefined, and records nothing, if the stream may
 * turn out to be a capture that was recorded.
 */
export function recordPiece(
  store: Store,
  batch: Batch,
  place: Pick<PieceOfStream, 'stream' | 'sequence'>,
): Outcome | undefined {
  const piece = { ...place, isLast: false };
  return isCapture(store, piece, batch.inventory) ? undefined : recordBatch(store, { ...batch, piece });
}

/** Whether a capture with this digest was recorded. */
export function hasCapture(store: Store, digest: string): boolean {
  return isKnown(store, 'captures', digest);
}

/** The files of a sensor that were recorded, by path. */
export function recordedFiles(store: Store, sensor: string): Map<string, RecordedFile> {
  const files = new Map<string, RecordedFile>();
  const rows = store.all(
    `SELECT path, size, modified, changed, files.digest FROM files JOIN sensors ON sensors.id = sensor
      WHERE sensors.name = ?`,
    sensor,
  );
  for (const [path, size, modified, changed, digest] of rows) {
    files.set(textIn('files', path), {
      path: textIn('files', path),
      size: size as number,
      modified: modified as number,
      changed: changed as number,
      ...(digest === null ? {} : { digest: digest as string }),
    });
  }
  return files;
}

function recordContents(store: Store, sensor: number, batch: Batch): Outcome {
  const { inventory, piece, replaces, stream = piece?.stream } = batch;
  if (piece === undefined && hasNothing(inventory)) return 'known';
  if (piece !== undefined && isPieceKnown(store, piece, inventory)) return 'known';
  const isBeginning = (piece?.sequence ?? 0) === 0;
  if (isBeginning && stream !== undefined) checkBeginning(store, stream, inventory, replaces);
  const { fresh, known } = splitKnown(store, inventory);
  if (fresh === 0 && known.length > 0) {
    // A stream that ends as a capture that is recorded has been that capture from its beginning.
    if (piece !== undefined && piece.sequence > 0) removeStream(store, piece.stream);
    return 'known';
  }
  if (known.length > 0) {
    throw new StoreError(
      `contains ${known[0]}, which is recorded, and ${fresh} more that are not; record the captures themselves`,
    );
  }
  if (replaces !== undefined) removeBatchOf(store, replaces);
  const scope = idOf(store, 'scopes', 'ranges', textOfRanges(inventory.kept));
  if (!isBeginning && stream !== undefined) nameCapture(store, stream);
  const id = addBatch(store, sensor, scope, batch);
  if (replaces !== undefined) noteReplacement(store, sensor, id);
  for (const capture of inventory.captures) addCapture(store, id, capture);
  for (const scan of inventory.scans) addScan(store, id, scan);
  const rows = addRows(store, { sensor, scope, batch: id }, inventory.tally);
  if (piece !== undefined && fresh + rows + inventory.totals.packetsRead === 0) {
    store.run('DELETE FROM batches WHERE id = ?', id);
    return 'known';
  }
  store.run('UPDATE batches SET rows = ? WHERE id = ?', rows, id);
  return replaces === undefined ? 'recorded' : 'replaced';
}

/** How many captures and scans are not recorded yet, and the names of those that are. */
function splitKnown(
  store: Store,
  { captures, scans }: Inventory,
): { readonly fresh: number; readonly known: readonly string[] } {
  const known = captures
    .filter(({ digest }) => digest !== undefined && isKnown(store, 'captures', digest))
    .map(({ name }) => name);
  const knownScans = scans
    .filter(({ digest }) => isKnown(store, 'scans', digest))
    .map(({ scanner }) => scanner);
  return {
    fresh: captures.length + scans.length - known.length - knownScans.length,
    known: [...known, ...knownScans],
  };
}

function isKnown(store: Store, table: 'captures' | 'scans', digest: string): boolean {
  return store.get(`SELECT 1 FROM ${table} WHERE digest = ?`, digest) !== undefined;
}

/** @throws StoreError if its rows have been added up with others, or removed */
function removeBatchOf(store: Store, digest: string): void {
  const id = store.value('SELECT batch FROM captures WHERE digest = ?', digest);
  if (id === null) return;
  if (!removeBatch(store, id as number)) {
    throw new StoreError('its hours were added up while it was read; record it again');
  }
}

function addBatch(
  store: Store,
  sensor: number,
  scope: number,
  { source, piece, stream = piece?.stream, inventory: { inputs, tally, totals } }: Batch,
): number {
  const { folded } = tally;
  const undecoded = knownUndecoded(inputs);
  const columns = {
    sensor,
    scope,
    recorded: Date.now() * 1000,
    source,
    stream: stream ?? null,
    sequence: piece?.sequence ?? null,
    is_last: piece === undefined ? null : Number(piece.isLast),
    rows: 0,
    row_syn_acks: totals.synAcks - totals.outsideTime - folded.count,
    folded_rows: folded.rows,
    folded_syn_acks: folded.count,
    folded_first: folded.rows === 0 ? null : clampTime(folded.first),
    folded_last: folded.rows === 0 ? null : clampTime(folded.last),
    folded_evidence:
      folded.rows === 0 || folded.evidence === undefined ? null : stringifyJson(folded.evidence),
    undecoded: undecoded === undefined ? null : stringifyJson(undecoded),
    ...Object.fromEntries(TOTAL_COLUMNS.map((name) => [name, totals[TOTALS[name] as keyof Totals]])),
  };
  return insert(store, 'batches', columns);
}

function addCapture(store: Store, batch: number, capture: CaptureRecord): void {
  const { digest, name, format, packetsRead, synAcks, firstSeen, lastSeen, problems } = capture;
  const isSeen = firstSeen <= lastSeen;
  insert(store, 'captures', {
    batch,
    digest: digest ?? null,
    name,
    format,
    packets_read: packetsRead,
    syn_acks: synAcks,
    first_seen: isSeen ? clampTime(firstSeen) : null,
    last_seen: isSeen ? clampTime(lastSeen) : null,
    problems: stringifyJson(problems.map(problemFields)),
  });
}

function addScan(store: Store, batch: number, scan: Scan): void {
  insert(store, 'scans', { digest: scan.digest, batch, started: scan.from, document: scanDocument(scan) });
}

function noteFile(
  store: Store,
  sensor: number,
  { path, size, modified, changed, digest }: RecordedFile,
): void {
  store.run(
    'INSERT OR REPLACE INTO files (sensor, path, size, modified, changed, digest) VALUES (?, ?, ?, ?, ?, ?)',
    sensor,
    path,
    size,
    modified,
    changed,
    digest ?? null,
  );
}

/** Null if it is not known which addresses were counted one by one. */
function textOfRanges(ranges: readonly AddressRange[] | undefined): string | null {
  return ranges === undefined ? null : JSON.stringify(ranges.map(formatRange));
}
