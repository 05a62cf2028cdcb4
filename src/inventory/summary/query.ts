// What is asked of an inventory: which rows, how they are grouped, in which order.

import type { MachinePattern, ServicePattern } from '../../names/patterns.js';
import type { Column, SortColumn } from './columns.js';

export interface Query {
  readonly by: readonly Column[];
  /** Addresses and ports in place of names. */
  readonly numeric?: boolean;
  /** Remote machines by address in place of `_`; the tally must have kept them. */
  readonly remote?: boolean;
  /** Without it rows come in the order of the classic lines. */
  readonly sort?: SortColumn;
  /** Keep this many rows: the first ones of the sort asked for, else those with the most SYN-ACKs. */
  readonly top?: number;
  /** A row stays if one pattern of each kind that is given matches. */
  readonly clients?: readonly MachinePattern[];
  readonly servers?: readonly MachinePattern[];
  readonly services?: readonly ServicePattern[];
  /** Collect the addresses and ports behind the names. */
  readonly details?: boolean;
}
