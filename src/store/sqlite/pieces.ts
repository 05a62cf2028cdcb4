// The pieces of streams, and how batches are taken back.

import type { Inventory } from '../../inventory/inventory.js';
import { StoreError } from '../errors.js';
import type { PieceOfStream, RecordedPiece } from '../store.js';
import { noteRemoval } from './pushed.js';
import type { Store } from './store.js';

/** The pieces of streams that have this name, or this name and a number after it; each stream in its order. */
export function recordedPieces(store: Store, stream: string): RecordedPiece[] {
  const rows = store.all(
    `SELECT stream, sequence, is_last, digest, batches.packets_read,
        sum(bytes_read) OVER (PARTITION BY stream ORDER BY sequence)
      FROM batches LEFT JOIN captures ON captures.batch = batches.id
      WHERE stream = ?1 OR (stream > ?1 || '#' AND stream < ?1 || '$') ORDER BY stream, sequence`,
    stream,
  );
  let before = '';
  return [...rows].map(([name, sequence, isLast, digest, packets, end]) => {
    // A last piece without bytes has no capture of its own.
    before = (digest ?? before) as string;
    return {
      stream: name as string,
      sequence: sequence as number,
      isLast: isLast === 1,
      digest: before,
      packets: packets as number,
      end: end as number,
    };
  });
}

/** Whether a stream is, up to the end of this piece, a capture that was recorded, and so may turn out to be that capture. */
export function isCapture(store: Store, { stream }: PieceOfStream, { captures }: Inventory): boolean {
  const digest = captures[0]?.digest ?? null;
  const sql =
    'SELECT 1 FROM captures JOIN batches ON batches.id = batch WHERE digest = ? AND stream IS NOT ?';
  return store.get(sql, digest, stream) !== undefined;
}

/** Whether any stream was recorded in pieces. */
export function hasPieces(store: Store): boolean {
  return store.get('SELECT 1 FROM batches WHERE stream IS NOT NULL') !== undefined;
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
    throw new StoreError('another synsum is recording the same stream');
  }
  return true;
}

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
  const rows = store.value(
    'SELECT count(*) FROM uses WHERE slot IN (SELECT id FROM slots WHERE batch = ?)',
    id,
  );
  if (rows !== store.value('SELECT rows FROM batches WHERE id = ?', id)) return false;
  noteRemoval(store, id);
  store.run('DELETE FROM uses WHERE slot IN (SELECT id FROM slots WHERE batch = ?)', id);
  for (const table of ['slots', 'captures', 'scans']) store.run(`DELETE FROM ${table} WHERE batch = ?`, id);
  store.run('DELETE FROM batches WHERE id = ?', id);
  return true;
}
