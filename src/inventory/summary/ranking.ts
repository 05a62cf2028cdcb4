// Orders of the columns of a summary, as numbers.

/** The order of a column, or of the items in it. */
export interface Ranking {
  /** The place of each item in the order: a whole number from 0 to `size - 1`, equal for items that look the same. */
  readonly ranks: Uint32Array | Float64Array;
  readonly size: number;
}

/** Returns the values at these numbers. */
export function gather(numbers: Uint32Array, values: Uint32Array | Float64Array): Uint32Array {
  const gathered = new Uint32Array(numbers.length);
  for (let at = 0; at < numbers.length; at++) gathered[at] = values[numbers[at] as number] as number;
  return gathered;
}
