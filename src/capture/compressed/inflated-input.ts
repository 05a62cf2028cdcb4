// The decompressed bytes of an input, as an input.

import type { ByteSource } from '../byte-source.js';
import { openChunks } from '../chunk-input.js';
import { describeConvertedCompression } from '../converted.js';
import { CaptureError } from '../errors.js';
import type { OpenedInput } from '../head.js';
import type { Input, OpenFile } from '../input.js';
import type { Compression } from './compression.js';

/** Enough random bytes to contain several line feeds. */
const BEGINNING_LENGTH = 2048;

/**
 * Opens compressed data, which begin at the next byte of `source`, the bytes of `input`. Closing the returned input
 * closes that one too.
 * @throws CaptureError if nothing can be decompressed; then `input` stays open
 */
export async function openInflated(
  input: Input,
  source: ByteSource,
  compression: Compression,
  signal: AbortSignal,
): Promise<OpenedInput> {
  const closing = new AbortController();
  const beginning = (await source.peek(BEGINNING_LENGTH)).slice();
  // A program reads a file without our help, from the place where the input begins.
  const file = source.offset === 0 ? input.file : undefined;
  const inflated = inflate(source, file, compression, AbortSignal.any([signal, closing.signal]));
  const chunks = withCause(inflated, beginning);
  const pieces = await openChunks(chunks, signal);
  if (pieces.head.length === 0 && !signal.aborted) {
    throw new CaptureError(
      'EMPTY',
      `found nothing (0 bytes) in the ${compression.name}-compressed data, expected a capture`,
    );
  }
  return {
    compression: compression.name,
    ...pieces,
    close() {
      closing.abort();
      source.close();
      input.close();
      pieces.close();
    },
  };
}

/** Adds to an error what the first bytes show about its cause. */
async function* withCause(
  chunks: AsyncGenerator<Uint8Array, undefined>,
  beginning: Uint8Array,
): AsyncGenerator<Uint8Array, undefined> {
  try {
    return yield* chunks;
  } catch (error) {
    const cause = describeConvertedCompression(beginning);
    if (cause === undefined || !(error instanceof CaptureError) || error.code !== 'DAMAGED_COMPRESSION')
      throw error;
    throw new CaptureError(error.code, `${error.message}; ${cause}`);
  }
}

/** Decompresses the source by the means that there are. Aborting `stop` ends a program that it runs. */
async function* inflate(
  source: ByteSource,
  file: OpenFile | undefined,
  { name, program }: Compression,
  stop: AbortSignal,
): AsyncGenerator<Uint8Array, undefined> {
  if (program === undefined) {
    const { gunzip } = await import('./gunzip.js');
    return yield* gunzip(source);
  }
  const { startProgram } = await import('../child-program.js');
  const { inflateWithProgram } = await import('./decompressor-program.js');
  const child = await startProgram(program.name, ['-dc'], stop, file?.fd);
  if (child !== undefined) return yield* inflateWithProgram(child, source, file, name, program.name, stop);
  if (name === 'zstd') {
    const { unzstd } = await import('./unzstd.js');
    return yield* unzstd(source);
  }
  throw new CaptureError(
    'UNREADABLE',
    `found ${name}-compressed data, but no program ${program.name} to decompress it; ` +
      `install the package ${program.package}, or decompress the data elsewhere and pipe it to \`synsum -\``,
  );
}
