// The pieces of streams, and how batches are taken back.

import type { Inventory } from '../../inventory/inventory.js';
import { StoreError } from '../errors.js';
import type { PieceOfStream, RecordedPiece } from '../store.js';
import { removeSlot } from './numbers.js';
import { noteRemoval } from './pushed.js';
import type { Store } from './store.js';

/** The pieces of streams that have this name, or this name and a number after it; each stream in its order. */
export function recordedPieces(store: Store, stream: string, sensor: string): RecordedPiece[] {
  return piecesWhere(store, "stream = ?1 OR (stream > ?1 || '#' AND stream < ?1 || '$')", stream, sensor);
}

/** The pieces of the stream that a capture with this digest ends, or is one of. */
export function recordedPiecesOf(store: Store, digest: string, sensor: string): RecordedPiece[] {
  const batch = store.get(
    'SELECT stream, batches.id FROM captures JOIN batches ON batches.id = batch WHERE digest = ?',
    digest,
  );
  if (batch === undefined) return [];
  const [stream, id] = batch;
  if (stream !== null) return piecesWhere(store, 'stream = ?1', stream as string, sensor);
  // It was recorded without a name, as by an earlier version.
  const pieces = piecesWhere(store, 'batches.id = ?1', id as number, sensor);
  return pieces.map((piece) => ({ ...piece, stream: digest }));
}

function piecesWhere(
  store: Store,
  condition: string,
  value: string | number,
  sensor: string,
): RecordedPiece[] {
  const rows = [
    ...store.all(
      `SELECT stream, sequence, is_last, digest, batches.packets_read,
          sum(bytes_read) OVER (PARTITION BY stream ORDER BY sequence), batches.id, sensors.name,
          count(*) OVER (PARTITION BY stream)
        FROM batches JOIN sensors ON sensors.id = sensor LEFT JOIN captures ON captures.batch = batches.id
        WHERE ${condition} ORDER BY stream, sequence`,
      value,
    ),
  ];
  let before = '';
  return rows.map(([name, sequence, isLast, digest, packets, end, id, recordedBy, pieces]) => {
    // A last piece without bytes has no capture of its own.
    before = (digest ?? before) as string;
    const isWhole = sequence === null;
    return {
      stream: name as string,
      sequence: isWhole ? 0 : (sequence as number),
      isLast: isWhole || isLast === 1,
      digest: before,
      packets: packets as number,
      end: end as number,
      isReplaceable: isWhole && pieces === 1 && recordedBy === sensor && isRemovable(store, id as number),
    };
  });
}

/** Names a capture that has no name by its digest, so that it can have a continuation. */
export function nameCapture(store: Store, stream: string): void {
  store.run(
    'UPDATE batches SET stream = ?1 WHERE stream IS NULL AND id = (SELECT batch FROM captures WHERE digest = ?1)',
    stream,
  );
}

/** Whether a stream is, up to the end of this piece, a capture that was recorded, and so may turn out to be that capture. */
export function isCapture(store: Store, { stream }: PieceOfStream, { captures }: Inventory): boolean {
  const digest = captures[0]?.digest ?? null;
  const sql =
    'SELECT 1 FROM captures JOIN batches ON batches.id = batch WHERE digest = ? AND stream IS NOT ?';
  return store.get(sql, digest, stream) !== undefined;
}

/** @throws StoreError if another piece has its place */
export function isPieceKnown(
  store: Store,
  { stream, sequence }: PieceOfStream,
  { captures }: Inventory,
): boolean {
  const found = store.get(
    `SELECT captures.digest FROM batches LEFT JOIN captures ON captures.batch = batches.id
      WHERE stream = ? AND sequence = ?`,
    stream,
    sequence,
  );
  if (found === undefined) return false;
  const [capture] = captures;
  if (capture !== undefined && capture.digest !== found[0]) {
    throw new StoreError(IN_PARALLEL);
  }
  return true;
}

/**
 * @param replaces digest of the capture that the new one begins with
 * @throws StoreError if the beginning of a capture or stream was recorded after it was read
 */
export function checkBeginning(
  store: Store,
  stream: string,
  { captures }: Inventory,
  replaces: string | undefined,
): void {
  const digests = [captures[0]?.digest ?? null, replaces ?? null];
  const found = store.get(
    `SELECT 1 FROM batches LEFT JOIN captures ON captures.batch = batches.id
      WHERE stream = ? AND digest IS NOT ? AND digest IS NOT ?`,
    stream,
    ...digests,
  );
  if (found !== undefined) throw new StoreError(IN_PARALLEL);
}

const IN_PARALLEL = 'another synsum is recording the same stream';

/** Takes the pieces of a stream back. @throws StoreError if their rows have been added up with others, or removed */
export function removeStream(store: Store, stream: string): void {
  for (const [id] of [...store.all('SELECT id FROM batches WHERE stream = ?', stream)]) {
    if (removeBatch(store, id as number)) continue;
    throw new StoreError(
      'is recorded as a capture too, and its first hours count twice, as they were added up with others',
    );
  }
}

/** Removes a batch; returns false, and leaves it, if its rows have been added up with others, or removed. */
export function removeBatch(store: Store, id: number): boolean {
  if (!isRemovable(store, id)) return false;
  noteRemoval(store, id);
  for (const [slot] of [...store.all('SELECT id FROM slots WHERE batch = ?', id)])
    removeSlot(store, slot as number);
  for (const table of ['captures', 'scans']) store.run(`DELETE FROM ${table} WHERE batch = ?`, id);
  store.run('DELETE FROM batches WHERE id = ?', id);
  return true;
}

/** Whether all rows of a batch are there, and are not added up with others. */
function isRemovable(store: Store, id: number): boolean {
  const rows = store.value(
    'SELECT count(*) FROM uses WHERE slot IN (SELECT id FROM slots WHERE batch = ?)',
    id,
  );
  return rows === store.value('SELECT rows FROM batches WHERE id = ?', id);
}
