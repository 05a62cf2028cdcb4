// The evidence of a tally, if it is asked for: passes TCP headers to src/hot, and copies the counts from there. The
// handshakes of a segment are followed for FOLLOW_LENGTH bytes after it, so that each segment can be counted separately.

import type { Engine } from './engine.js';
import {
  CLIENT,
  COUNTER_COUNT,
  FOLDED_EVIDENCE,
  FOLLOW_LENGTH,
  HAS_EVIDENCE,
  HAS_TIMES,
  OUTSIDE_TIME,
  PACKETS_BY_CLASS,
  RECORDS,
  REPEATS,
  REPEATS_LENGTH,
  SERVER,
  SINCE,
  SINGLE_EVIDENCE,
  SINGLE_ROW,
  TCP_HEADER,
} from './layout.js';
import { copyToHeap } from './prepare.js';
import { addEvidence, NO_EVIDENCE, packEvidence, type RowEvidence, unpackEvidence } from './row-evidence.js';

/** Evidence of a tally, as one thread passes it to another. */
export interface EvidencePart {
  /** The counters of all rows; see unpackEvidence. */
  readonly rows4: Float64Array;
  readonly rows6: Float64Array;
  /** For a segment, the records that are decided later, and the table of repeats; otherwise empty. */
  readonly records: Uint8Array;
  readonly repeats: Uint8Array;
}

/** The part of a TCP header that is needed. The window at its end may not have been captured. */
const HEADER_LENGTH = 16;
/** Any window but 0. */
const UNKNOWN_WINDOW = 0xff;

export class TallyEvidence {
  readonly #engine: Engine;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #folded: Float64Array;
  #isSegment = false;

  constructor(engine: Engine) {
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
    this.#isSegment = true;
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
    const recordsLength = this.#isSegment ? this.#engine.coldLength() : 0;
    const isSegment = this.#isSegment;
    this.#isSegment = false;
    const repeatsLength = isSegment ? REPEATS_LENGTH : 0;
    return {
      rows4: this.#copyRows(4),
      rows6: this.#copyRows(6),
      records: this.#copy(RECORDS, recordsLength),
      repeats: this.#copy(REPEATS, repeatsLength),
    };
  }

  #copyRows(family: 4 | 6): Float64Array {
    const count = this.#engine.rowCount(family);
    if (count === 0) return new Float64Array(0);
    const place = this.#engine.allocate(count * COUNTER_COUNT * 8);
    this.#engine.copyEvidence(family, 0, count, place);
    const copy = new Float64Array(count * COUNTER_COUNT);
    new Uint8Array(copy.buffer).set(new Uint8Array(this.#engine.memory.buffer, place, copy.byteLength));
    this.#engine.free(place);
    return copy;
  }

  #copy(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#engine.memory.buffer, at, length).slice();
  }

  /**
   * Adds the evidence of rows that are merged next by `mergeRows`, which is given the function to call when the rows of an
   * IP version are at a place in memory.
   */
  merge(part: EvidencePart, mergeRows: (added: (family: 4 | 6, place: number) => void) => void): void {
    const place4 = copyToHeap(this.#engine, part.rows4);
    const place6 = copyToHeap(this.#engine, part.rows6);
    if (part.repeats.length > 0) {
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
