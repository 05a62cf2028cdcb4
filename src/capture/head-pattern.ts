// Patterns for the first eight bytes of captures, so that src/hot/search/heads.ts can search for them.

export interface HeadPattern {
  /** The first four bytes, read as a little-endian number. */
  readonly word: number;
  /** The next four bytes, read in the same way, are `next` in the bits of `mask`. */
  readonly mask: number;
  readonly next: number;
}

/** Reverses the order of a number's four bytes. */
export function swapBytes(word: number): number {
  return ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}
