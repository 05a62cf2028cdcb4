// Bytes in memory as an input, given out in pieces of any sizes: as a pipe does, which promises nothing of them.
// So what depends on where pieces end shows.

import type { Input } from '../../src/capture/input.js';

export interface MemoryInput extends Input {
  /** Times that it was read. */
  readonly reads: number;
}

/** Gives out pieces of these sizes by turns; reads whose size is negative answer later, as a promise. */
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
