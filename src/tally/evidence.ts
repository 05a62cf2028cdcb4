// The evidence of a tally, if it is asked for: passes TCP headers to src/hot, and copies the counts from there. The
// handshakes of a segment are followed for FOLLOW_LENGTH bytes after it, so that each segment can be counted separately.

import type { Engine } from './engine.js';
import {
  CLIENT,
  COUNTER_COUNT,
  FIRST_SYN_ACK,
  FOLDED_EVIDENCE,
  FOLLOW_LENGTH,
  HAS_EVIDENCE,
  HAS_TIMES,
  LAST_SYN_ACK,
  MAX_OVERLAP,
  MAX_PAUSE,
  OUTSIDE_TIME,
  PACKETS_BY_CLASS,
  RECORDS,
  REPEATS,
  REPEATS_LENGTH,
  SERVER,
  SINCE,
  SINGLE_EVIDENCE,
  SINGLE_ROW,
  SYN_ACK_BEFORE,
  TCP_HEADER,
} from './layout.js';
import { copyToHeap } from './prepare.js';
import { addEvidence, NO_EVIDENCE, packEvidence, type RowEvidence, unpackEvidence } from './row-evidence.js';
import type { SpareMemory } from './spare-memory.js';

/** Evidence of a tally, as one thread passes it to another. */
export interface EvidencePart {
  /** The counters of all rows; see unpackEvidence. */
  readonly rows4: Float64Array;
  readonly rows6: Float64Array;
  /** For a segment or a capture after another, the records that are decided later, and the table of repeats; otherwise empty. */
  readonly records: Uint8Array;
  readonly repeats: Uint8Array;
  readonly isCapture: boolean;
  /** Microseconds: the times of the first and the last SYN-ACK; NaN if there is none. */
  readonly firstSynAck: number;
  readonly lastSynAck: number;
}

/** The part of a TCP header that is needed. The window at its end may not have been captured. */
const HEADER_LENGTH = 16;
/** Any window but 0. */
const UNKNOWN_WINDOW = 0xff;
/** Rows whose counters are copied together. */
const COPIED_ROWS = 2048;

export class TallyEvidence {
  readonly #engine: Engine;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #folded: Float64Array;
  /** The part that is counted: whether it comes after others that are not known, or are. */
  #part: 'whole' | 'segment' | 'capture' = 'whole';
  readonly #spare: SpareMemory;
  /** The last SYN-ACK of the captures that were merged. */
  #lastSynAck = Number.NaN;

  constructor(engine: Engine, spare: SpareMemory) {
    this.#spare = spare;
    const { buffer } = engine.memory;
    this.#engine = engine;
    this.#view = new DataView(buffer);
    this.#bytes = new Uint8Array(buffer);
    this.#folded = new Float64Array(buffer, FOLDED_EVIDENCE, COUNTER_COUNT);
    this.#view.setUint32(HAS_EVIDENCE, 1, true);
    engine.openEvidence();
  }

  /** The evidence of folded rows; undefined if that of one of them is not known. */
  get folded(): RowEvidence | undefined {
    return unpackEvidence(this.#folded);
  }

  set folded(evidence: RowEvidence | undefined) {
    this.#folded.set(packEvidence(evidence));
  }

  /** Adds a SYN-ACK whose addresses are in CLIENT and SERVER. */
  addSynAck(family: 4 | 6, view: DataView, tcp: number, end: number, time: number): void {
    const captured = this.#copyHeader(view, tcp, end);
    if (family === 4) this.#engine.addNoted4(CLIENT, SERVER, TCP_HEADER, TCP_HEADER + captured, time);
    else this.#engine.addNoted6(CLIENT, SERVER, TCP_HEADER, TCP_HEADER + captured, time);
  }

  /** Notes another TCP packet, whose destination and source are in CLIENT and SERVER. */
  noteTcp(family: 4 | 6, view: DataView, tcp: number, end: number, hasPayload: boolean, time: number): void {
    this.#copyHeader(view, tcp, end);
    if (family === 4) this.#engine.noteTcp4(SERVER, CLIENT, TCP_HEADER, hasPayload, time);
    else this.#engine.noteTcp6(SERVER, CLIENT, TCP_HEADER, hasPayload, time);
  }

  /** Returns how many of its bytes were captured. */
  #copyHeader(view: DataView, tcp: number, end: number): number {
    const captured = Math.min(HEADER_LENGTH, end - tcp);
    for (let at = 0; at < HEADER_LENGTH; at++) {
      this.#bytes[TCP_HEADER + at] = at < captured ? view.getUint8(tcp + at) : UNKNOWN_WINDOW;
    }
    return captured;
  }

