// The decompressed bytes of an input, as an input.

import type { ByteSource } from '../byte-source.js';
import { CaptureError } from '../errors.js';
import { HEAD_LENGTH, type OpenedInput } from '../head.js';
import type { Input } from '../input.js';
import type { Compression } from './compression.js';

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
  const chunks = inflate(source, compression, AbortSignal.any([signal, closing.signal]));
  let left: Uint8Array = new Uint8Array(0);
  let failure: unknown;

  /** Decompresses until this number of bytes is ready to be read, or there are no more. */
  const refill = async (length: number): Promise<void> => {
    try {
      while (left.length < length) {
        const { value, done } = await chunks.next();
        if (done === true) return;
        left = left.length === 0 ? value : Buffer.concat([left, value]);
      }
    } catch (error) {
      // An aborted signal cuts data short, which is not a fault of theirs.
      if (!signal.aborted) failure = error;
    }
  };
  const take = (target: Uint8Array, at: number): number => {
    if (signal.aborted) return 0;
    const count = Math.min(left.length, target.length - at);
    target.set(left.subarray(0, count), at);
    left = left.subarray(count);
    return count;
  };
  const refillAndTake = async (target: Uint8Array, at: number): Promise<number> => {
    if (failure === undefined) await refill(1);
    if (left.length === 0 && failure !== undefined) throw failure;
    return take(target, at);
  };
  await refill(HEAD_LENGTH);
  if (left.length === 0 && failure !== undefined) throw failure;
  if (left.length === 0 && !signal.aborted) {
    throw new CaptureError(
      'EMPTY',
      `found nothing (0 bytes) in the ${compression.name}-compressed data, expected a capture`,
    );
  }
  return {
    compression: compression.name,
    head: left.slice(0, HEAD_LENGTH),
    read(target, at) {
      return left.length > 0 || signal.aborted ? take(target, at) : refillAndTake(target, at);
    },
    close() {
      closing.abort();
      source.close();
      input.close();
      // Frees the memory of the decoder. Errors no longer matter.
      chunks.return(undefined).catch(() => {});
    },
  };
}

/** Decompresses the source by the means that there are. Aborting `stop` ends a program that it runs. */
async function* inflate(
  source: ByteSource,
  { name, program }: Compression,
  stop: AbortSignal,
): AsyncGenerator<Uint8Array, undefined> {
  if (program === undefined) {
    const { gunzip } = await import('./gunzip.js');
    return yield* gunzip(source);
  }
  const { inflateWithProgram, startDecompressor } = await import('./decompressor-program.js');
  const child = await startDecompressor(program.name, stop);
  if (child !== undefined) return yield* inflateWithProgram(child, source, name, program.name, stop);
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
