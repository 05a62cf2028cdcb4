// Joins what several shards answer, sorted by a key, into groups with the same key. Only one batch of each answer is in
// memory.

/** Reads one sorted answer a row at a time. */
class Cursor<T> {
  readonly #batches: AsyncIterator<readonly T[]>;
  #batch: readonly T[] = [];
  #at = 0;

  constructor(batches: AsyncIterable<readonly T[]>) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  get current(): T | undefined {
    return this.#batch[this.#at];
  }

  /** Moves on to the next row, and returns it; undefined at the end. */
  async next(): Promise<T | undefined> {
    this.#at += 1;
    while (this.#at >= this.#batch.length) {
      const { value, done } = await this.#batches.next();
      if (done === true) {
        this.#batch = [];
        return undefined;
      }
      this.#batch = value;
      this.#at = 0;
    }
    return this.current;
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }
}

/** @param compare orders rows as the answers are ordered; rows that it finds equal form a group */
export async function* mergeSorted<T>(
  answers: readonly AsyncIterable<readonly T[]>[],
  compare: (a: T, b: T) => number,
): AsyncGenerator<T[]> {
  const cursors = answers.map((answer) => new Cursor(answer));
  try {
    for (const cursor of cursors) await cursor.next();
    for (;;) {
      let least: T | undefined;
      for (const { current } of cursors) {
        if (current !== undefined && (least === undefined || compare(current, least) < 0)) least = current;
      }
      if (least === undefined) return;
      const group: T[] = [];
      for (const cursor of cursors) {
        let { current } = cursor;
        while (current !== undefined && compare(current, least) === 0) {
          group.push(current);
          current = await cursor.next();
        }
      }
      yield group;
    }
  } finally {
    for (const cursor of cursors) await cursor.close();
  }
}
