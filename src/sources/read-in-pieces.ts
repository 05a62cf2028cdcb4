// Reads a capture and hands it over in pieces while it arrives. A piece is recognised by the digest of everything up to its
// end: if a stream is read again, the pieces that are known are read, but not counted.

import { createHash } from 'node:crypto';
import type { Input } from '../capture/input.js';
import { type BegunInput, keepBeginning } from '../capture/pcap/text-mode.js';
import { readPieces } from '../capture/pieces.js';
import { type ByteCounter, consumeInput } from '../capture/window.js';
import { SYN_ACK } from '../decode/packet-class.js';
import type { CaptureRecord, InputReport, Inventory } from '../inventory/inventory.js';
import type { Tally } from '../tally/tally.js';
import { totalsOf } from '../tally/totals.js';
import type { Problem } from '../text/problem.js';
import { CaptureWalker } from '../walk/capture-walker.js';
import type { InputOptions, InputResult } from './input-result.js';
import type { KnownPiece, PieceTaker } from './pieces.js';
import { problemOfError } from './problems/capture-problems.js';
import { reportOf } from './problems/capture-report.js';
import { ignoreUnreadable, timesOf } from './recorder.js';

/**
 * A stream is named by its bytes up to the first multiple of this at which a packet was counted. The time of the packet
 * makes the name unique. A stream has no pieces before.
 */
const NAME_STEP = 128;
/** The most bytes that name a stream. */
const MAX_NAME_LENGTH = 64 << 10;

/** Reads a capture into an empty tally. The result, and the tally, are the last piece. */
export async function readInPieces(
  name: string,
  input: Input,
  tally: Tally,
  { signal, pieces }: InputOptions & { readonly pieces: PieceTaker },
  byteCounter: ByteCounter,
): Promise<InputResult> {
  const reader = new PieceReader(name, input, tally, pieces);
  const problems: Problem[] = [];
  const end = pieces.whenDue(() => reader.noteDue());
  try {
    await consumeInput(reader.input, reader.walker, signal, byteCounter);
  } catch (error) {
    problems.push(problemOfError(error, input));
  } finally {
    end();
    reader.end();
  }
  // The digest covers the whole file, even if damage ended the reading.
  if (reader.walker.format !== undefined) {
    await readPieces(reader.input, () => undefined).catch(ignoreUnreadable);
  }
  const { inputs, totals, scans, kept } = await reader.last(problems);
  const { bytesRead, bytesSkipped, gaps } = totals;
  return { report: inputs[0] as InputReport, scans, kept, bytesRead, bytesSkipped, gaps };
}

class PieceReader {
  /** The capture. Whenever it is asked for more bytes, everything before them has been counted. */
  readonly input: Input;
  readonly walker: CaptureWalker;
  readonly #name: string;
  readonly #tally: Tally;
  readonly #taker: PieceTaker;
  readonly #begun: BegunInput;
  readonly #hash = createHash('sha256');
  /** Bytes that were read. */
  #position = 0;
  /** Where the current piece began. */
  #before = { position: 0, gaps: 0, bytesSkipped: 0 };
  /** The name of the stream, once enough of it was read or its beginning was recognised. */
  #stream: string | undefined;
  #isNamed = false;
  #sequence = 0;
  /** The pieces that may come again, ascending by their ends. */
  #known: readonly KnownPiece[] = [];
  /**
   * The known last piece, if its last packet was not counted yet: that counts when the next one confirms it, or at the end of
   * the capture, which was there when the piece was recorded.
   */
  #unfinished: KnownPiece | undefined;
  /** The known piece with which the current one begins, and that it replaces. */
  #replaced: KnownPiece | undefined;
  #isDue = false;
  #isEnded = false;
  #isWaiting = false;
  /** Ends when a piece that became due while no bytes came has been taken. */
  #cutting: Promise<void> | undefined;

