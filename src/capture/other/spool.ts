// A temporary file with the bytes of an input, for programs that cannot read a pipe. It has no name, so nothing is left of
// it, however synsum ends.

import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CaptureError } from '../errors.js';
import type { Input } from '../input.js';
import { readPieces } from '../pieces.js';

/** The folder for temporary files is often in memory. */
const MAX_LENGTH = 1 << 30;

/**
 * Copies an input, which `what` describes, to a temporary file, and returns its descriptor, positioned at the first byte.
 * @throws CaptureError UNREADABLE if the input is larger than 1 GiB, is interrupted, or cannot be read or copied
 */
export async function spool(input: Input, what: string, signal: AbortSignal): Promise<number> {
  const fd = openUnnamed();
  try {
    let length = 0;
    await readPieces(input, (piece) => {
      if (length + piece.length > MAX_LENGTH) {
        throw new CaptureError(
          'UNREADABLE',
          `found a ${what} of more than 1 GiB that is compressed or comes from a pipe; save it to a file first`,
        );
      }
      length += writeAll(fd, piece, length);
    });
    if (signal.aborted && length > 0)
      throw new CaptureError(
        'UNREADABLE',
        `interrupted before the end of the ${what}, without which it cannot be read`,
      );
    return fd;
  } catch (error) {
    closeSync(fd);
    if (error instanceof CaptureError || signal.aborted) throw error;
    throw new CaptureError(
      'UNREADABLE',
      `could not copy the ${what} to ${tmpdir()}: ${(error as Error).message}`,
    );
  }
}

/** Writes at a position, so that the file's own position stays at its beginning. */
function writeAll(fd: number, piece: Uint8Array, position: number): number {
  for (let written = 0; written < piece.length; )
    written += writeSync(fd, piece, written, piece.length - written, position + written);
  return piece.length;
}

function openUnnamed(): number {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(path.join(tmpdir(), 'synsum-'));
    return openSync(path.join(folder, 'capture'), 'wx+', 0o600);
  } catch (error) {
    throw new CaptureError('UNREADABLE', `could not open a temporary file: ${(error as Error).message}`);
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}
