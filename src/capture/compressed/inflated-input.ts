// The bytes that are compressed in an input, as an input.

import type { ByteSource } from '../byte-source.js';
import { CaptureError } from '../errors.js';
import type { Input } from '../input.js';
import type { Compression } from './compression.js';

/**
 * `source` gives the bytes of `input`, the next of which begin data of that compression. Closing what it gives
 * closes the input.
 * @throws CaptureError where nothing can be decompressed; then the input is left open
 */
export async function openInflated(
  input: Input,
  source: ByteSource,
  compression: Compression,
  signal: AbortSignal,
): Promise<Input> {
  const closing = new AbortController();
  const chunks = inflate(source, compression, AbortSignal.any([signal, closing.signal]));
  let left: Uint8Array = new Uint8Array(0);

  const refill = async (): Promise<void> => {
    try {
      while (left.length === 0) {
        const { value, done } = await chunks.next();
        if (done === true) return;
        left = value;
      }
    } catch (error) {
      // What an aborted signal cut off is no fault.
      if (!signal.aborted) throw error;
    }
  };
  const take = (target: Uint8Array, at: number): number => {
    if (signal.aborted) return 0;
    const count = Math.min(left.length, target.length - at);
    target.set(left.subarray(0, count), at);
    left = left.subarray(count);
    return count;
  };
  await refill();
  if (left.length === 0 && !signal.aborted) {
    throw new CaptureError(
      'EMPTY',
      `found nothing (0 bytes) in the ${compression.name}-compressed data, expected a capture`,
    );
  }
  return {
    compression: compression.name,
    read(target, at) {
      if (left.length > 0 || signal.aborted) return take(target, at);
      return refill().then(() => take(target, at));
    },
    close() {
      closing.abort();
      source.close();
      input.close();
      // Lets go of what the decoder holds. What it may have to say now is of interest to nobody.
      chunks.return(undefined).catch(() => {});
    },
  };
}

/** What the source holds, decompressed, by whatever can do that here. Aborting `stop` ends a program it runs. */
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
    `found ${name}-compressed data, but no program ${program.name} to read them with; ` +
      `install the package ${program.package}, or decompress them elsewhere and pipe them to \`synsum -\``,
  );
}
