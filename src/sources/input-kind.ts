// Tells what an input is before it is read. It looks through compression: names lie.

import { openCapture } from '../capture/compressed/decompress.js';
import { CaptureError } from '../capture/errors.js';
import type { Input } from '../capture/input.js';
import { peekInput } from '../capture/peek.js';
import { fileLength } from '../files/file-length.js';
import { DOCUMENT_HEAD_LENGTH, type DocumentKind, documentKind } from './document-kind.js';

/** A `stream` may be any of the others: what is read of it is gone. What cannot be read is taken for a capture. */
export type InputKind = DocumentKind | 'stream' | 'capture';

/** The kind of an input that is given as a path or `-`. */
export async function inputKind(name: string, signal: AbortSignal): Promise<InputKind> {
  if (fileLength(name) === undefined) return 'stream';
  let input: Input | undefined;
  try {
    input = await openCapture(name, signal);
    const { head } = await peekInput(input, DOCUMENT_HEAD_LENGTH, signal);
    return documentKind(head) ?? 'capture';
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    // Who reads it will meet the same failure, and tell.
    return 'capture';
  } finally {
    input?.close();
  }
}
