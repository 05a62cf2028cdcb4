// Opens inputs, and looks through the compression that they may be in. Anything that a plain capture does not need is
// loaded only for a compressed one.

import { type ByteSource, byteSource } from '../byte-source.js';
import { CaptureError } from '../errors.js';
import { HEAD_LENGTH, type OpenedInput, withBytesBack } from '../head.js';
import { type Input, openInput } from '../input.js';
import { COMPRESSION_HEAD_LENGTH, compressionOf, skippableFrameLength } from './compression.js';

/**
 * Opens an input, as openInput does, and decompresses it if it is compressed.
 * @throws CaptureError as openInput and decompress do
 */
export async function openDecompressed(name: string, signal: AbortSignal): Promise<OpenedInput> {
  const input = await openInput(name, signal);
  try {
    return await decompress(input, signal);
  } catch (error) {
    input.close();
    throw error;
  }
}

/**
 * Returns an input with the decompressed bytes of another, or with the same bytes if they are not compressed. It looks
 * through one compression only. Close the returned input, not the other.
 * @throws CaptureError NOT_A_CAPTURE, EMPTY, UNREADABLE if no program can decompress it, and DAMAGED_COMPRESSION. If some
 * bytes could be decompressed, DAMAGED_COMPRESSION is thrown by a later read, after those bytes.
 */
export async function decompress(input: Input, signal: AbortSignal): Promise<OpenedInput> {
  const beginning = signal.aborted ? undefined : input.beginning?.(HEAD_LENGTH);
  if (beginning !== undefined && isPlain(beginning)) return { ...input, head: beginning };
  const source = byteSource(input);
  const compression = compressionOf(await passSkippableFrames(source));
  if (compression !== undefined) {
    const { openInflated } = await import('./inflated-input.js');
    return await openInflated(input, source, compression, signal);
  }
  if (source.offset > 0 && !signal.aborted) {
    throw new CaptureError(
      'NOT_A_CAPTURE',
      `found skippable frames of zstd or lz4 in the first ${source.offset} bytes, expected compressed data after them`,
    );
  }
  const head = (await source.peek(HEAD_LENGTH)).slice();
  if (head.length === 0) return { ...input, head };
  return { ...withBytesBack(input, await source.take(), signal, source.failure), head };
}

function isPlain(beginning: Uint8Array): boolean {
  const head = beginning.subarray(0, COMPRESSION_HEAD_LENGTH);
  return compressionOf(head) === undefined && skippableFrameLength(head) === undefined;
}

/**
 * Skips frames that belong to zstd or lz4: only the frame after them shows which. Returns the first bytes after them,
 * without taking them.
 */
async function passSkippableFrames(source: ByteSource): Promise<Uint8Array> {
  for (;;) {
    const head = await source.peek(COMPRESSION_HEAD_LENGTH);
    const length = skippableFrameLength(head);
    if (length === undefined) return head;
    await source.skip(length);
  }
}
