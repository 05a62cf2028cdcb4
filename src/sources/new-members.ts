// Reads the captures in an archive that are not recorded yet. Each is read into a tally of its own, because only its end
// shows whether it is known.

import type { CaptureRecord } from '../inventory/inventory.js';
import { Tally } from '../tally/tally.js';
import type { InputResult } from './input-result.js';
import type { PieceTaker } from './pieces.js';

export class NewMembers {
  /** The records of the captures that were counted. */
  readonly captures: CaptureRecord[] = [];
  readonly #archive: string;
  readonly #tally: Tally;
  readonly #taker: PieceTaker;
  readonly #digests = new Set<string>();

  constructor(archive: string, tally: Tally, taker: PieceTaker) {
    this.#archive = archive;
    this.#tally = tally;
    this.#taker = taker;
  }

  /** Counts a capture, which `read` reads and records; undefined if it was recorded, or is a copy of an earlier one. */
  async take(name: string, read: (own: Tally) => Promise<InputResult>): Promise<InputResult | undefined> {
    const own = new Tally(this.#tally.options);
    const result = await read(own);
    for (const { digest } of result.report.captures) {
      if (digest === undefined) continue;
      if (this.#digests.has(digest) || (await this.#taker.isRecorded?.(digest)) === true) return undefined;
      this.#digests.add(digest);
    }
    for (const capture of result.report.captures) {
      this.captures.push({ ...capture, name: `${this.#archive}: ${name}` });
    }
    this.#tally.merge(own.takePart());
    this.#tally.foldIfFull();
    return result;
  }
}
