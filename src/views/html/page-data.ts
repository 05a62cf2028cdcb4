// Shared by a page and its script.

/** The texts that the numbers in the columns stand for. */
export interface DataHeader {
  readonly rows: number;
  /** Label, whether it is ours (1), and addresses that differ from the label. */
  readonly machines: readonly (readonly [label: string, isOurs: 0 | 1, ...addresses: string[]])[];
  readonly services: readonly string[];
  readonly verdicts: readonly string[];
  /** Wall-clock seconds of time 0, and the unit of times in seconds. */
  readonly base: number;
  readonly unit: number;
  /** The zone of times, and whether all are of the same day. */
  readonly zone: string;
  readonly isOneDay: boolean;
}

/** The link or the cell of a row that is not on the map. */
export const NOWHERE = 0xffff_ffff;
