// The error of a store. The message can be shown on a terminal.

/** A store that cannot be used: it is missing, damaged, newer than this synsum, locked or full. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
