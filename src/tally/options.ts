// The options of a tally.

import type { Scope } from './scope.js';

/** Which SYN-ACKs are counted, and in how many rows. */
export interface CountOptions {
  /** Counts SYN-ACKs from this time on; microseconds since the epoch. Without it, from the first one. */
  readonly since?: number;
  /** Counts SYN-ACKs before this time; microseconds since the epoch. Without it, up to the last one. */
  readonly until?: number;
  /**
   * Above this number of rows, those with the fewest SYN-ACKs are folded into one sum. By default 250,000; at most
   * 3,500,000, or 1,000,000 with `clients` or `hours`.
   */
  readonly maxRows?: number;
  /** Estimates how many remote clients each row has, for lists of services. Off by default: it takes memory. */
  readonly clients?: boolean;
  /** Counts in which hours each row was seen, for comparisons to judge silence by. Off by default: it takes memory. */
  readonly hours?: boolean;
  /**
   * Counts how often each row was seen in each of at most 128 slices of time, for reports. Off by default: it takes memory.
   * @internal
   */
  readonly activity?: boolean;
  /**
   * Keeps separate rows for each slice of time, for summaries by hour or day: the length of a slice in microseconds. Slices
   * begin at multiples of it since the epoch. By default, a row is for all times.
   */
  readonly slice?: number;
  /**
   * Counts handshakes and their outcomes; see `RowEvidence`. Off by default: it takes time and memory.
   */
  readonly evidence?: boolean;
  /** Counts SYN-ACKs in outermost IP packets only, not those in tunnels. Off by default. */
  readonly outerOnly?: boolean;
}

export interface TallyOptions extends CountOptions {
  /** The addresses that are counted separately; all others are counted as one remote machine. */
  readonly scope: Scope;
}
