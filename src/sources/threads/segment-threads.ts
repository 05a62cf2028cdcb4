// Threads that count segments of a capture before the reader reaches them. The reader asks for a segment when it has
// reached its first record, so the result is exactly the same as without threads.

import { readSync } from 'node:fs';
import { receiveMessageOnPort } from 'node:worker_threads';
import type { OpenFile } from '../../capture/input.js';
import type { TallyOptions } from '../../tally/options.js';
import { Tally } from '../../tally/tally.js';
import {
  type Ahead,
  type CountedSegment,
  countSegment,
  type ReadAt,
  SEGMENT_LENGTH,
} from '../../walk/segment.js';
import type { Layout } from '../../walk/walker.js';
import { Claims, type Run } from './claims.js';
import type { SegmentAnswer, SegmentMemory, SegmentTask } from './messages.js';
import { buffersOf, startThread, stopThread, type Thread } from './thread.js';

/** At most this number of segments is counted as one, so that rows are merged less often. */
export const MAX_RUN = 4;

/** A thread that has not answered for this long will not answer any more. */
const PATIENCE_MS = 10_000;

export class SegmentThreads implements Ahead {
  readonly #file: OpenFile;
  readonly #count: number;
  readonly #options: TallyOptions;
  readonly #claims: Claims;
  readonly #threads: Thread[] = [];
  /** The segments that were counted and not taken yet, by number. */
  readonly #answers = new Map<number, CountedSegment | undefined>();
  #layout: Layout | undefined;
  /** The threads that counted them. */
  readonly #counters = new WeakMap<CountedSegment, Thread>();
  /** For counting while another thread counts the next segment. */
  #tally: Tally | undefined;

  /** @param length of the capture in the file @param threads with the one that reads the file */
  constructor(file: OpenFile, length: number, threads: number, options: TallyOptions) {
    this.#file = file;
    const segments = Math.floor(length / SEGMENT_LENGTH) - 1;
    this.#count = Math.min(threads - 1, segments);
    this.#options = options;
    // The reader counts the first segment and the last ones, as it knows where a capture begins and ends.
    this.#claims = Claims.make(1, segments, (threads - 1) * MAX_RUN + 3);
  }

  begin(layout: Layout): void {
    this.#layout = layout;
    const task: SegmentTask = { kind: 'segments', file: this.#file, layout };
    for (let at = 0; at < this.#count; at++) {
      const thread = startThread(task, this.#options, this.#claims.buffer);
      // The reader does not wait long for a thread that cannot run.
      thread.worker.on('error', () => undefined);
      thread.port.unref();
      this.#threads.push(thread);
    }
  }

  take(offset: number, layout: Layout): CountedSegment | undefined {
    if (layout !== this.#layout) return undefined;
    const wanted = Math.floor(offset / SEGMENT_LENGTH);
    this.#claims.reach(wanted);
    for (const number of this.#answers.keys()) if (number < wanted) this.#answers.delete(number);
    while (!this.#answers.has(wanted)) {
      if (this.#claims.claimExactly(wanted)) return undefined;
      const seen = this.#claims.answers;
      this.#collect();
      if (this.#answers.has(wanted)) break;
      const run = this.#claims.claimRun(MAX_RUN);
      if (run !== undefined) this.#countRun(run, layout);
      else if (!this.#claims.waitForAnswer(seen, PATIENCE_MS)) return undefined;
    }
    const segment = this.#answers.get(wanted);
    this.#answers.delete(wanted);
    return segment?.start === offset ? segment : undefined;
  }

  giveBack(segment: CountedSegment): void {
    const memory: SegmentMemory = buffersOf(segment.part);
    const thread = this.#counters.get(segment);
    if (thread === undefined) this.#tally?.spare.give(memory);
    else thread.port.postMessage(memory, memory);
  }

  close(): void {
    this.#layout = undefined;
    this.#tally = undefined;
    this.#answers.clear();
    this.#claims.stop();
    for (const thread of this.#threads.splice(0)) stopThread(thread);
  }

  #countRun(run: Run, layout: Layout): void {
    this.#tally ??= new Tally(this.#options);
    for (const answer of countRun(readerOf(this.#file), layout, run, this.#tally)) this.#note(answer);
  }

  /** Notes the answer for the first of its segments: the others are not counted separately. */
  #note({ number, end, segment }: SegmentAnswer): void {
    this.#answers.set(number, segment);
    for (let other = number + 1; other < end; other++) this.#answers.set(other, undefined);
  }

  /** Takes the answers that have come, without waiting for the event loop. */
  #collect(): void {
    for (const thread of this.#threads) {
      const { port } = thread;
      for (let received = receiveMessageOnPort(port); received; received = receiveMessageOnPort(port)) {
        const answer = received.message as SegmentAnswer;
        this.#note(answer);
        if (answer.segment !== undefined) this.#counters.set(answer.segment, thread);
      }
    }
  }
}

/** Counts the segments of a run, as few times as possible: together, unless there are too many rows or one is damaged. */
export function* countRun(
  read: ReadAt,
  layout: Layout,
  { first, end }: Run,
  tally: Tally,
): Generator<SegmentAnswer, void, undefined> {
  for (let number = first; number < end; ) {
    const together = countSegment(read, layout, number, tally, end - number);
    const isAlone = number + 1 === end;
    const segment = together ?? (isAlone ? undefined : countSegment(read, layout, number, tally));
    const next = segment === undefined ? number + 1 : Math.floor(segment.end / SEGMENT_LENGTH);
    yield { number, end: next, segment };
    number = next;
  }
}

/** Reads the capture in a file at any offset. A failure ends the segment: the reader will meet the same failure and report it. */
export function readerOf({ fd, begin }: OpenFile): ReadAt {
  return (bytes, at, position) => {
    try {
      return readSync(fd, bytes, at, bytes.length - at, begin + position);
    } catch {
      return 0;
    }
  };
}
