// Joins small pieces of text into chunks that are large enough to write. Knows nothing of their contents.

/**
 * The least number of characters in a chunk, except the last one. The pieces live until their chunk is whole:
 * with 64 KiB, so many survive each round of V8's garbage collector that it reserves tens of megabytes more
 * for new objects.
 */
export const CHUNK_LENGTH: number = 16 * 1024;

/** Joins pieces into chunks of at least `CHUNK_LENGTH` characters; holds one chunk at a time. */
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
