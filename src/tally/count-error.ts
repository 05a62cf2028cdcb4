/** There is more than can be counted, which is possible only in forged inventories. */
export class CountError extends RangeError {
  override readonly name = 'CountError';
}

/** Returns the sum of two counts. @throws CountError if it is too large to be exact; `what` are the things counted */
export function exactSum(a: number, b: number, what: string): number {
  const sum = a + b;
  if (!Number.isSafeInteger(sum))
    throw new CountError(
      `found more than ${Number.MAX_SAFE_INTEGER} ${what}, which cannot be counted exactly`,
    );
  return sum;
}

/** Runs a function that adds up counts; a CountError also reports the input that the last counts come from. */
export function addingFrom<T>(name: string, add: () => T): T {
  try {
    return add();
  } catch (error) {
    if (!(error instanceof CountError)) throw error;
    throw new CountError(`${name}: ${error.message}, in all inputs together`);
  }
}
