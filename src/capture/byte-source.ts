// An input seen by what decodes it: in pieces or in exact lengths, each at a known place, with a look ahead.

import type { Input } from './input.js';

/** Pieces that it gives out are valid until it is asked for more. */
export interface ByteSource {
  /** Bytes taken so far, so the place of the next one. */
  readonly offset: number;
  /** The next bytes, which stay where they are: `length` of them (at most 8), or all there are. */
  peek(length: number): Promise<Uint8Array>;
  /** Takes some bytes, at most `limit`; none at the end. */
  take(limit?: number): Promise<Uint8Array>;
  /** Gives back that many bytes of the piece taken last. */
  putBack(count: number): void;
  /** Takes bytes into target, from `from` up to `to`, or all there are; gives the place where they end. */
  fill(target: Uint8Array, from: number, to: number): Promise<number>;
  /** Takes `length` bytes, or all there are, into memory of their own. */
  exactly(length: number): Promise<Uint8Array>;
  /** Passes over `length` bytes, or all there are; gives their number. */
  skip(length: number): Promise<number>;
  /** Ends it: the input is read no more, whoever still asks. Its descriptor may soon be that of another. */
  close(): void;
}

const BUFFER_LENGTH = 64 << 10;

export function byteSource(input: Input): ByteSource {
  const buffer = new Uint8Array(BUFFER_LENGTH);
  // Place of the buffer's first byte in the input, and the part of the buffer that nobody has taken yet.
  let base = 0;
  let from = 0;
  let to = 0;
  let isClosed = false;
  const read = (at: number): number | Promise<number> => (isClosed ? 0 : input.read(buffer, at));

  const source: ByteSource = {
    get offset() {
      return base + from;
    },
    async peek(length) {
      if (from + length > buffer.length) {
        buffer.copyWithin(0, from, to);
        base += from;
        to -= from;
        from = 0;
      }
      while (to - from < length) {
        const count = await read(to);
        if (count === 0) break;
        to += count;
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
