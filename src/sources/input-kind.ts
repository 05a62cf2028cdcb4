// Finds out what an input is before it is read, by its first bytes and through compression: names lie.

import fs from 'node:fs';
import { openDecompressed } from '../capture/compressed/decompress.js';
import { viewOf } from '../capture/data-view.js';
import { CaptureError } from '../capture/errors.js';
import { formatAt } from '../capture/formats.js';
import { HEAD_LENGTH } from '../capture/head.js';
import { fileLength } from '../files/file-length.js';
import { isStoreName } from '../store/selection.js';
import { type DocumentKind, findDocument } from './document-kind.js';

/** A `stream` may be any of the others: bytes that are read from it are gone. An unreadable input counts as a capture. */
export type InputKind = DocumentKind | 'store' | 'stream' | 'capture';

/** Finds the kind of an input that is named by a path or `-`. */
export async function inputKind(name: string, signal: AbortSignal): Promise<InputKind> {
  if (isStoreName(name)) return 'store';
  if (fileLength(name) === undefined) return 'stream';
  if (isPlainCapture(name)) return 'capture';
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

const HEAD = new Uint8Array(HEAD_LENGTH);
const HEAD_VIEW: DataView = viewOf(HEAD);

/** Whether the regular file is a capture that is not compressed: most are, and opening them as inputs takes longer. */
function isPlainCapture(path: string): boolean {
  let fd: number;
  try {
    fd = fs.openSync(path, fs.constants.O_RDONLY);
  } catch {
    return false;
  }
  try {
    return formatAt(HEAD_VIEW, 0, fs.readSync(fd, HEAD, 0, HEAD_LENGTH, 0)) !== undefined;
  } catch {
    return false;
  } finally {
    fs.closeSync(fd);
  }
}