  /** Begins a segment whose earlier packets are not known. */
  beginSeparateSegment(): void {
    this.#engine.beginCold();
    this.#part = 'segment';
  }

  /** Begins a capture that may continue another one, which is not known yet. */
  beginSeparateCapture(): void {
    this.#engine.beginCold();
    this.#part = 'capture';
  }

  /** Begins a capture that may continue the last one that was merged into another tally. */
  beginCaptureAfter(merged: TallyEvidence): void {
    this.#part = 'capture';
    this.#bytes.set(merged.#bytes.subarray(REPEATS, REPEATS + REPEATS_LENGTH), REPEATS);
    this.#view.setFloat64(SYN_ACK_BEFORE, merged.#lastSynAck, true);
  }

  /** Begins the next segment. The handshakes of the one before are followed until `finishSegment`. */
  beginSegment(): void {
    this.#engine.beginSegment();
  }

  finishSegment(): void {
    this.#engine.finishEarlier();
  }

  /** Whether packets after a segment could show the outcome of one of its handshakes. */
  get hasOpenHandshakes(): boolean {
    return this.#engine.hasEarlier() !== 0;
  }

  /** Reads on in the next segment for the handshakes of the one before, without counting packets, until the returned function is called. */
  follow(): () => void {
    this.#engine.beginFollowing();
    const hasTimes = this.#view.getUint32(HAS_TIMES, true);
    const since = this.#view.getFloat64(SINCE, true);
    const counts = this.#bytes.slice(PACKETS_BY_CLASS, OUTSIDE_TIME + 8);
    this.#view.setUint32(HAS_TIMES, 1, true);
    this.#view.setFloat64(SINCE, Number.POSITIVE_INFINITY, true);
    return () => {
      this.#engine.endFollowing();
      this.#bytes.set(counts, PACKETS_BY_CLASS);
      this.#view.setUint32(HAS_TIMES, hasTimes, true);
      this.#view.setFloat64(SINCE, since, true);
    };
  }

  /** Ends a capture: adds the outcomes of all handshakes. */
  finishCapture(): void {
    this.#engine.finishCapture();
  }

