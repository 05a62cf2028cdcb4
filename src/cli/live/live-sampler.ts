// Samples a reading: its tally, and the last record of a silent stream, which the tally counts later.

import { TallyWithHeld } from '../../inventory/live/held.js';
import { Sampler } from '../../inventory/live/sampler.js';
import type { Progress } from '../../sources/progress.js';

export class LiveSampler {
  readonly #progress: Progress;
  readonly #begun: number;
  #tally: TallyWithHeld | undefined;
  #sampler: Sampler | undefined;

  /** @param begun milliseconds of a clock that never goes back */
  constructor(progress: Progress, begun: number) {
    this.#progress = progress;
    this.#begun = begun;
  }

  /** Takes a sample, and returns all samples; undefined before the reading has begun. */
  sample(now: number): Sampler | undefined {
    const { tally } = this.#progress;
    if (tally === undefined) return undefined;
    this.#tally ??= new TallyWithHeld(tally);
    this.#sampler ??= new Sampler(this.#tally, this.#begun);
    const held = this.#progress.findHeld();
    this.#tally.hold(held);
    this.#sampler.sample(now, this.#progress.synAcks + (held === undefined ? 0 : 1));
    return this.#sampler;
  }
}
