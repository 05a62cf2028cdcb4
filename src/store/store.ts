// The seam between the two kinds of store, one SQLite file or the ClickHouse servers of a fleet, and everything that uses
// them: sources and commands know only this file.

import type { ExportedRow } from '../inventory/history/exported.js';
import type {
  Activity,
  RecordedCapture,
  RememberedService,
  SensorState,
  TimelineUnit,
} from '../inventory/history/history.js';
import type { CaptureRecord, Inventory, Undecoded } from '../inventory/inventory.js';
import type { Scan } from '../inventory/scan.js';
import type { AddressRange } from '../ip/address.js';
import type { Tally } from '../tally/tally.js';
import type { Totals } from '../tally/totals.js';
import type { Problem } from '../text/problem.js';
import type { Selection } from './selection.js';

/** The part of an answer that is not in the tally. */
export interface Answer {
  readonly captures: readonly CaptureRecord[];
  readonly scans: readonly Scan[];
  readonly kept: readonly AddressRange[] | undefined;
  readonly totals: Totals;
  /** Undefined if they are not known, as of a part of the time. */
  readonly undecoded: readonly Undecoded[] | undefined;
  /** Remarks on how the question was answered. */
  readonly notes: readonly Problem[];
}

/** One source to record. */
export interface Batch {
  readonly sensor: string;
  /** As the user named it. */
  readonly source: string;
  /**
   * The result of reading it with `digests`, `clients`, `evidence`, and slices of an hour. Rows of several hours, as in a saved
   * inventory, are recorded as such.
   */
  readonly inventory: Inventory;
  /** The file that it was read from, if it was one: it is not read again while it stays the same. */
  readonly file?: RecordedFile;
  /** The piece of a stream that it is. */
  readonly piece?: PieceOfStream | undefined;
  /** The name of a capture, by which it is recognised when it has grown; undefined if it cannot be. */
  readonly stream?: string | undefined;
  /** Digest of the capture that this one begins with, and that it replaces. */
  readonly replaces?: string | undefined;
}

/** The place of a piece in its stream. */
export interface PieceOfStream {
  readonly stream: string;
  /** 0 for the first one. */
  readonly sequence: number;
  /** Whether the stream ended with it. */
  readonly isLast: boolean;
}

/** A piece of a stream that was recorded. */
export interface RecordedPiece extends PieceOfStream {
  /** The number of bytes from the beginning of the stream to the end of the piece, and their digest. */
  readonly end: number;
  readonly digest: string;
  readonly packets: number;
  /** Whether it is a whole capture that can be replaced by one that begins with it. */
  readonly isReplaceable?: boolean;
}

/** A file as it was when it was recorded. Times are in milliseconds. */
export interface RecordedFile {
  readonly path: string;
  readonly size: number;
  readonly modified: number;
  readonly changed: number;
  /** The digest of the capture in it; absent if it is not a capture. */
  readonly digest?: string;
}

/** `known` if everything in it had been recorded before. */
export type Outcome = 'recorded' | 'replaced' | 'known';

/** How long rows stay as they are, in microseconds. */
export interface Retention {
  /** Hours are kept so long, then added up to days. */
  readonly hours: number;
  /** Days are kept so long, then added up to months. */
  readonly days: number;
}

/** The result of adding up. */
export interface Compaction {
  /** Rows before and after, of the slots that were added up. */
  readonly before: number;
  readonly after: number;
  /** Sentences about what could not be added up yet. */
  readonly left?: readonly string[];
}

/** The result of removing rows. */
export interface Pruning {
  readonly rows: number;
  /** Sentences about what is still larger than it should be. */
  readonly left: readonly string[];
}

/** The result of a check. */
export interface Verification {
  readonly batches: number;
  readonly rows: number;
  readonly synAcks: number;
  /** Sentences; empty if nothing is wrong. */
  readonly faults: readonly string[];
}

/** Which services count; by default, all do. */
export type ChooseService = (service: Pick<RememberedService, 'address' | 'port'>) => boolean;

/** An open store that can be asked. Its methods throw a StoreError if they cannot answer. */
export interface Store {
  /** The parts of the store that could not be asked until now: answers are without them. */
  readonly missing: readonly Problem[];
  /** Adds what it knows of a selection to a tally, completely or not at all. */
  answer(selection: Selection, tally: Tally): Promise<Answer>;
  /** The services that were first seen in the time asked for, by all sensors together; the earliest first. */
  newServices(selection: Selection): Promise<Iterable<RememberedService>>;
  /** All services that were ever seen, or were seen in the time asked for; the earliest first. */
  seenServices(selection: Selection): Promise<Iterable<RememberedService>>;
  /** The activity by hour, day or week of UTC, ascending, without those in which nothing was seen. */
  timeline(selection: Selection, unit: TimelineUnit, isChosen?: ChooseService): Promise<Activity[]>;
  /** Remarks on a window: that rows of it were removed, or are of longer times. A fleet has none. */
  remarks?(selection: Selection): Promise<readonly Problem[]>;
  /** The recordings of each sensor, by its name. */
  sensorStates(): Promise<SensorState[]>;
  /** The captures that were recorded and have SYN-ACKs in the time asked for, in that order; all without a time. */
  recordedCaptures(selection: Selection): Promise<RecordedCapture[]>;
  /** The rows of each sensor and hour, or longer time, in that order, some at a time: all together may not fit into memory. */
  exportRows(selection: Selection): AsyncIterable<readonly ExportedRow[]> | Iterable<readonly ExportedRow[]>;
  /** Checks that its rows add up to what was recorded. */
  verify(): Promise<Verification>;
  close(): Promise<void>;
}

/** An open store that can be changed, too. */
export interface WritableStore extends Store {
  /** Remarks on how it was opened, such as that it was upgraded. */
  readonly notes: readonly string[];
  /** The files of a sensor that were recorded, by path. */
  recordedFiles(sensor: string): Promise<ReadonlyMap<string, RecordedFile>>;
  /** Records a batch whole, or not at all. */
  record(batch: Batch): Promise<Outcome>;
  /**
   * Records a piece of a stream that has not ended, in the same way. Returns undefined, and records nothing, if the stream may
   * turn out to be a capture that was recorded.
   */
  recordPiece(batch: Batch, place: Pick<PieceOfStream, 'stream' | 'sequence'>): Promise<Outcome | undefined>;
  /**
   * The pieces of streams that have this name, or this name and a number after it; each stream in its order. A capture that
   * was recorded whole is the first and last piece.
   * @param sensor the one that can replace its captures
   */
  recordedPieces(stream: string, sensor: string): Promise<readonly RecordedPiece[]>;
  /** The pieces of the stream that a capture with this digest ends. */
  recordedPiecesOf(digest: string, sensor: string): Promise<readonly RecordedPiece[]>;
  /** Whether a capture with this digest was recorded, by any sensor. */
  hasCapture(digest: string): Promise<boolean>;
  /** Whether files are read in pieces too, as one may begin with a capture or stream that is recorded. */
  isPiecewise(): Promise<boolean>;
  /** Adds up old hours and days. @param now microseconds since the epoch */
  compact(retention: Retention, now: number): Promise<Compaction>;
  /** Removes the rows of times that end before this one. Returns how many rows. */
  pruneBefore(time: number): Promise<number>;
  /** Removes the oldest rows until the store, or each server of a fleet, is no larger than this, in bytes. */
  pruneToSize(size: number): Promise<Pruning>;
}
