// The refill loop: keeps a window filled from an input and lets a consumer take whole items from it. The consumer
// never reads, and the loop never looks at the bytes.

import type { Input } from './input.js';
import { type Tail, withLookahead } from './lookahead.js';

/** The one buffer of a run. It is reused, so anything found in it is valid only until the consumer returns. */
export interface Window {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export interface Consumer {
  /** Where it wants its bytes. There must be room for the five largest records in a row, and a page. */
  readonly window: Window;
  /**
   * Takes whole items from bytes[start, end) and returns the offset at which it stopped. The bytes from there on are
   * part of an item, and are passed again with more after them. An offset beyond `end` means that the bytes up to
   * it are not wanted. Byte 0 of the window is byte `base` of the input.
   * `tail` is the answer to `tailAt`, if the last call asked for it.
   * @throws CaptureError where the input cannot be read further
   */
  consume(window: Window, start: number, end: number, base: number, tail?: Tail): number;
  /**
   * Set by `consume` if it cannot go on before it has seen TAIL_LENGTH bytes beyond the window: their offset, as if the
   * window were that large. The answer does not depend on how the bytes arrive.
   */
  readonly tailAt?: number | undefined;
  /**
   * Called once, at the end of the input, with the bytes that are left. They are not a fault of the input if it was
   * interrupted. @throws CaptureError
   */
  finish(window: Window, start: number, end: number, base: number, isInterrupted: boolean): void;
}

/** The bytes that a consumer sees beyond the window. */
const TAIL_LENGTH = 4;

/** The kernel copies twice as fast to the same place in a page as the bytes have in their own. */
export const PAGE_LENGTH = 4096;

/** Large files are read without waiting, so the loop pauses now and then to let signals be handled. */
const BYTES_BETWEEN_PAUSES = 64 << 20;

/** The bytes read from an input so far. They are right even when the reading throws. */
export interface ByteCounter {
  bytesRead: number;
}

/**
 * Passes an input to a consumer until it ends or one of them throws. An input that fails has ended. If the signal was
 * aborted, the input was interrupted, and ends at an arbitrary offset.
 */
export async function consumeInput(
  source: Input,
  consumer: Consumer,
  signal: AbortSignal,
  byteCounter: ByteCounter,
): Promise<void> {
  const { window } = consumer;
  const input = withLookahead(source);
  const { bytes } = window;
  // bytes[start, end) have been read and not consumed. Byte 0 of the window is byte `base` of the input, a multiple of
  // the page length, so the next bytes have the same place in a page of the window as in a page of the file.
  let base = 0;
  let start = 0;
  let end = 0;
  let unwanted = 0;
  let failure: unknown;
  let pauseAt = BYTES_BETWEEN_PAUSES;
  for (;;) {
    let count: number;
    try {
      const reading = input.read(bytes, end);
      count = typeof reading === 'number' ? reading : await reading;
    } catch (error) {
      failure = error;
      break;
    }
    if (count === 0) break;
    end += count;
    byteCounter.bytesRead += count;
    const passed = Math.min(unwanted, end - start);
    start += passed;
    unwanted -= passed;
    if (unwanted === 0) {
      let reached = consumer.consume(window, start, end, base);
      while (consumer.tailAt !== undefined) {
        const tail = await input.peek(consumer.tailAt - end, TAIL_LENGTH);
        reached = consumer.consume(window, reached, end, base, tail);
      }
      start = Math.min(reached, end);
      unwanted = reached - start;
    }
    if (unwanted > 0) {
      const skipped = input.skip?.(unwanted) ?? 0;
      unwanted -= skipped;
      byteCounter.bytesRead += skipped;
      start = end += skipped;
    }
    const shift = start - (start % PAGE_LENGTH);
    if (start < end) bytes.copyWithin(start - shift, start, end);
    base += shift;
    start -= shift;
    end -= shift;
    if (byteCounter.bytesRead >= pauseAt) {
      pauseAt += BYTES_BETWEEN_PAUSES;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  try {
    consumer.finish(window, start + unwanted, end, base, signal.aborted);
  } catch (error) {
    // The failure of the input is the cause: the consumer throws because it lacks bytes.
    throw failure ?? error;
  }
  if (failure !== undefined) throw failure;
}
