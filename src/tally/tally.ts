// The count of SYN-ACKs by client, server and port. Its memory depends on the number of distinct rows, and has a ceiling.
// Names are applied later, when a view is made. The counting itself is in src/hot.

import { OTHER_TCP, PACKET_CLASSES, type PacketClass, SYN_ACK } from '../decode/packet-class.js';
import { type ActivityPart, activityOf, readSlices, slicesOfPart, type TimeSlices } from './activity.js';
import { findSketchFault } from './client-sketch.js';
import { CountError, exactSum } from './count-error.js';
import { type Engine, makeEngine } from './engine.js';
import { type EvidencePart, TallyEvidence } from './evidence.js';
import { hoursBetween } from './hours.js';
import {
  ACTIVITY,
  CLIENT,
  DEFAULT_MAX_ROWS,
  FOLDED,
  HOURS,
  MAX_COUNT,
  MAX_ROWS,
  MAX_ROWS_WITH_CLIENTS,
  OUTSIDE_TIME,
  PACKETS_BY_CLASS,
  ROW_4,
  ROW_6,
  SERVER,
  SINGLE_BLOCK,
  SINGLE_ROW,
  SKETCHES,
} from './layout.js';
import type { CountOptions, TallyOptions } from './options.js';
import { copyToHeap, prepare } from './prepare.js';
import { type RowColumns, readColumns } from './row-columns.js';
import type { RowEvidence } from './row-evidence.js';
import { Rows, type TallyRow, writeRow } from './rows.js';
import { SpareMemory } from './spare-memory.js';

/** Rows that were given up to save memory, and their SYN-ACKs. */
export interface Folded {
  readonly rows: number;
  readonly count: number;
  readonly first: number;
  readonly last: number;
  /** Their evidence, if it was counted and is known of all. */
  readonly evidence?: RowEvidence;
}

/** If every row was kept. */
export const NOTHING_FOLDED: Folded = {
  rows: 0,
  count: 0,
  first: Number.POSITIVE_INFINITY,
  last: Number.NEGATIVE_INFINITY,
};

/** The rows and counts of a tally, as one thread passes them to another. */
export interface TallyPart {
  readonly rows4: Uint8Array;
  readonly rows6: Uint8Array;
  /** The sketches of rows with a remote client, if remote clients were counted. */
  readonly sketches4: Uint8Array;
  readonly sketches6: Uint8Array;
  /** The hours of all rows, if they were counted. */
  readonly hours4: Uint8Array;
  readonly hours6: Uint8Array;
  /** How often the rows were seen in slices of time, if it was counted. */
  readonly activity?: ActivityPart;
  /** The evidence, if it was counted. */
  readonly evidence?: EvidencePart;
  readonly packetsByClass: Float64Array;
  readonly outsideTime: number;
  readonly folded: Folded;
}

/** Where a TCP header is: offset of it and of the end of the captured bytes. */
export interface TcpHeader {
  readonly view: DataView;
  readonly tcp: number;
  readonly end: number;
  /** Whether the segment has bytes after its header, captured or not. */
  readonly hasPayload: boolean;
}

/** The engine that a tally counts with: for the hot path, which counts in its memory. */
export let engineOf: (tally: Tally) => Engine;

/** Shared by all that have none: it is not transferred to another thread, which would take it away from the others. */
const NO_BYTES = new Uint8Array(0);

export class Tally {
  static {
    engineOf = (tally) => tally.#engine;
  }

  /** The options that it was made with. A tally with the same options can be merged into it. */
  readonly options: TallyOptions;
  /** The evidence, if it is counted. */
  readonly evidence: TallyEvidence | undefined;
  /** Memory for the parts of this tally. */
  readonly spare: SpareMemory = new SpareMemory();

  readonly #engine: Engine;
  readonly #packetsByClass: Float64Array;
  readonly #rows4: Rows;
  readonly #rows6: Rows;
  readonly #maxRows: number;
  readonly #view: DataView;
  /** SYN-ACKs of the rows that addRow added. */
  #added = 0;

