// Which compression data are in, told from their first bytes alone: names lie. To recognise a further one, give
// it a row; the program in the row reads it from standard input with `-dc`.

import { viewOf } from '../data-view.js';
import { CaptureError } from '../errors.js';

export interface Compression {
  readonly name: 'gzip' | 'zstd' | 'lz4' | 'xz' | 'bzip2';
  /** Its first bytes, as hexadecimal digits. */
  readonly signature: string;
  /** What reads it where synsum cannot, and the Debian package that has it. */
  readonly program?: { readonly name: string; readonly package: string };
}

export const COMPRESSIONS: readonly Compression[] = [
  { name: 'gzip', signature: '1f8b' },
  { name: 'zstd', signature: '28b52ffd', program: { name: 'zstd', package: 'zstd' } },
  { name: 'lz4', signature: '04224d18', program: { name: 'lz4', package: 'lz4' } },
  { name: 'xz', signature: 'fd377a585a00', program: { name: 'xz', package: 'xz-utils' } },
  { name: 'bzip2', signature: '425a68', program: { name: 'bzip2', package: 'bzip2' } },
];

/** Bytes enough to tell every compression, and to know the length of a skippable frame. */
export const COMPRESSION_HEAD_LENGTH = 8;

/** The compression that these first bytes are of; undefined if of none. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  const hex = Buffer.from(head).toString('hex');
  return COMPRESSIONS.find(({ signature }) => hex.startsWith(signature));
}

/**
 * The length of the skippable frame that begins with these bytes; undefined if none does. zstd (RFC 8878 3.1.2)
 * and lz4 have them in common: anything a writer wanted to note, between or before the frames with data.
 */
export function skippableFrameLength(head: Uint8Array): number | undefined {
  if (head.length < 8) return undefined;
  const view = viewOf(head);
  return view.getUint32(0, true) >>> 4 === 0x184d_2a5 ? 8 + view.getUint32(4, true) : undefined;
}

/** The error for compressed data with a fault at this byte of them. */
export function damagedError(name: Compression['name'], offset: number, message: string): CaptureError {
  return new CaptureError('DAMAGED_COMPRESSION', `at byte ${offset} of the ${name} data: ${message}`);
}

/** The error for compressed data that end within a part (a frame, say) that began at byte `start`. */
export function cutShortError(
  name: Compression['name'],
  part: string,
  start: number,
  end: number,
): CaptureError {
  return damagedError(
    name,
    end,
    `found the end in a ${part} that begins at byte ${start}, expected all of it`,
  );
}

/** The error for bytes behind the last part that are no further one. */
export function garbageError(
  name: Compression['name'],
  part: string,
  offset: number,
  length: number,
): CaptureError {
  const found = `found ${length} ${length === 1 ? 'byte' : 'bytes'} of something else`;
  return damagedError(name, offset, `${found}, expected the end or a further ${part}`);
}
