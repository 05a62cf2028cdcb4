// The counts of the last samples, item by item, in flat memory. An item is a row, a service or a machine.

/** Samples that are kept: a spark line shows at most this number. */
export const SAMPLES = 15;
/** Samples that a rate is the mean of. */
export const RECENT_SAMPLES = 10;

export class Series {
  /** By sample, then by item. The samples are a ring, and the newest is at `#newest`. */
  readonly #samples: Uint32Array[] = Array.from({ length: SAMPLES }, () => new Uint32Array(0));
  #newest = 0;
  /** By item: the sum of the recent samples. */
  #recent = new Float64Array(0);

  /** Makes room for items up to this number. */
  grow(capacity: number): void {
    for (const [at, sample] of this.#samples.entries()) this.#samples[at] = grown(sample, capacity);
    this.#recent = grown(this.#recent, capacity);
  }

  /** Begins a new sample, which replaces the oldest. */
  begin(): void {
    const leaving = this.#samples[(this.#newest + 1 + SAMPLES - RECENT_SAMPLES) % SAMPLES] as Uint32Array;
    const recent = this.#recent;
    for (let item = 0; item < recent.length; item++) recent[item]! -= leaving[item]!;
    this.#newest = (this.#newest + 1) % SAMPLES;
    this.#samples[this.#newest]!.fill(0);
  }

  /** Counts for an item in the newest sample. */
  add(item: number, count: number): void {
    // The numbers of a sample have 32 bits, and so must what is taken off again.
    const sample = this.#samples[this.#newest] as Uint32Array;
    const sum = Math.min(sample[item]! + count, 0xffff_ffff);
    this.#recent[item]! += sum - sample[item]!;
    sample[item] = sum;
  }

  /** Returns the sum of the recent samples. */
  recentOf(item: number): number {
    return this.#recent[item] as number;
  }

  /** Returns the samples of an item, the oldest first. */
  historyOf(item: number): number[] {
    return Array.from(
      { length: SAMPLES },
      (_, at) => this.#samples[(this.#newest + 1 + at) % SAMPLES]![item]!,
    );
  }

  /** Takes the samples of an item over from another series with the same number of samples begun. */
  adopt(item: number, from: Series, other: number): void {
    for (const [at, sample] of this.#samples.entries()) sample[item] = from.#samples[at]![other]!;
    this.#newest = from.#newest;
    this.#recent[item] = from.#recent[other]!;
  }
}

/** Copies an array into a longer one. */
export function grown<A extends Uint32Array | Float64Array | Uint8Array>(array: A, length: number): A {
  const longer = new (array.constructor as new (length: number) => A)(length);
  longer.set(array);
  return longer;
}
