// The model that everything meets in: what a source yields, whatever it is, and what every view is made of.

import type { Tally } from '../tally/tally.js';
import type { Totals } from '../tally/totals.js';

/** One capture that was read, or could not be. */
export interface InputReport {
  /** As the user wrote it; `-` is standard input. */
  readonly name: string;
  /** `pcap 2.4`, say; absent where the input could not be recognised. */
  readonly format?: string;
  /** Names and numbers of its link layers, such as `EN10MB (1)`. */
  readonly linkTypes: readonly string[];
  readonly packetsRead: number;
  /** What was wrong with it, with the places, in the order of the capture; empty if it was read whole. */
  readonly problems: readonly string[];
}

export interface Inventory {
  readonly tally: Tally;
  readonly inputs: readonly InputReport[];
  readonly totals: Totals;
}
