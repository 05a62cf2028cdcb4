// Finds out what an input is before it is read, by its first bytes and through compression: names lie.

import { openDecompressed } from '../capture/compressed/decompress.js';
import { CaptureError } from '../capture/errors.js';
import { fileLength } from '../files/file-length.js';
import { isStoreName } from '../store/selection.js';
import { type DocumentKind, findDocument } from './document-kind.js';

/** A `stream` may be any of the others: bytes that are read from it are gone. An unreadable input counts as a capture. */
export type InputKind = DocumentKind | 'store' | 'stream' | 'capture';

/** Finds the kind of an input that is named by a path or `-`. */
export async function inputKind(name: string, signal: AbortSignal): Promise<InputKind> {
  if (isStoreName(name)) return 'store';
  if (fileLength(name) === undefined) return 'stream';
  try {
    const opened = await openDecompressed(name, signal);
    try {
      return (await findDocument(opened, signal)).kind ?? 'capture';
    } finally {
      opened.close();
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    // The reader will meet the same failure and report it.
    return 'capture';
  }
}
