// An input for decoders: read in pieces or in exact lengths, at a known offset, with a look ahead.

import type { Input } from './input.js';

/** The pieces that it returns are valid until more is read. */
export interface ByteSource {
  /** Offset of the next byte: the number of bytes taken so far. */
  readonly offset: number;
  /** The error that a look ahead met after some bytes: it is thrown when these have been taken. */
  readonly failure: Error | undefined;
  /** Returns the next `length` bytes, or all that there are, without taking them. At most 64 KiB. */
  peek(length: number): Promise<Uint8Array>;
  /** Takes some bytes, at most `limit`; returns none at the end. */
  take(limit?: number): Promise<Uint8Array>;
  /** Undoes the taking of the last `count` bytes of the last piece. */
  putBack(count: number): void;
  /** Takes bytes into target[from, to), or all that there are; returns the index after the last. */
  fill(target: Uint8Array, from: number, to: number): Promise<number>;
  /** Takes `length` bytes, or all that there are, into new memory. */
  exactly(length: number): Promise<Uint8Array>;
  /** Skips `length` bytes, or all that there are; returns their number. */
  skip(length: number): Promise<number>;
  /** Ends it: later calls do not read the input, whose descriptor may soon belong to another file. */
  close(): void;
}

const BUFFER_LENGTH = 64 << 10;

export function byteSource(input: Input): ByteSource {
  const buffer = new Uint8Array(BUFFER_LENGTH);
  // Offset of the buffer's first byte in the input, and the part of the buffer that has not been taken.
  let base = 0;
  let from = 0;
  let to = 0;
  let isClosed = false;
  let failure: Error | undefined;
  const read = (at: number): number | Promise<number> => {
    if (failure !== undefined) throw failure;
    return isClosed ? 0 : input.read(buffer, at);
  };

  const source: ByteSource = {
    get offset() {
      return base + from;
    },
    get failure() {
      return failure;
    },
    async peek(length) {
      if (from + length > buffer.length) {
        buffer.copyWithin(0, from, to);
        base += from;
        to -= from;
        from = 0;
      }
      while (to - from < length && failure === undefined) {
        try {
          const count = await read(to);
          if (count === 0) break;
          to += count;
        } catch (error) {
          // Damage after some bytes does not make these useless.
          if (from === to) throw error;
          failure = error as Error;
        }
      }
      return buffer.subarray(from, Math.min(to, from + length));
    },
    async take(limit = buffer.length) {
      if (from === to) {
        base += to;
        from = 0;
        to = 0;
        to = await read(0);
      }
      const piece = buffer.subarray(from, Math.min(to, from + limit));
      from += piece.length;
      return piece;
    },
    putBack(count) {
      from -= count;
    },
    async fill(target, start, limit) {
      let at = start;
      while (at < limit) {
        const piece = await source.take(limit - at);
        if (piece.length === 0) break;
        target.set(piece, at);
        at += piece.length;
      }
      return at;
    },
    async exactly(length) {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, await source.fill(bytes, 0, length));
    },
    async skip(length) {
      let skipped = 0;
      while (skipped < length) {
        const piece = await source.take(length - skipped);
        if (piece.length === 0) break;
        skipped += piece.length;
      }
      return skipped;
    },
    close() {
      isClosed = true;
    },
  };
  return source;
}
