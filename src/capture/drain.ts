// Reads an input to its end, for those who want its bytes and no packets.

import type { Input } from './input.js';

const PIECE_LENGTH = 64 << 10;

/** Hands over all bytes in pieces, each valid until the function returns. @throws CaptureError UNREADABLE */
export async function drain(input: Input, take: (piece: Uint8Array) => void): Promise<void> {
  const bytes = new Uint8Array(PIECE_LENGTH);
  for (;;) {
    const count = await input.read(bytes, 0);
    if (count === 0) return;
    take(bytes.subarray(0, count));
  }
}
