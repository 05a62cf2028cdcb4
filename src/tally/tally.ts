// The count of SYN-ACKs by client, server and port. Memory goes with the number of distinct rows and has a
// ceiling; names come later, when a view is made.

import { SYN_ACK, VERDICT_COUNT } from '../decode/verdict.js';
import { CLIENT_REMOTE, KEY_WORDS_6, Rows, SERVER_REMOTE } from './rows.js';
import type { Scope } from './scope.js';

/** Rows enough for the busiest honest network: some 100 bytes each here, and ten times that once they have names. */
const DEFAULT_MAX_ROWS = 250_000;

export interface TallyOptions {
  /** The addresses that are counted one by one; all others are counted as one remote machine. */
  readonly scope: Scope;
  /** Counts SYN-ACKs from this time on, microseconds since the epoch. */
  readonly since?: number;
  /** Counts SYN-ACKs before this time. */
  readonly until?: number;
  /** Past this number the rows with the fewest SYN-ACKs are folded into `folded`. */
  readonly maxRows?: number;
  /** Counts SYN-ACKs of outermost IP packets only, and none in a tunnel. */
  readonly outerOnly?: boolean;
}

/** Rows that had to be given up, and their SYN-ACKs. */
export interface Folded {
  rows: number;
  count: number;
  first: number;
  last: number;
}

export class Tally {
  readonly rows4: Rows = new Rows(4);
  readonly rows6: Rows = new Rows(6);
  readonly folded: Folded = {
    rows: 0,
    count: 0,
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
  };
  /** Packets by verdict. */
  readonly verdicts: Float64Array = new Float64Array(VERDICT_COUNT);
  /** SYN-ACKs outside the time asked for; verdicts has them too. */
  outsideTime = 0;
  readonly outerOnly: boolean;

  readonly #scope: Scope;
  readonly #since: number;
  readonly #until: number;
  readonly #maxRows: number;
  readonly #key6 = new Uint32Array(KEY_WORDS_6);

  constructor(options: TallyOptions) {
    this.#scope = options.scope;
    this.#since = options.since ?? Number.NEGATIVE_INFINITY;
    this.#until = options.until ?? Number.POSITIVE_INFINITY;
    this.#maxRows = options.maxRows ?? DEFAULT_MAX_ROWS;
    this.outerOnly = options.outerOnly ?? false;
  }

  /** Counts a SYN-ACK over IPv4. Addresses are unsigned numbers in network order. */
  add4(client: number, server: number, port: number, time: number): void {
    this.verdicts[SYN_ACK]! += 1;
    if (time < this.#since || time >= this.#until) {
      this.outsideTime += 1;
      return;
    }
    let tag = port;
    if (!this.#scope.keeps4(client)) {
      client = 0;
      tag |= CLIENT_REMOTE;
    }
    if (!this.#scope.keeps4(server)) {
      server = 0;
      tag |= SERVER_REMOTE;
    }
    this.rows4.add4(client, server, tag, 1, time, time);
    this.#foldIfFull();
  }

  /** Counts a SYN-ACK over IPv6. Addresses are the 16 bytes at these offsets. */
  add6(view: DataView, client: number, server: number, port: number, time: number): void {
    this.verdicts[SYN_ACK]! += 1;
    if (time < this.#since || time >= this.#until) {
      this.outsideTime += 1;
      return;
    }
    const key = this.#key6;
    let tag = port;
    if (this.#scope.keeps6(view, client)) {
      for (let word = 0; word < 4; word++) key[word] = view.getUint32(client + word * 4);
    } else {
      key.fill(0, 0, 4);
      tag |= CLIENT_REMOTE;
    }
    if (this.#scope.keeps6(view, server)) {
      for (let word = 0; word < 4; word++) key[4 + word] = view.getUint32(server + word * 4);
    } else {
      key.fill(0, 4, 8);
      tag |= SERVER_REMOTE;
    }
    key[8] = tag;
    this.rows6.add6(key, 1, time, time);
    this.#foldIfFull();
  }

  #foldIfFull(): void {
    if (this.rows4.size + this.rows6.size > this.#maxRows) this.#fold();
  }

  /**
   * Gives up the half of the rows with the fewest SYN-ACKs; of equals, those that came later. A flood of
   * forged addresses makes rows of one packet each, so what is kept is what was there before it.
   */
  #fold(): void {
    const tables = [this.rows4, this.rows6];
    const counts = new Float64Array(this.rows4.size + this.rows6.size);
    let next = 0;
    for (const table of tables) {
      for (let row = 0; row < table.size; row++) counts[next++] = table.countOf(row);
    }
    counts.sort();
    const keep = this.#maxRows >>> 1;
    const threshold = counts[counts.length - keep] ?? Number.POSITIVE_INFINITY;
    let equalsToKeep = 0;
    for (let at = counts.length - keep; counts[at] === threshold; at++) equalsToKeep += 1;
    for (const table of tables) {
      table.retain((row) => {
        const count = table.countOf(row);
        if (count > threshold || (count === threshold && equalsToKeep-- > 0)) return true;
        this.folded.rows += 1;
        this.folded.count += count;
        this.folded.first = Math.min(this.folded.first, table.firstOf(row));
        this.folded.last = Math.max(this.folded.last, table.lastOf(row));
        return false;
      });
    }
  }
}
