// Looks at bytes of an input before it is their turn to be read. They are kept, and read later like the others.

import type { Input } from './input.js';

/** Bytes further on in an input. */
export interface Tail {
  /** The bytes themselves: fewer than asked for if the input ends before. */
  readonly bytes: Uint8Array;
  /** The number of bytes from the current position to the end of `bytes`. */
  readonly available: number;
}

export interface Lookahead extends Input {
  /**
   * Returns `count` bytes, `distance` bytes after the current position. Keeps everything up to there in memory. If the
   * input fails, it ends there, and `read` throws when it gets there.
   */
  peek(distance: number, count: number): Promise<Tail>;
}

const NO_BYTES = new Uint8Array(0);
const PIECE_LENGTH = 1 << 20;

export function withLookahead(input: Input): Lookahead {
  // kept[from, to) has been read ahead.
  let kept: Uint8Array = NO_BYTES;
  let from = 0;
  let to = 0;
  let failure: unknown;

  const makeRoom = (needed: number): void => {
    if (kept.length - from >= needed + PIECE_LENGTH) return;
    // Half of it stays free, so that bytes are moved seldom, however often somebody peeks.
    const next =
      kept.length >= 2 * (needed + PIECE_LENGTH) ? kept : new Uint8Array(2 * (needed + PIECE_LENGTH));
    if (next === kept) kept.copyWithin(0, from, to);
    else next.set(kept.subarray(from, to));
    kept = next;
    to -= from;
    from = 0;
  };

  return {
    ...input,
    read(target, at) {
      if (from === to) {
        if (failure !== undefined) throw failure;
        kept = NO_BYTES;
        from = to = 0;
        return input.read(target, at);
      }
      const count = Math.min(to - from, target.length - at);
      target.set(kept.subarray(from, from + count), at);
      from += count;
      return count;
    },
    skip(count) {
      const passed = Math.min(count, to - from);
      from += passed;
      return passed + (count > passed ? (input.skip?.(count - passed) ?? 0) : 0);
    },
    close() {
      input.close();
    },
    async peek(distance, count) {
      const needed = distance + count;
      makeRoom(needed);
      while (to - from < needed && failure === undefined) {
        try {
          const length = await input.read(kept.subarray(to, to + PIECE_LENGTH), 0);
          if (length === 0) break;
          to += length;
        } catch (error) {
          failure = error;
        }
      }
      const available = Math.min(needed, to - from);
      return { bytes: kept.slice(from + Math.min(distance, available), from + available), available };
    },
  };
}
