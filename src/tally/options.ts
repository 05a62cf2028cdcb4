// What a tally counts.

import type { Scope } from './scope.js';

export interface TallyOptions {
  /** The addresses that are counted separately; all others are counted as one remote machine. */
  readonly scope: Scope;
  /** Counts SYN-ACKs from this time on; microseconds since the epoch. */
  readonly since?: number;
  /** Counts SYN-ACKs before this time; microseconds since the epoch. */
  readonly until?: number;
  /**
   * Above this number of rows, those with the fewest SYN-ACKs are folded into one sum. At most MAX_ROWS, or
   * MAX_ROWS_WITH_CLIENTS with `clients`.
   */
  readonly maxRows?: number;
  /** Estimates how many remote clients each row has. */
  readonly clients?: boolean;
  /** Counts SYN-ACKs in outermost IP packets only, not those in tunnels. */
  readonly outerOnly?: boolean;
}
