// The error of a store. The message can be shown on a terminal.

/** A store that cannot be used: it is missing, damaged, newer than this synsum, locked or full. */
export class StoreError extends Error {
  override readonly name = 'StoreError';

  /** @param mayPass whether the same may succeed later, for example when the disk has room again */
  constructor(
    message: string,
    readonly mayPass: boolean = false,
  ) {
    super(message);
  }
}
