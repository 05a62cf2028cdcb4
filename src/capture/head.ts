// The first bytes of an input. They are looked at once, when it is opened, by everything that has to recognise it, and
// come again when it is read.

import type { Input } from './input.js';

/** Enough bytes for everything that recognises an input: a document may begin with a byte order mark and white space. */
export const HEAD_LENGTH = 64;

export interface OpenedInput extends Input {
  /** Its first HEAD_LENGTH bytes, decompressed, or all that there are. */
  readonly head: Uint8Array;
}

/**
 * The input with these bytes, which were read from it, in front of it again.
 * @param failure the error that reading on has met; it is thrown after the bytes
 */
export function withBytesBack(input: Input, bytes: Uint8Array, signal: AbortSignal, failure?: Error): Input {
  let left = bytes;
  return {
    ...input,
    skip: (count) => (left.length === 0 ? (input.skip?.(count) ?? 0) : 0),
    read(target, at) {
      if (left.length === 0 && failure !== undefined) throw failure;
      if (left.length === 0 || signal.aborted) return input.read(target, at);
      const count = Math.min(left.length, target.length - at);
      target.set(left.subarray(0, count), at);
      left = left.subarray(count);
      return count;
    },
    close() {
      input.close();
    },
  };
}
