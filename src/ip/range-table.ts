// Looks up the narrowest of many ranges, which may overlap, around a value. Serves addresses and ports alike.

/** All values from `first` to `last`, both included, and what they stand for. */
export interface Range<T> {
  readonly first: bigint;
  readonly last: bigint;
  readonly tag: T;
}

/**
 * The ranges cut wherever one begins or ends: piece `i` goes from `starts[i]` up to, but not including,
 * `starts[i + 1]`.
 */
export interface RangeTable<T> {
  readonly starts: readonly bigint[];
  readonly tags: readonly (T | undefined)[];
}

/**
 * Builds a table in which the narrowest range wins; among equally narrow ranges, the earliest. It takes n log
 * n steps for n ranges, however they overlap, so a hostile or generated file does no harm.
 */
export function buildRangeTable<T>(ranges: readonly Range<T>[]): RangeTable<T> {
  const starts = sortUnique(ranges.flatMap((range) => [range.first, range.last + 1n]));
  const tags = new Array<T | undefined>(starts.length).fill(undefined);
  // Following free[i] leads to the first piece, from i on, that no range has taken yet.
  const free = starts.map((_, index) => index);
  free.push(starts.length);
  const width = (range: Range<T>): bigint => range.last - range.first;
  const narrowestFirst = [...ranges].sort((a, b) => compare(width(a), width(b)));
  for (const { first, last, tag } of narrowestFirst) {
    const end = findPiece(starts, last) + 1;
    for (let piece = findFree(free, findPiece(starts, first)); piece < end; piece = findFree(free, piece)) {
      tags[piece] = tag;
      free[piece] = piece + 1;
    }
  }
  return { starts, tags };
}

/** Returns the tag of the narrowest range around `value`; undefined if there is none. */
export function lookUp<T>(table: RangeTable<T>, value: bigint): T | undefined {
  return table.tags[findPiece(table.starts, value)];
}

// Returns the last piece that starts at or before the value; -1 if all start after it.
function findPiece(starts: readonly bigint[], value: bigint): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as bigint) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function findFree(free: number[], from: number): number {
  let piece = from;
  while (free[piece] !== piece) {
    const next = free[piece] as number;
    free[piece] = free[next] as number;
    piece = next;
  }
  return piece;
}

function sortUnique(values: bigint[]): bigint[] {
  values.sort(compare);
  return values.filter((value, index) => index === 0 || value !== values[index - 1]);
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
