// Bytes in memory as an input, in pieces of any sizes, like those of a pipe. They reveal code that depends on where
// pieces end.

import type { Input } from '../../src/capture/input.js';

export interface MemoryInput extends Input {
  /** The number of reads. */
  readonly reads: number;
}

/** Makes an input with pieces of these sizes, repeated. A negative size stands for a read that returns a promise. */
export function memoryInput(bytes: Uint8Array, sizes: readonly number[] = [bytes.length]): MemoryInput {
  let from = 0;
  let reads = 0;
  return {
    get reads() {
      return reads;
    },
    read(target, at) {
      const size = sizes[reads % sizes.length] ?? 0;
      reads += 1;
      const piece = bytes.subarray(from, from + Math.min(Math.max(1, Math.abs(size)), target.length - at));
      target.set(piece, at);
      from += piece.length;
      return size < 0 ? Promise.resolve(piece.length) : piece.length;
    },
    close() {},
  };
}

export const NEVER: AbortSignal = new AbortController().signal;
