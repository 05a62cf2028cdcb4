// The refill loop: keeps one buffer filled from an input and lets a parser eat from it. The parser never
// reads, this loop never parses.

import type { Input } from './input.js';

/** The one buffer of a run. It is reused: what a parser sees of it is valid until the parser returns. */
export interface Window {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export interface Parser {
  /** Where it wants its bytes. It must have room for the five largest records in a row, and a page. */
  readonly window: Window;
  /**
   * Eats whole items from bytes[start, end) and gives the place where it stopped. What is left there is a part
   * of an item, and comes again with more behind it; a place behind `end` says that the bytes up to it are
   * not wanted. Byte 0 of the window is byte `base` of the input.
   * @throws CaptureError where the input can be followed no further
   */
  parse(window: Window, start: number, end: number, base: number): number;
  /**
   * Told once, at the end of the input, of the bytes that were left. Of an input that was interrupted they are
   * no fault. @throws CaptureError
   */
  finish(window: Window, start: number, end: number, base: number, isInterrupted: boolean): void;
}

/** To copy into a page from the same place in a page takes the kernel half of the time that it takes otherwise. */
export const PAGE_LENGTH = 4096;

/** So that signals are heard in the middle of a large file, which is read without waiting. */
const BYTES_BETWEEN_PAUSES = 64 << 20;

/** How many bytes an input has given so far; right also when feed throws. */
export interface Fed {
  bytesRead: number;
}

/**
 * Feeds an input to a parser, to its end or until one of them throws. An input that fails has ended; one whose
 * signal was aborted was interrupted, and has ended in an arbitrary place.
 */
export async function feed(input: Input, parser: Parser, signal: AbortSignal, fed: Fed): Promise<void> {
  const { window } = parser;
  const { bytes } = window;
  // bytes[start, end) are in hand. Byte 0 of the window is byte `base` of the input, which is a multiple of the
  // page length: so what is read next begins at the same place in a page as in the file.
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
    fed.bytesRead += count;
    const passed = Math.min(unwanted, end - start);
    start += passed;
    unwanted -= passed;
    if (unwanted === 0) {
      const reached = parser.parse(window, start, end, base);
      start = Math.min(reached, end);
      unwanted = reached - start;
    }
    if (unwanted > 0) {
      const skipped = input.skip?.(unwanted) ?? 0;
      unwanted -= skipped;
      fed.bytesRead += skipped;
      start = end += skipped;
    }
    const shift = start - (start % PAGE_LENGTH);
    if (start < end) bytes.copyWithin(start - shift, start, end);
    base += shift;
    start -= shift;
    end -= shift;
    if (fed.bytesRead >= pauseAt) {
      pauseAt += BYTES_BETWEEN_PAUSES;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  try {
    parser.finish(window, start + unwanted, end, base, signal.aborted);
  } catch (error) {
    // An input that failed has given the parser a reason to fail too.
    throw failure ?? error;
  }
  if (failure !== undefined) throw failure;
}
