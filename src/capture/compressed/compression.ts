// Recognises the compression of data by their first bytes: names lie. A new compression needs a row; the program in the
// row decompresses standard input with `-dc`.

import { countNoun } from '../../text/count-noun.js';
import { viewOf } from '../data-view.js';
import { CaptureError } from '../errors.js';

export interface Compression {
  readonly name: 'gzip' | 'zstd' | 'lz4' | 'xz' | 'lzma' | 'bzip2';
  /** Its first bytes, as hexadecimal digits. */
  readonly signature: string;
  /** Decides where the signature does not suffice. */
  readonly matches?: (head: Uint8Array) => boolean;
  /** The program that decompresses it for synsum, and the Debian package with that program. */
  readonly program?: { readonly name: string; readonly package: string };
}

const COMPRESSIONS: readonly Compression[] = [
  { name: 'gzip', signature: '1f8b' },
  { name: 'zstd', signature: '28b52ffd', program: { name: 'zstd', package: 'zstd' } },
  { name: 'lz4', signature: '04224d18', program: { name: 'lz4', package: 'lz4' } },
  // The format of lz4 -l and of the Linux kernel.
  { name: 'lz4', signature: '02214c18', program: { name: 'lz4', package: 'lz4' } },
  { name: 'xz', signature: 'fd377a585a00', program: { name: 'xz', package: 'xz-utils' } },
  // A .lzma file, which has no signature: these are the usual properties and the low bytes of a usual dictionary size.
  { name: 'lzma', signature: '5d0000', matches: isLzma, program: { name: 'xz', package: 'xz-utils' } },
  { name: 'bzip2', signature: '425a68', program: { name: 'bzip2', package: 'bzip2' } },
];

const FIRST_BYTES: ReadonlySet<number | undefined> = new Set(
  COMPRESSIONS.map(({ signature }) => Number.parseInt(signature.slice(0, 2), 16)),
);

/** Enough bytes to recognise every compression, and to know the length of a skippable frame. */
export const COMPRESSION_HEAD_LENGTH = 13;

const LZMA = { dictionary: 1, length: 5 } as const;
/** As xz(1) does, so that few other data are mistaken for it: 256 GiB. */
const MAX_LZMA_LENGTH = 2n ** 38n;
const LZMA_LENGTH_UNKNOWN = 2n ** 64n - 1n;

/** Finds the compression that begins with these bytes; undefined if none does. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  if (!FIRST_BYTES.has(head[0])) return undefined;
  const hex = Buffer.from(head).toString('hex');
  return COMPRESSIONS.find(
    ({ signature, matches }) => hex.startsWith(signature) && matches?.(head) !== false,
  );
}

/** Whether the dictionary is a power of two, or 1.5 times one, and the length is possible or left out. */
function isLzma(head: Uint8Array): boolean {
  if (head.length < COMPRESSION_HEAD_LENGTH) return false;
  const view = viewOf(head);
  const dictionary = view.getUint32(LZMA.dictionary, true);
  const length = view.getBigUint64(LZMA.length, true);
  const isUsual = /^11?0+$/.test(dictionary.toString(2));
  return isUsual && (length === LZMA_LENGTH_UNKNOWN || length < MAX_LZMA_LENGTH);
}

/**
 * Returns the length of the skippable frame that begins with these bytes; undefined if none does. zstd (RFC 8878 3.1.2)
 * and lz4 share such frames, in which a writer can note anything before or between the frames with data.
 */
export function skippableFrameLength(head: Uint8Array): number | undefined {
  if (head.length < 8) return undefined;
  const view = viewOf(head);
  return view.getUint32(0, true) >>> 4 === 0x184d_2a5 ? 8 + view.getUint32(4, true) : undefined;
}

/** Makes the error for compressed data with a fault at this offset in them. */
export function damagedError(name: Compression['name'], offset: number, message: string): CaptureError {
  return new CaptureError('DAMAGED_COMPRESSION', `at byte ${offset} of the ${name} data: ${message}`);
}

/** Makes the error for compressed data that end within a part, for example a frame, that began at byte `start`. */
export function cutShortError(
  name: Compression['name'],
  part: string,
  start: number,
  end: number,
): CaptureError {
  return damagedError(name, end, `cut short in the ${part} that begins at byte ${start}`);
}

/** Makes the error for bytes after the last part that are not another part. */
export function garbageError(
  name: Compression['name'],
  part: string,
  offset: number,
  length: number,
): CaptureError {
  const found = `found ${countNoun(length, 'byte')} of something else`;
  return damagedError(name, offset, `${found}, expected the end or another ${part}`);
}
