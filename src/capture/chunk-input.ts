// Chunks of bytes that are made one after another, for example by a decompressor, as an input.

import { HEAD_LENGTH, type OpenedInput } from './head.js';

const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * Chunks that are made one after another. Each is valid until the next is asked for. Asking with a place allows that the chunk
 * is written there.
 */
export type Chunks = AsyncGenerator<Uint8Array, undefined, Uint8Array | undefined>;

/**
 * Opens an input whose bytes are those of the chunks. After an error of the chunks, the bytes before it can be read.
 * @throws the error of the chunks if there are no bytes before it
 */
export async function openChunks(chunks: Chunks, signal: AbortSignal): Promise<OpenedInput> {
  let left = NO_BYTES;
  let failure: unknown;

  /** Waits until this number of bytes is ready to be read, or there are no more. They may already be at the place. */
  const refill = async (length: number, place?: Uint8Array): Promise<void> => {
    try {
      while (left.length < length) {
        // A chunk is valid until the next is asked for.
        if (left.length > 0) left = left.slice();
        const { value, done } = await chunks.next(place);
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
    if (failure === undefined) await refill(1, target.subarray(at));
    if (left.length === 0 && failure !== undefined) throw failure;
    const isThere = left.buffer === target.buffer && left.byteOffset === target.byteOffset + at;
    if (!isThere || signal.aborted) return take(target, at);
    const count = left.length;
    left = NO_BYTES;
    return count;
  };
  await refill(HEAD_LENGTH);
  if (left.length === 0 && failure !== undefined) throw failure;
  return {
    head: left.slice(0, HEAD_LENGTH),
    read(target, at) {
      return left.length > 0 || signal.aborted ? take(target, at) : refillAndTake(target, at);
    },
    close() {
      // Frees the memory of a decoder. Errors no longer matter.
      chunks.return(undefined).catch(() => {});
    },
  };
}
