// A tally, as if it had counted one SYN-ACK more: that of the last record of a silent stream. Only the bytes after a record
// prove it, so the tally counts it when they come, but people want to see it now.

import type { Rows, TallyRow } from '../../tally/rows.js';
import type { Tally } from '../../tally/tally.js';

/** The part of the rows that is sampled. */
export type LiveRows = Pick<
  Rows,
  'family' | 'size' | 'countOf' | 'firstOf' | 'lastOf' | 'clientOf' | 'serverOf' | 'portOf'
>;

/** The part of a tally that is sampled. */
export interface SampledTally {
  readRows(family: 4 | 6): LiveRows;
  readonly folded: { readonly rows: number };
}

export class TallyWithHeld implements SampledTally {
  readonly #tally: Tally;
  #held: TallyRow | undefined;
  /** The number of its row in the tally, which may be the next one, and what that row counts with it. */
  #row = 0;
  #count = 0;
  /** How often a record that was shown turned out to be damaged: rows may then have other numbers, as after a fold. */
  #mistakes = 0;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** Shows this SYN-ACK, instead of the one before, which the tally has counted since. */
  hold(held: TallyRow | undefined): void {
    if (held === this.#held) return;
    if (this.#held !== undefined && !this.#hasCounted(this.#held)) this.#mistakes += 1;
    this.#held = held;
    if (held === undefined) return;
    const rows = this.#tally.readRows(held.family);
    this.#row = 0;
    while (this.#row < rows.size && !isSame(rows, this.#row, held)) this.#row += 1;
    this.#count = 1 + (this.#row < rows.size ? rows.countOf(this.#row) : 0);
  }

  get folded(): { readonly rows: number } {
    return { rows: this.#tally.folded.rows + this.#mistakes };
  }

  readRows(family: 4 | 6): LiveRows {
    const rows = this.#tally.readRows(family);
    const held = this.#held;
    if (held?.family !== family) return rows;
    const [row, count] = [this.#row, this.#count];
    const { size } = rows;
    return {
      family,
      size: Math.max(size, row + 1),
      countOf: (at) => (at === row ? count : rows.countOf(at)),
      firstOf: (at) => (at < size ? rows.firstOf(at) : held.first),
      lastOf: (at) => (at === row ? held.last : rows.lastOf(at)),
      clientOf: (at) => (at < size ? rows.clientOf(at) : held.client),
      serverOf: (at) => (at < size ? rows.serverOf(at) : held.server),
      portOf: (at) => (at < size ? rows.portOf(at) : held.port),
    };
  }

  #hasCounted(held: TallyRow): boolean {
    const rows = this.#tally.readRows(held.family);
    const row = this.#row;
    return row < rows.size && isSame(rows, row, held) && rows.countOf(row) >= this.#count;
  }
}

function isSame(rows: LiveRows, row: number, { client, server, port }: TallyRow): boolean {
  return (
    rows.portOf(row) === port &&
    String(rows.serverOf(row)) === String(server) &&
    String(rows.clientOf(row)) === String(client)
  );
}