  /** @throws RangeError if maxRows exceeds its limit */
  constructor(options: TallyOptions) {
    const { maxRows = DEFAULT_MAX_ROWS } = options;
    const limit = maxRowsWith(options);
    if (maxRows > limit) throw new RangeError(`found maxRows ${maxRows}, expected at most ${limit}`);
    this.options = options;
    const engine = makeEngine();
    const { buffer } = engine.memory;
    this.#engine = engine;
    this.evidence = options.evidence === true ? new TallyEvidence(engine, this.spare) : undefined;
    this.#rows4 = new Rows(engine, 4, this.evidence);
    this.#rows6 = new Rows(engine, 6, this.evidence);
    this.#maxRows = maxRows;
    this.#view = new DataView(buffer);
    this.#packetsByClass = new Float64Array(buffer, PACKETS_BY_CLASS, PACKET_CLASSES.length);
    this.#setFolded(NOTHING_FOLDED);
    prepare(engine, options);
  }

  /**
   * Returns the number of packets in each class, by its number, with every packet that was counted until now. The
   * array is the tally's own: it changes when more are counted.
   */
  readPacketsByClass(): Float64Array {
    this.#engine.settle();
    return this.#packetsByClass;
  }

  /**
   * Returns the rows of an IP version, with every SYN-ACK that was counted until now. They can be read until more are
   * counted.
   */
  readRows(family: 4 | 6): Rows {
    this.#engine.settle();
    return (family === 4 ? this.#rows4 : this.#rows6).refresh();
  }

  /** Yields the rows of an IP version as columns, several thousand at a time. No SYN-ACK may be added meanwhile. */
  readColumns(family: 4 | 6): Generator<RowColumns, void, undefined> {
    return readColumns(this.#engine, family, this.readRows(family).size);
  }

  /** Counts the rows of both IP versions. */
  countRows(): number {
    return this.readRows(4).size + this.readRows(6).size;
  }

  /** Counts a packet that is not a SYN-ACK. */
  countOther(packetClass: PacketClass): void {
    this.#packetsByClass[packetClass]! += 1;
  }

  get folded(): Folded {
    const view = this.#view;
    const rows = view.getFloat64(FOLDED, true);
    const count = view.getFloat64(FOLDED + 8, true);
    const first = view.getFloat64(FOLDED + 16, true);
    const last = view.getFloat64(FOLDED + 24, true);
    const evidence = this.evidence?.folded;
    return evidence === undefined ? { rows, count, first, last } : { rows, count, first, last, evidence };
  }

  /** The slices of time in which activity was counted; undefined if it was not asked for, or nothing was counted. */
  get timeSlices(): TimeSlices | undefined {
    if (this.options.activity !== true) return undefined;
    this.#engine.settle();
    return readSlices(this.#view);
  }

  /** SYN-ACKs outside the time that is counted. They are among the packets by class, but not in the rows. */
  get outsideTime(): number {
    return this.#view.getFloat64(OUTSIDE_TIME, true);
  }

  /** Counts a SYN-ACK over IPv4. Addresses are unsigned numbers in network order; time is in microseconds. */
  add4(client: number, server: number, port: number, time: number, header?: TcpHeader): void {
    this.#view.setUint32(CLIENT, client);
    this.#view.setUint32(SERVER, server);
    if (header === undefined || this.evidence === undefined) this.#engine.add4(CLIENT, SERVER, port, time);
    else this.evidence.addSynAck(4, header.view, header.tcp, header.end, time);
  }

  /** Counts a SYN-ACK over IPv6. Addresses are the 16 bytes at these offsets. */
  add6(view: DataView, client: number, server: number, port: number, time: number, header?: TcpHeader): void {
    this.#copyAddresses(view, client, server, 16);
    if (header === undefined || this.evidence === undefined) this.#engine.add6(CLIENT, SERVER, port, time);
    else this.evidence.addSynAck(6, header.view, header.tcp, header.end, time);
  }

  /** Counts a TCP packet that is not a SYN-ACK, for evidence. Addresses are the bytes at these offsets. */
  addTcp(
    family: 4 | 6,
    view: DataView,
    destination: number,
    source: number,
    time: number,
    { view: headerView, tcp, end, hasPayload }: TcpHeader,
  ): void {
    this.countOther(OTHER_TCP);
    this.#copyAddresses(view, destination, source, family === 4 ? 4 : 16);
    this.evidence?.noteTcp(family, headerView, tcp, end, hasPayload, time);
  }

  #copyAddresses(view: DataView, client: number, server: number, length: 4 | 16): void {
    for (let at = 0; at < length; at += 4) {
      this.#view.setUint32(CLIENT + at, view.getUint32(client + at));
      this.#view.setUint32(SERVER + at, view.getUint32(server + at));
    }
  }

  /**
   * If there are too many rows, folds the half of them with the fewest SYN-ACKs, and returns true. The result depends on
   * when this is called, so it is called at offsets that depend only on the capture.
   */
  foldIfFull(): boolean {
    const isFull = this.countRows() > this.#maxRows;
    if (isFull) this.#engine.fold(this.#maxRows >>> 1);
    return isFull;
  }

  /** Returns everything that was counted, and starts again from nothing. */
  takePart(): TallyPart {
    const { outsideTime, folded } = this;
    const part = {
      rows4: this.#copyRows(4, ROW_4),
      rows6: this.#copyRows(6, ROW_6),
      sketches4: this.#copyBlocks(SKETCHES, 4),
      sketches6: this.#copyBlocks(SKETCHES, 6),
      hours4: this.#copyBlocks(HOURS, 4),
      hours6: this.#copyBlocks(HOURS, 6),
      ...(this.options.activity === true ? { activity: this.#copyActivity() } : {}),
      packetsByClass: this.readPacketsByClass().slice(),
      outsideTime,
      folded,
      ...(this.evidence === undefined ? {} : { evidence: this.evidence.takePart() }),
    };
    this.#engine.clear();
    this.#added = 0;
    this.#setFolded(NOTHING_FOLDED);
    this.evidence?.clearFolded();
    return part;
  }

  /** Ends a piece of a capture: its rows can now be recorded. If that fails, counting may continue without `beginPiece`. */
  endPiece(): void {
    if (this.evidence === undefined) this.#engine.settle();
    else this.#engine.endPiece();
  }

  /**
   * Forgets everything that was counted, but not the packets by which later ones are judged. Rows without SYN-ACKs may be
   * left: the outcomes of their handshakes are added when they are known. So the pieces of a capture add up to the whole.
   */
  beginPiece(): void {
    this.#engine.beginPiece();
    this.#added = 0;
    this.#setFolded(NOTHING_FOLDED);
    this.evidence?.clearFolded();
  }

  /** Adds the counts of another tally with the same options. @throws CountError if there are too many SYN-ACKs */
  merge(part: TallyPart): void {
    this.addCounts(part.packetsByClass, part.outsideTime, part.folded);
    const mergeRows = (added?: (family: 4 | 6, place: number) => void): void => {
      const { activity } = part;
      if (activity !== undefined) this.#engine.holdSlices(activity.step, activity.first, activity.last);
      const blocks4 = [part.sketches4, part.hours4, activity?.blocks4 ?? NO_BYTES];
      const blocks6 = [part.sketches6, part.hours6, activity?.blocks6 ?? NO_BYTES];
      this.#mergeRows(4, part.rows4, ROW_4, blocks4, added);
      this.#mergeRows(6, part.rows6, ROW_6, blocks6, added);
    };
    if (this.evidence === undefined || part.evidence === undefined) mergeRows();
    else this.evidence.merge(part.evidence, mergeRows);
  }

  /**
   * Adds a row of a saved tally, without regard to scope and times; addCounts adds the other counts of that tally. The
   * row's sketch and hours are added if this tally counts remote clients and hours.
   * @throws CountError if there are too many SYN-ACKs, RangeError if the sketch is not valid
   */
  addRow(row: TallyRow): void {
    const { family, client, count, first, last, remoteClients } = row;
    checkCount(this.#added + count);
    const fault = remoteClients && findSketchFault(remoteClients);
    if (fault !== undefined) throw new RangeError(`remote clients: ${fault}`);
    this.#added += count;
    this.#engine.settle();
    writeRow(this.#view, SINGLE_ROW, row);
    this.#engine.merge(family, SINGLE_ROW, 1);
    if (this.options.clients && client === undefined) this.#addBlock(SKETCHES, family, remoteClients);
    this.evidence?.addToRow(family, row.evidence);
    if (this.options.activity && count > 0) {
      this.#addBlock(ACTIVITY, family, activityOf(this.#engine, row, row.unit));
    }
    if (!this.options.hours) return;
    const { hours = hoursBetween(first, last, count) } = row;
    this.#addBlock(HOURS, family, hours && new Uint8Array(hours.buffer, hours.byteOffset, hours.byteLength));
  }

  /** Adds the counts of another tally, without its rows. @throws CountError if there are too many to be exact */
  addCounts(packetsByClass: Float64Array | readonly number[], outsideTime: number, folded: Folded): void {
    checkCount(this.readPacketsByClass()[SYN_ACK]! + (packetsByClass[SYN_ACK] ?? 0));
    const { rows, count, first, last } = this.folded;
    let packets = 0;
    for (const counted of [this.#packetsByClass, packetsByClass])
      for (const each of counted) packets = exactSum(packets, each, 'packets');
    const foldedRows = exactSum(rows, folded.rows, 'folded rows');
    for (const [packetClass, count] of packetsByClass.entries()) this.#packetsByClass[packetClass]! += count;
    this.#view.setFloat64(OUTSIDE_TIME, this.outsideTime + outsideTime, true);
    this.evidence?.addFolded(folded.rows, folded.evidence);
    this.#setFolded({
      rows: foldedRows,
      count: count + folded.count,
      first: Math.min(first, folded.first),
      last: Math.max(last, folded.last),
    });
  }

  #setFolded({ rows, count, first, last }: Folded): void {
    this.#view.setFloat64(FOLDED, rows, true);
    this.#view.setFloat64(FOLDED + 8, count, true);
    this.#view.setFloat64(FOLDED + 16, first, true);
    this.#view.setFloat64(FOLDED + 24, last, true);
  }

  #copyRows(family: 4 | 6, stride: number): Uint8Array {
    this.#engine.settle();
    const length = this.#engine.rowCount(family) * stride;
    if (length === 0) return NO_BYTES;
    return this.spare.copy(new Uint8Array(this.#engine.memory.buffer, this.#engine.rowsAt(family), length));
  }

  #copyActivity(): ActivityPart {
    const blocks4 = this.#copyBlocks(ACTIVITY, 4);
    return { blocks4, blocks6: this.#copyBlocks(ACTIVITY, 6), ...slicesOfPart(this.#view) };
  }

  #copyBlocks(kind: number, family: 4 | 6): Uint8Array {
    const length = this.#engine.blocksLength(kind, family);
    if (length === 0) return NO_BYTES;
    const place = this.#engine.allocate(length);
    this.#engine.copyBlocks(kind, family, place);
    const blocks = this.spare.copy(new Uint8Array(this.#engine.memory.buffer, place, length));
    this.#engine.free(place);
    return blocks;
  }

  /** Adds a block to the row that was merged from SINGLE_ROW. */
  #addBlock(kind: number, family: 4 | 6, block: Uint8Array | undefined): void {
    if (block === undefined || block.length === 0) return;
    this.#view.setUint32(SINGLE_BLOCK, 0, true);
    this.#view.setUint32(SINGLE_BLOCK + 4, block.length, true);
    new Uint8Array(this.#view.buffer).set(block, SINGLE_BLOCK + 8);
    this.#engine.mergeBlocks(kind, family, SINGLE_ROW, SINGLE_BLOCK, 8 + block.length);
  }

  /** @param attached the blocks of the rows, by kind */
  #mergeRows(
    family: 4 | 6,
    rows: Uint8Array,
    stride: number,
    attached: readonly Uint8Array[],
    added?: (family: 4 | 6, place: number) => void,
  ): void {
    if (rows.length === 0) return;
    this.#engine.settle();
    const place = copyToHeap(this.#engine, rows);
    this.#engine.merge(family, place, rows.length / stride);
    for (const [kind, blocks] of attached.entries()) {
      if (blocks.length === 0) continue;
      const blocksPlace = copyToHeap(this.#engine, blocks);
      this.#engine.mergeBlocks(kind, family, place, blocksPlace, blocks.length);
      this.#engine.free(blocksPlace);
    }
    added?.(family, place);
    this.#engine.free(place);
  }
}

/** Returns the limit of maxRows for a tally with these options. */
export function maxRowsWith(options: CountOptions): number {
  const { clients, hours, activity } = options;
  return clients || hours || activity ? MAX_ROWS_WITH_CLIENTS : MAX_ROWS;
}

function checkCount(count: number): void {
  if (count > MAX_COUNT) throw new CountError(`found ${count} SYN-ACKs, expected at most ${MAX_COUNT}`);
}