  of(family: 4 | 6, row: number): RowEvidence | undefined {
    this.#engine.copyEvidence(family, row, 1, SINGLE_EVIDENCE);
    return unpackEvidence(this.#single());
  }

  /** Adds evidence to the row that was merged from SINGLE_ROW. */
  addToRow(family: 4 | 6, evidence: RowEvidence | undefined): void {
    this.#single().set(packEvidence(evidence));
    this.#engine.mergeEvidence(family, SINGLE_ROW, SINGLE_EVIDENCE, 1);
  }

  #single(): Float64Array {
    return new Float64Array(this.#view.buffer, SINGLE_EVIDENCE, COUNTER_COUNT);
  }

  /** Copies everything. The rows must not be changed before. */
  takePart(): EvidencePart {
    const part = this.#part;
    this.#part = 'whole';
    this.#lastSynAck = Number.NaN;
    const firstSynAck = this.#view.getFloat64(FIRST_SYN_ACK, true);
    // Nothing follows from a part without SYN-ACKs.
    const isAlone = part === 'whole' || Number.isNaN(firstSynAck);
    return {
      rows4: this.countersOf(4),
      rows6: this.countersOf(6),
      records: this.#copy(RECORDS, isAlone ? 0 : this.#engine.coldLength()),
      repeats: this.#copy(REPEATS, isAlone ? 0 : REPEATS_LENGTH),
      isCapture: part === 'capture',
      firstSynAck,
      lastSynAck: this.#view.getFloat64(LAST_SYN_ACK, true),
    };
  }

  /** Copies the counters of all rows of an IP version, in their order; see unpackEvidence. */
  countersOf(family: 4 | 6): Float64Array {
    const length = this.#engine.rowCount(family) * COUNTER_COUNT;
    const counters = new Float64Array(this.#spare.take(length * 8), 0, length);
    this.copyCounters(family, counters);
    return counters;
  }

  /** Writes the counters of all rows of an IP version, some at a time: the memory of the engine never shrinks again. */
  copyCounters(family: 4 | 6, to: Float64Array): void {
    const count = this.#engine.rowCount(family);
    if (count === 0) return;
    const place = this.#engine.allocate(Math.min(count, COPIED_ROWS) * COUNTER_COUNT * 8);
    const written = new Uint8Array(to.buffer, to.byteOffset, to.byteLength);
    for (let row = 0; row < count; row += COPIED_ROWS) {
      const length = Math.min(count - row, COPIED_ROWS) * COUNTER_COUNT * 8;
      this.#engine.copyEvidence(family, row, length / (COUNTER_COUNT * 8), place);
      written.set(new Uint8Array(this.#engine.memory.buffer, place, length), row * COUNTER_COUNT * 8);
    }
    this.#engine.free(place);
  }

  #copy(at: number, length: number): Uint8Array {
    return this.#spare.copy(new Uint8Array(this.#engine.memory.buffer, at, length));
  }

  /**
   * Adds the evidence of rows that are merged next by `mergeRows`, which is given the function to call when the rows of an
   * IP version are at a place in memory.
   */
  merge(part: EvidencePart, mergeRows: (added: (family: 4 | 6, place: number) => void) => void): void {
    const place4 = copyToHeap(this.#engine, part.rows4);
    const place6 = copyToHeap(this.#engine, part.rows6);
    if (part.repeats.length > 0) {
      this.#engine.settle();
      this.#continueWith(part);
      this.#bytes.set(part.records, RECORDS);
      const repeats = copyToHeap(this.#engine, part.repeats);
      this.#engine.replay(part.records.length, repeats, place4, place6);
      this.#engine.free(repeats);
    }
    mergeRows((family, place) => {
      const [evidence, { length }] = family === 4 ? [place4, part.rows4] : [place6, part.rows6];
      this.#engine.mergeEvidence(family, place, evidence, length / COUNTER_COUNT);
    });
    this.#engine.free(place6);
    this.#engine.free(place4);
  }

  /** Forgets the SYN-ACKs of earlier captures, unless the one that begins with this part continues them. */
  #continueWith({ isCapture, firstSynAck, lastSynAck }: EvidencePart): void {
    const view = this.#view;
    const isFirst = isCapture || Number.isNaN(view.getFloat64(FIRST_SYN_ACK, true));
    const pause = firstSynAck - (isCapture ? this.#lastSynAck : view.getFloat64(SYN_ACK_BEFORE, true));
    if (isFirst && (pause > MAX_PAUSE || pause < -MAX_OVERLAP)) this.#engine.forgetRepeats();
    if (isCapture) {
      this.#lastSynAck = lastSynAck;
    } else {
      if (isFirst) view.setFloat64(FIRST_SYN_ACK, firstSynAck, true);
      view.setFloat64(LAST_SYN_ACK, lastSynAck, true);
    }
  }

  /** Adds the evidence of rows that another tally has folded, if there are any. */
  addFolded(rows: number, evidence: RowEvidence | undefined): void {
    if (rows > 0) this.folded = addEvidence(this.folded, evidence);
  }

  clearFolded(): void {
    this.folded = NO_EVIDENCE;
  }
}

/** The offset at which the handshakes of the segment before the one at `offset` are no longer followed. */
export function followEnd(offset: number, segmentLength: number): number {
  return Math.floor(offset / segmentLength) * segmentLength + FOLLOW_LENGTH;
}
