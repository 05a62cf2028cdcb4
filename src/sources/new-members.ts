// Reads the captures in an archive that are not recorded yet. Each is counted apart from the others, because only its end shows
// whether it is known.

import type { CaptureRecord } from '../inventory/inventory.js';
import { Tally } from '../tally/tally.js';
import { makeProblem, type Problem } from '../text/problem.js';
import type { InputResult } from './input-result.js';
import type { IsRecorded, LastPiece, PieceTaker } from './pieces.js';

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
  /** Has one capture at a time. */
  readonly #own: Tally;
  readonly #isRecorded: IsRecorded;
  readonly #pieces: PieceTaker | undefined;
  readonly #digests = new Set<string>();

  /** @param pieces knows the pieces of captures, of which none is taken here */
  constructor(archive: string, tally: Tally, isRecorded: IsRecorded, pieces?: PieceTaker) {
    this.#archive = archive;
    this.#tally = tally;
    this.#own = new Tally(tally.options);
    this.#isRecorded = isRecorded;
    this.#pieces = pieces;
  }

  /** Counts a capture, which `read` reads and records, unless some of it was recorded, or it is a copy of an earlier one. */
  async take(
    name: string,
    read: (own: Tally, pieces?: PieceTaker) => Promise<InputResult>,
  ): Promise<InputResult | LeftOut> {
    let last: LastPiece | undefined;
    // A capture may continue the one before it, as when captures are rotated.
    if (this.#tally.evidence !== undefined) this.#own.evidence?.beginCaptureAfter(this.#tally.evidence);
    const known = this.#pieces;
    const result = await read(
      this.#own,
      known && {
        known: (stream) => known.known(stream),
        whenDue: () => () => undefined,
        take: async () => false,
        last: (piece) => {
          last = piece;
        },
      },
    );
    const part = this.#own.takePart();
    const { captures, format } = result.report;
    const digests = captures.flatMap(({ digest }) => digest ?? []);
    const isEnd = format !== undefined && captures.length === 0;
    if (isEnd || last?.isPart === true || (await this.#isAnyKnown(digests))) return { leftOut: KNOWN };
    if (last !== undefined && (last.replaces !== undefined || last.sequence > 0)) return { leftOut: GROWN };
    for (const digest of digests) this.#digests.add(digest);
    for (const capture of captures) this.captures.push({ ...capture, name: `${this.#archive}: ${name}` });
    this.#tally.merge(part);
    this.#tally.foldIfFull();
    return result;
  }

  async #isAnyKnown(digests: readonly string[]): Promise<boolean> {
    for (const digest of digests) {
      if (this.#digests.has(digest) || (await this.#isRecorded(digest))) return true;
    }
    return false;
  }
}
