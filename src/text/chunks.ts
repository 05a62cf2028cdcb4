// Gathers small pieces of text into chunks worth a write each. It knows nothing of what they say.

/**
 * Characters a chunk has at least, the last one aside. The pieces live until their chunk is whole: with 64 KiB so
 * many outlive each round of V8's garbage collector that it takes tens of megabytes more for new objects.
 */
export const CHUNK_LENGTH: number = 16 * 1024;

/** Joins pieces into chunks of `CHUNK_LENGTH` or slightly more; holds one chunk at a time. */
export function* joinChunks(pieces: Iterable<string>): Generator<string, void, undefined> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length >= CHUNK_LENGTH) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}
