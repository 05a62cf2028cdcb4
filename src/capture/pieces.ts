// Reads an input to its end in pieces, for those who want its bytes and not its packets.

import type { Input } from './input.js';

const PIECE_LENGTH = 64 << 10;

/**
 * Passes every byte of an input to a function, in pieces that are valid until the function returns.
 * @throws CaptureError UNREADABLE
 */
export async function readPieces(input: Input, use: (piece: Uint8Array) => void): Promise<void> {
  const bytes = new Uint8Array(PIECE_LENGTH);
  for (;;) {
    const count = await input.read(bytes, 0);
    if (count === 0) return;
    use(bytes.subarray(0, count));
  }
}
