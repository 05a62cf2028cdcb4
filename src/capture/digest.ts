// The digest of an input: the SHA-256 of its bytes, as sha256sum prints it for a file.

import { createHash } from 'node:crypto';
import type { Input } from './input.js';

export interface DigestedInput {
  /** The same bytes. It cannot be skipped in or read at any offset, so every byte passes through it. */
  readonly input: Input;
  /** Returns the digest of the bytes that were read, as `sha256:` and hexadecimal digits. May be called once. */
  digest(): string;
}

export function digestInput(input: Input): DigestedInput {
  const hash = createHash('sha256');
  const note = (target: Uint8Array, at: number, count: number): number => {
    hash.update(target.subarray(at, at + count));
    return count;
  };
  return {
    input: {
      ...(input.compression === undefined ? {} : { compression: input.compression }),
      read(target, at) {
        const reading = input.read(target, at);
        return typeof reading === 'number'
          ? note(target, at, reading)
          : reading.then((count) => note(target, at, count));
      },
      close() {
        input.close();
      },
    },
    digest: () => `sha256:${hash.digest('hex')}`,
  };
}
