// The model in which everything meets: every source becomes an inventory, and every view is made from one.

import type { AddressRange } from '../ip/address.js';
import type { Tally } from '../tally/tally.js';
import type { Totals } from '../tally/totals.js';
import type { Problem } from '../text/problem.js';
import type { Scan } from './scan.js';
import type { TimeWindow } from './time-window.js';

/**
 * A capture that was counted, either now or before the inventory that it comes from was saved: the SYN-ACKs from `since`
 * on and before `until`, if these are given.
 */
export interface CaptureRecord extends TimeWindow {
  /** `sha256:` and the hexadecimal SHA-256 of its decompressed bytes; absent if it was not asked for. */
  readonly digest?: string;
  /** As the user wrote it. */
  readonly name: string;
  readonly format: string;
  readonly packetsRead: number;
  readonly synAcks: number;
  /**
   * Time of the first and last SYN-ACK that was counted, microseconds since the epoch; Infinity and -Infinity if none
   * was.
   */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** In the order of the capture; empty if it was read completely. */
  readonly problems: readonly Problem[];
}

/** The result of reading one input, whether or not it could be read. */
export interface InputReport {
  /** As the user wrote it; `-` is standard input. */
  readonly name: string;
  /** Such as `pcap 2.4`; absent if the format was not recognised. */
  readonly format?: string;
  /** Names and numbers of its link layers, such as `EN10MB (1)`. */
  readonly linkTypes: readonly string[];
  readonly packetsRead: number;
  /**
   * Its packets that were not decoded to their end, the most frequent first. Absent if a capture has none, or if a saved
   * inventory does not say, because an older synsum wrote it.
   */
  readonly undecoded?: readonly Undecoded[];
  /** The capture that it is, or the captures in it if it is a saved inventory. */
  readonly captures: readonly CaptureRecord[];
  /** In the order of the input; empty if it was read completely. */
  readonly problems: readonly Problem[];
  /** Remarks on an input that was read completely; absent if there are none. */
  readonly notes?: readonly Problem[];
}

/** The format of an input that is a saved inventory. */
export const SAVED_INVENTORY = 'synsum inventory';

/** The format of an input that is a store. */
export const SAVED_STORE = 'synsum store';

/** Whether an input has counts that were made before: a saved inventory, or a store. */
export function isSavedInventory({ format }: Pick<InputReport, 'format'>): boolean {
  return format === SAVED_INVENTORY || format === SAVED_STORE;
}

/** Why packets were not decoded to their end; docs/output.md explains each. */
export const UNDECODED_REASONS = ['tcp-too-short', 'too-short', 'encrypted', 'unknown', 'no-tcp'] as const;

/** Packets that were not decoded to their end. */
export interface Undecoded {
  /** Why; `no-tcp` if their protocol never carries TCP, and so no SYN-ACK is missing. docs/output.md explains each. */
  readonly reason: (typeof UNDECODED_REASONS)[number];
  /** Such as `EtherType 0x0806 (ARP)`. */
  readonly name: string;
  readonly packets: number;
}

/**
 * The contents of all inputs: `readInventory` makes it; summaries, lists and changes are derived from it.
 */
export interface Inventory {
  /** One report for each input, in the order in which they were named. */
  readonly inputs: readonly InputReport[];
  /**
   * The counts from captures, which `summarize` and `collectEvidence` read.
   * @internal
   */
  readonly tally: Tally;
  /** The captures of all inputs; filled only if `records` or `digests` was asked for, or needed. */
  readonly captures: readonly CaptureRecord[];
  readonly totals: Totals;
  /**
   * Addresses that were counted one by one in all captures, because they were local or named then. Those that scans found
   * are not among them. Undefined if they are not known.
   */
  readonly kept?: readonly AddressRange[] | undefined;
  /** The scans of all inputs, each once. */
  readonly scans: readonly Scan[];
}

/** Whether the captures had no SYN-ACK, and nothing was scanned. */
export function isEmptyInventory(inventory: Inventory): boolean {
  const { tally, scans } = inventory;
  return scans.length === 0 && tally.countRows() + tally.folded.rows === 0;
}
