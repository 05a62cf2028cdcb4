// Decides which thread does which piece of work, by numbers in memory that all threads share. Pieces are claimed in their
// order, and not too far ahead of the thread that joins them, as a finished piece must be kept until then.

const NEXT = 0;
/** The piece that is needed next. */
const REACHED = 1;
const ANSWERS = 2;
const STOPPED = 3;
const COUNT = 4;
const MAX_AHEAD = 5;
const LENGTH = 6;
/** A run is at most this part of the pieces that are left. */
const LEAST_RUNS_LEFT = 8;

/** Pieces in a row, without the one with the number `end`. */
export interface Run {
  readonly first: number;
  readonly end: number;
}

export class Claims {
  readonly buffer: SharedArrayBuffer;
  readonly #numbers: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#numbers = new Int32Array(buffer);
  }

  /** Makes claims on the pieces from `first` on, before `count`. */
  static make(first: number, count: number, maxAhead: number): Claims {
    const claims = new Claims(new SharedArrayBuffer(LENGTH * 4));
    claims.#numbers[NEXT] = first;
    claims.#numbers[COUNT] = count;
    claims.#numbers[MAX_AHEAD] = maxAhead;
    return claims;
  }

  /** Claims the next piece; undefined if there is none, or it is too far ahead. */
  claim(): number | undefined {
    return this.claimRun(1)?.first;
  }

  /** Claims the next pieces, at most this number, and fewer towards the end, so that all threads end together. */
  claimRun(most: number): Run | undefined {
    for (;;) {
      const first = this.#load(NEXT);
      const count = this.#load(COUNT);
      if (first >= count || first > this.#load(REACHED) + this.#load(MAX_AHEAD)) return undefined;
      const end = first + Math.max(1, Math.min(most, Math.floor((count - first) / LEAST_RUNS_LEFT)));
      if (Atomics.compareExchange(this.#numbers, NEXT, first, end) === first) return { first, end };
    }
  }

  /** Claims this piece if it is the next one; true also if there is no such piece. */
  claimExactly(number: number): boolean {
    if (number >= this.#load(COUNT)) return true;
    return Atomics.compareExchange(this.#numbers, NEXT, number, number + 1) === number;
  }

  /** Notes that this piece is needed next: those before it need not be done any more. */
  reach(number: number): void {
    for (let next = this.#load(NEXT); next < number; next = this.#load(NEXT)) {
      Atomics.compareExchange(this.#numbers, NEXT, next, number);
    }
    Atomics.store(this.#numbers, REACHED, number);
    Atomics.notify(this.#numbers, REACHED);
  }

  /** Claims the next piece, as soon as it is not too far ahead; undefined if there will be none. */
  waitForClaim(): number | undefined {
    return this.waitForRun(1)?.first;
  }

  /** The same for the next pieces, at most this number. */
  waitForRun(most: number): Run | undefined {
    for (;;) {
      const reached = this.#load(REACHED);
      if (this.#load(STOPPED) !== 0) return undefined;
      const run = this.claimRun(most);
      if (run !== undefined || this.#load(NEXT) >= this.#load(COUNT)) return run;
      Atomics.wait(this.#numbers, REACHED, reached);
    }
  }

  /** The number of answers so far. */
  get answers(): number {
    return this.#load(ANSWERS);
  }

  answer(): void {
    Atomics.add(this.#numbers, ANSWERS, 1);
    Atomics.notify(this.#numbers, ANSWERS);
  }

  /** Waits until there are more answers than `seen`; false if none comes in this time. */
  waitForAnswer(seen: number, milliseconds: number): boolean {
    return Atomics.wait(this.#numbers, ANSWERS, seen, milliseconds) !== 'timed-out';
  }

  /** Ends all claiming. */
  stop(): void {
    Atomics.store(this.#numbers, STOPPED, 1);
    Atomics.store(this.#numbers, NEXT, this.#load(COUNT));
    Atomics.notify(this.#numbers, REACHED);
  }

  #load(index: number): number {
    return Atomics.load(this.#numbers, index);
  }
}
