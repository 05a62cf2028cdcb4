// The model that everything meets in: what a source yields, whatever it is, and what every view is made of.

import type { Tally } from '../tally/tally.js';
import type { Totals } from '../tally/totals.js';
import type { Scan } from './scan.js';

/** A capture whose SYN-ACKs are in the tally: read just now, or when the inventory was saved that it comes from. */
export interface CaptureRecord {
  /** `sha256:` and the hexadecimal SHA-256 of its bytes, decompressed; absent where nobody asked for it. */
  readonly digest?: string;
  /** As the user wrote it. */
  readonly name: string;
  readonly format: string;
  readonly packetsRead: number;
  readonly synAcks: number;
  /** Time of its first and last SYN-ACK, microseconds since the epoch; Infinity and -Infinity if it has none. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly problems: readonly string[];
}

/** One input that was read, or could not be. */
export interface InputReport {
  /** As the user wrote it; `-` is standard input. */
  readonly name: string;
  /** `pcap 2.4`, say; absent where the input could not be recognised. */
  readonly format?: string;
  /** Names and numbers of its link layers, such as `EN10MB (1)`. */
  readonly linkTypes: readonly string[];
  readonly packetsRead: number;
  /** The captures that it is, or has in it; see CaptureRecord. */
  readonly captures: readonly CaptureRecord[];
  /** What was wrong with it, with the places, in the order of the capture; empty if it was read whole. */
  readonly problems: readonly string[];
}

export interface Inventory {
  /** The inputs as they were named on the command line. */
  readonly inputs: readonly InputReport[];
  /** What was seen passively, and where. */
  readonly tally: Tally;
  /** Those of all inputs. */
  readonly captures: readonly CaptureRecord[];
  readonly totals: Totals;
  /** What was found actively: each scan once. */
  readonly scans: readonly Scan[];
}

/** Whether no packet showed anything, and nothing was scanned. */
export function isEmptyInventory({ tally, scans }: Inventory): boolean {
  return scans.length === 0 && tally.countRows() + tally.folded.rows === 0;
}