  constructor(name: string, input: Input, tally: Tally, taker: PieceTaker) {
    this.#name = name;
    this.#tally = tally;
    this.#taker = taker;
    this.#begun = keepBeginning(input);
    this.walker = new CaptureWalker(tally);
    const { compression, conversion } = input;
    this.input = {
      ...(compression === undefined ? {} : { compression }),
      ...(conversion === undefined ? {} : { conversion }),
      read: (target, at) => this.#read(target, at),
      close: () => input.close(),
    };
  }

  /** Hands over what was counted, now or as soon as the next bytes are wanted. */
  noteDue(): void {
    this.#isDue = true;
    if (!this.#isWaiting || this.#cutting !== undefined) return;
    this.#cutting = this.#cutIfDue().finally(() => {
      this.#cutting = undefined;
    });
  }

  /** Notes that the capture has ended: what is left is its last piece. */
  end(): void {
    this.#isEnded = true;
  }

  async last(problems: readonly Problem[]): Promise<Inventory> {
    this.#tally.evidence?.finishCapture();
    // The stream ends with a piece that is known, or within one.
    const within = this.#known[0];
    if (within !== undefined && this.#sequence === 0) {
      this.#stream = within.stream;
      this.#sequence = Math.max(...this.#known.map(({ sequence }) => sequence)) + 1;
      this.#replaced = undefined;
    }
    if (this.#unfinished !== undefined || within !== undefined) this.#beginNext();
    const digest = this.#digest();
    this.#taker.last({
      // A capture that is too short for a name is named by all that it has.
      stream: this.#stream ?? digest,
      sequence: this.#sequence,
      digest,
      replaces: this.#replaced?.digest,
      isPart: within !== undefined,
    });
    return this.#piece(problems);
  }

  async #read(target: Uint8Array, at: number): Promise<number> {
    if (this.#position === 0) this.#known = sortByEnd((await this.#taker.knownInFile?.()) ?? []);
    if (!this.#isNamed && this.#canBeNamed()) await this.#nameStream();
    this.#passKnown();
    await this.#cutIfDue();
    const end = at + this.#wanted();
    this.#isWaiting = true;
    let count: number;
    try {
      const reading = this.#begun.input.read(end < target.length ? target.subarray(0, end) : target, at);
      count = typeof reading === 'number' ? reading : await reading;
    } finally {
      this.#isWaiting = false;
    }
    await this.#cutting;
    const bytes = target.subarray(at, at + count);
    this.#hash.update(bytes);
    this.#position += count;
    return count;
  }

  #canBeNamed(): boolean {
    if (this.#position === 0 || this.#position % NAME_STEP !== 0) return false;
    return (
      this.#position >= MAX_NAME_LENGTH || this.#sequence > 0 || sum(this.#tally.readPacketsByClass()) > 0
    );
  }

  /** The most bytes to be read before there is something to do. */
  #wanted(): number {
    if (this.#unfinished !== undefined) return 1;
    const known = (this.#known[0]?.end ?? Number.POSITIVE_INFINITY) - this.#position;
    return this.#isNamed ? known : Math.min(known, NAME_STEP - (this.#position % NAME_STEP));
  }

  async #nameStream(): Promise<void> {
    this.#isNamed = true;
    const stream = this.#digest();
    const known = await this.#taker.known(stream);
    const streams = new Set(known.map((piece) => piece.stream)).size;
    const inFile = this.#known.filter(({ stream: other }) => known.every((piece) => piece.stream !== other));
    this.#known = sortByEnd([...inFile, ...known]).filter(({ end }) => end >= this.#position);
    this.#stream ??= streams === 0 ? stream : `${stream}#${streams}`;
  }

  /** Does not count the pieces that are known. */
  #passKnown(): void {
    this.#finishKnown();
    for (let piece = this.#known[0]; piece?.end === this.#position; piece = this.#known[0]) {
      const { stream, sequence, digest } = piece;
      this.#known = this.#known.slice(1);
      if (digest === this.#digest()) {
        // The other streams of this name differ before this.
        this.#known = this.#known.filter((other) => other.stream === stream);
        this.#stream = stream;
        this.#replaced = piece.isReplaceable === true ? piece : undefined;
        if (this.#replaced !== undefined) continue;
        this.#sequence = sequence + 1;
        this.#unfinished = piece;
        this.#finishKnown();
      } else {
        this.#known = this.#known.filter((other) => other.stream !== stream);
      }
    }
  }

  #finishKnown(): void {
    const piece = this.#unfinished;
    if (piece === undefined) return;
    if (piece.isLast && sum(this.#tally.readPacketsByClass()) < piece.packets) return;
    // With the last piece, all handshakes were judged.
    if (piece.isLast) this.#tally.evidence?.finishCapture();
    else this.#tally.endPiece();
    this.#beginNext(piece.end);
  }

  async #cutIfDue(): Promise<void> {
    if (!this.#isDue || this.#isEnded) return;
    // While known pieces come, there is nothing to hand over.
    if (this.#known.length > 0 || this.#unfinished !== undefined) return;
    if (this.#replaced?.end === this.#position) return;
    this.#isDue = false;
    const isEmpty = this.#position === this.#before.position;
    if (this.#stream === undefined || isEmpty || this.walker.format === undefined) return;
    this.#tally.endPiece();
    const place = { stream: this.#stream, sequence: this.#sequence };
    if (!(await this.#taker.take(await this.#piece([]), place, this.#replaced?.digest))) return;
    this.#sequence += 1;
    this.#replaced = undefined;
    this.#beginNext();
  }

  #beginNext(position = this.#position): void {
    this.#unfinished = undefined;
    this.#tally.beginPiece();
    const { gapCount, bytesSkipped, counters } = this.walker;
    this.#before = { position, gaps: gapCount, bytesSkipped };
    for (const counter of counters.values()) {
      counter.undecoded = 0;
      counter.reasons = new Map();
    }
  }

  #digest(): string {
    return `sha256:${this.#hash.copy().digest('hex')}`;
  }

  /** Everything that was counted since the last piece. */
  async #piece(problems: readonly Problem[]): Promise<Inventory> {
    const { format, counters, gaps, gapCount, bytesSkipped } = this.walker;
    const before = this.#before;
    const tally = this.#tally;
    const packetsByClass = tally.readPacketsByClass();
    const packetsRead = sum(packetsByClass);
    const synAcks = packetsByClass[SYN_ACK] ?? 0;
    const reading = {
      format,
      origin: this.input,
      counters: [...counters.values()],
      gaps: gaps.slice(before.gaps),
      gapCount: gapCount - before.gaps,
      bytesSkipped: bytesSkipped - before.bytesSkipped,
    };
    const counted = { packetsRead, synAcks, problems };
    const report = await reportOf(this.#name, reading, counted, this.#begun.beginning);
    const bytesRead = this.#position - before.position;
    const isEmpty = bytesRead === 0 && this.#sequence > 0;
    const captures: CaptureRecord[] = [];
    if (format !== undefined && !isEmpty) {
      captures.push({
        digest: this.#digest(),
        name: this.#name,
        format: report.format as string,
        packetsRead,
        synAcks,
        ...timesOf(tally),
        problems: report.problems,
      });
    }
    return {
      tally,
      inputs: [{ ...report, captures }],
      captures,
      totals: totalsOf(packetsByClass, {
        outsideTime: tally.outsideTime,
        bytesRead,
        // If it is not a capture, no byte was used.
        bytesSkipped: format === undefined ? bytesRead : reading.bytesSkipped,
        gaps: reading.gapCount,
      }),
      kept: tally.options.scope.ranges,
      scans: [],
    };
  }
}

function sortByEnd(pieces: readonly KnownPiece[]): KnownPiece[] {
  return pieces.toSorted((a, b) => a.end - b.end);
}

function sum(counts: Float64Array): number {
  return counts.reduce((all, count) => all + count, 0);
}
