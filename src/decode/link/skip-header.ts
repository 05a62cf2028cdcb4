// Link layers with a header of fixed length before another one, where nothing in the first header is needed.

import type { Decoder } from '../packet.js';

/** A decoder that skips `headerLength` bytes. The next one checks, as all do, that the capture reaches that far. */
export function skipHeader(headerLength: number, decode: Decoder): Decoder {
  return (packet, offset, limit) => decode(packet, offset + headerLength, limit);
}
