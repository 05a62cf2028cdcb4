// Opens captures, and looks through the compression that they may be in. It loads what a plain capture has no
// use for only when it meets a compressed one.

import { type ByteSource, byteSource } from '../byte-source.js';
import { CaptureError } from '../errors.js';
import { type Input, openInput } from '../input.js';
import { withBytesBack } from '../peek.js';
import { COMPRESSION_HEAD_LENGTH, compressionOf, skippableFrameLength } from './compression.js';

/**
 * Opens an input as openInput does; what it gives are the bytes of the capture, decompressed where it is
 * compressed.
 * @throws CaptureError as openInput and decompress do
 */
export async function openCapture(name: string, signal: AbortSignal): Promise<Input> {
  const input = await openInput(name, signal);
  try {
    return await decompress(input, signal);
  } catch (error) {
    input.close();
    throw error;
  }
}

/**
 * An input that gives what is compressed in another, or the very bytes of the other where they are not
 * compressed. It looks through one compression only, and it is the one to close.
 * @throws CaptureError NOT_A_CAPTURE, EMPTY, UNREADABLE where there is nothing to decompress it with, and
 * DAMAGED_COMPRESSION; the last comes from its reading if anything could be decompressed, and behind all of that.
 */
export async function decompress(input: Input, signal: AbortSignal): Promise<Input> {
  const source = byteSource(input);
  const head = await passSkippableFrames(source);
  const compression = compressionOf(head);
  if (compression !== undefined) {
    const { openInflated } = await import('./inflated-input.js');
    return await openInflated(input, source, compression, signal);
  }
  if (source.offset > 0 && !signal.aborted) {
    throw new CaptureError(
      'NOT_A_CAPTURE',
      `found skippable frames of zstd or lz4 in the first ${source.offset} bytes, expected compressed data behind them`,
    );
  }
  return head.length === 0 ? input : withBytesBack(input, await source.take(), signal);
}

/** Such frames do not tell whose they are: the frame behind them does. Gives the first bytes of that one. */
async function passSkippableFrames(source: ByteSource): Promise<Uint8Array> {
  for (;;) {
    const head = await source.peek(COMPRESSION_HEAD_LENGTH);
    const length = skippableFrameLength(head);
    if (length === undefined) return head;
    await source.skip(length);
  }
}
