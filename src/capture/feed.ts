// The refill loop: keeps one buffer filled from an input and lets a parser eat from it. The parser never
// reads, this loop never parses.

import type { Input } from './input.js';

/** The one buffer of a run. It is reused: what a parser sees of it is valid until the parser returns. */
export interface Window {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export interface Parser {
  /**
   * Eats whole items from bytes[start, end) and gives the place where it stopped; what is left is a part of
   * an item, and comes again with more behind it. Byte 0 of the window is byte `base` of the input.
   * @throws CaptureError where the input can be followed no further
   */
  parse(window: Window, start: number, end: number, base: number): number;
  /** Told once, at the end of the input, of the bytes that were left. @throws CaptureError TRUNCATED */
  finish(window: Window, start: number, end: number, base: number): void;
}

/** Large enough for the largest item of any format, small enough to stay in the processor's cache. */
const WINDOW_LENGTH = 1 << 20;

/** So that signals are heard in the middle of a large file, which is read without waiting. */
const BYTES_BETWEEN_PAUSES = 64 << 20;

/** What became of the bytes of an input. */
export interface Fed {
  bytesRead: number;
  /** Bytes up to the end of the last whole item. */
  bytesParsed: number;
}

/**
 * Feeds an input to a parser, to its end or until it throws; `fed` is right in both cases. An input whose
 * signal was aborted has ended in an arbitrary place, so its remainder is no fault and goes unreported.
 */
export async function feed(input: Input, parser: Parser, signal: AbortSignal, fed: Fed): Promise<void> {
  const bytes = new Uint8Array(WINDOW_LENGTH);
  const window: Window = { bytes, view: new DataView(bytes.buffer) };
  let base = 0;
  let start = 0;
  let end = 0;
  let pauseAt = BYTES_BETWEEN_PAUSES;
  for (;;) {
    if (start > 0) {
      bytes.copyWithin(0, start, end);
      base += start;
      end -= start;
      start = 0;
    }
    const reading = input.read(bytes, end);
    const count = typeof reading === 'number' ? reading : await reading;
    if (count === 0) break;
    end += count;
    fed.bytesRead += count;
    start = parser.parse(window, 0, end, base);
    fed.bytesParsed = base + start;
    if (fed.bytesRead >= pauseAt) {
      pauseAt += BYTES_BETWEEN_PAUSES;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  if (!signal.aborted) parser.finish(window, start, end, base);
}
