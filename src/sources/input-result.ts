// The options of reading an input, and the result.

import type { InputReport } from '../inventory/inventory.js';
import type { Scan } from '../inventory/scan.js';
import type { AddressRange } from '../ip/address.js';
import { EVERY_ADDRESS } from '../tally/scope.js';
import type { Problem } from '../text/problem.js';
import type { IsRecorded, PieceTaker } from './pieces.js';
import type { Progress } from './progress.js';

/** `fast` is synsum's own reader; `pcap-parser` is the package of that name, to check results with. */
export type Reader = 'fast' | 'pcap-parser';

/** The options that are the same in every thread. */
export interface InputSettings {
  readonly reader: Reader;
  /** Whether to record each capture, with the time that it covers. */
  readonly records: boolean;
  /** Whether to record its digest too, which takes reading every byte. */
  readonly digests: boolean;
  /** Whether saved inventories are read although only a part of the captures is counted: `since` and `until`. */
  readonly wholeInventories: boolean;
  /** Whether reading stops with a NotOnlyCaptures at an input that is not a capture. Off by default. */
  readonly onlyCaptures?: boolean | undefined;
}

/** An input is a document, but was taken for a capture: inputs have to be read in another order. */
export class NotOnlyCaptures extends Error {}

export interface InputOptions extends InputSettings {
  /** Aborting it ends the reading; everything read until then counts. */
  readonly signal: AbortSignal;
  /** Number of threads that may read a large file together. */
  readonly threads: number;
  /** Shown how far the reading is. */
  readonly progress?: Progress | undefined;
  /** Takes a capture in pieces while it is read. */
  readonly pieces?: PieceTaker | undefined;
  /** Whether the capture with a digest was recorded before. Asked for those in an archive, of which only the others count. */
  readonly isRecorded?: IsRecorded | undefined;
}

export interface InputResult {
  readonly report: InputReport;
  readonly scans: readonly Scan[];
  /** As in `Inventory`. */
  readonly kept: readonly AddressRange[] | undefined;
  readonly bytesRead: number;
  /** Bytes of capture that could not be used. */
  readonly bytesSkipped: number;
  /** Number of gaps that these bytes form. */
  readonly gaps: number;
}

/** The result for an input of which nothing is used. */
export function nothingRead(name: string, problems: readonly Problem[]): InputResult {
  return {
    report: { name, linkTypes: [], packetsRead: 0, captures: [], problems },
    scans: [],
    kept: EVERY_ADDRESS,
    bytesRead: 0,
    bytesSkipped: 0,
    gaps: 0,
  };
}
