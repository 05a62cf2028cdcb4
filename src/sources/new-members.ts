// Reads the captures in an archive that are not recorded yet. Each is read into a tally of its own, because only its end
// shows whether it is known.

import type { CaptureRecord } from '../inventory/inventory.js';
import { Tally } from '../tally/tally.js';
import { makeProblem, type Problem } from '../text/problem.js';
import type { InputResult } from './input-result.js';
import type { LastPiece, PieceTaker } from './pieces.js';

/** Why a capture of an archive does not count. */
export interface LeftOut {
  readonly leftOut: Problem;
}

const KNOWN = makeProblem('left-out', 'it was recorded before');
const GROWN = makeProblem(
  'other',
  'left out, as it has grown since its beginning was recorded; record the capture itself',
);

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

  /** Counts a capture, which `read` reads and records, unless some of it was recorded, or it is a copy of an earlier one. */
  async take(
    name: string,
    read: (own: Tally, pieces: PieceTaker) => Promise<InputResult>,
  ): Promise<InputResult | LeftOut> {
    const own = new Tally(this.#tally.options);
    let last: LastPiece | undefined;
    const result = await read(own, {
      isForArchives: this.#taker.isForArchives === true,
      known: (stream) => this.#taker.known(stream),
      whenDue: () => () => undefined,
      take: async () => false,
      last: (piece) => {
        last = piece;
      },
    });
    const { captures, format } = result.report;
    const digests = captures.flatMap(({ digest }) => digest ?? []);
    const isEnd = format !== undefined && captures.length === 0;
    if (isEnd || last?.isPart === true || (await this.#isAnyKnown(digests))) return { leftOut: KNOWN };
    if (last !== undefined && (last.replaces !== undefined || last.sequence > 0)) return { leftOut: GROWN };
    for (const digest of digests) this.#digests.add(digest);
    for (const capture of captures) this.captures.push({ ...capture, name: `${this.#archive}: ${name}` });
    this.#tally.merge(own.takePart());
    this.#tally.foldIfFull();
    return result;
  }

  async #isAnyKnown(digests: readonly string[]): Promise<boolean> {
    for (const digest of digests) {
      if (this.#digests.has(digest) || (await this.#taker.isRecorded?.(digest)) === true) return true;
    }
    return false;
  }
}
