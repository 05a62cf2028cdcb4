// For link layers that put a header before another one, where nothing in that header is needed: of fixed length,
// and whatever it says, the same is behind it.

import type { Decoder } from './packet.js';

/** What is `headerLength` bytes on. The decoder there checks, as all do, that the capture reaches so far. */
export function behind(headerLength: number, decode: Decoder): Decoder {
  return (packet, offset, limit) => decode(packet, offset + headerLength, limit);
}
