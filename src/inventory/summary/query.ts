// The query for a summary: which rows, how they are grouped, and in which order.

import type { MachinePattern, ServicePattern } from '../../names/patterns.js';
import type { Only } from '../verdicts/verdict.js';
import type { Column, SortColumn } from './columns.js';

/**
 * The unit of the counts of a summary: SYN-ACKs, the handshakes that they belong to, or only the handshakes of services that
 * are used, by those whose verdict has the level `yes`.
 */
export type Counted = 'syn-acks' | 'handshakes' | 'used';
export const COUNTED: readonly Counted[] = ['syn-acks', 'handshakes', 'used'];

/** Selects, groups and sorts the rows of a summary. */
export interface Query {
  /** The columns to group by, in this order. By default client, server and service. */
  readonly by?: readonly Column[];
  /** Shows addresses and ports instead of names. */
  readonly numeric?: boolean;
  /** Shows remote machines by address instead of `_`, if the inventory was read with `remote` or `keep`. */
  readonly remote?: boolean;
  /**
   * Sorts by this column: counts and last times descending, all others ascending. By default, rows have the
   * order of the classic lines.
   */
  readonly sort?: SortColumn;
  /**
   * Keeps this many rows: the first ones in the order of `sort`, or those with the most SYN-ACKs without it.
   */
  readonly top?: number;
  /** Sorts addresses by number and before names, as people expect, instead of by text. */
  readonly byAddress?: boolean;
  /** The time zone of hours and days, such as `Europe/Berlin`; by default UTC. */
  readonly tz?: string;
  /** Reverses the order, before `top`. */
  readonly reverse?: boolean;
  /**
   * A row stays if at least one choosing pattern of each list matches, if the list has any, and no excluding one.
   */
  readonly clients?: readonly MachinePattern[];
  readonly servers?: readonly MachinePattern[];
  readonly services?: readonly ServicePattern[];
  /** By default SYN-ACKs. Anything else needs an inventory that was read with `evidence` and `clients`. */
  readonly counted?: Counted;
  /** Keeps the connections whose verdict has this level; by default all. It needs such an inventory too. */
  readonly only?: Only;
  /** Judges each row, which needs such an inventory too. */
  readonly judged?: boolean;
  /** Collects the addresses and ports of each name; JSON and NDJSON show them, see `needsDetails`. */
  readonly details?: boolean;
}

/** A query with its defaults filled in. */
export type ResolvedQuery = Query & Required<Pick<Query, 'by'>>;
