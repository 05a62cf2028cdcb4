// Looks at the first bytes of an input, which gives them again to whoever reads it.

import { byteSource } from './byte-source.js';
import type { Input } from './input.js';

/** The first `length` bytes, or all there are; and the input to read from then on. It is the one to close. */
export async function peekInput(
  input: Input,
  length: number,
  signal: AbortSignal,
): Promise<{ readonly head: Uint8Array; readonly input: Input }> {
  const source = byteSource(input);
  const head = (await source.peek(length)).slice();
  return { head, input: head.length === 0 ? input : withBytesBack(input, await source.take(), signal) };
}

/** The input with the bytes that were read of it in front again. */
export function withBytesBack(input: Input, bytes: Uint8Array, signal: AbortSignal): Input {
  let left = bytes;
  return {
    ...input,
    skip: (count) => (left.length === 0 ? (input.skip?.(count) ?? 0) : 0),
    read(target, at) {
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
