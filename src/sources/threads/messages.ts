// The tasks and the answers of threads. They are copied from one thread to another, so they are only data.

import type { MessagePort } from 'node:worker_threads';
import type { OpenFile } from '../../capture/input.js';
import type { TallyOptions } from '../../tally/options.js';
import type { TallyPart } from '../../tally/tally.js';
import type { CountedSegment } from '../../walk/segment.js';
import type { Layout } from '../../walk/walker.js';
import type { InputResult, InputSettings } from '../input-result.js';

/** The data that a thread starts with. */
export interface ThreadData<Task = SegmentTask | InputTask> {
  readonly task: Task;
  /** Options of the tally that the thread counts in. */
  readonly options: TallyOptions;
  /** See Claims. */
  readonly claims: SharedArrayBuffer;
  /** See sharedCode. */
  readonly code: object;
  readonly port: MessagePort;
}

/** Count segments of this file, as they can be claimed. */
export interface SegmentTask {
  readonly kind: 'segments';
  readonly file: OpenFile;
  readonly layout: Layout;
}

export interface SegmentAnswer {
  readonly number: number;
  /** The number of the first segment that is not in it. */
  readonly end: number;
  /** Undefined if the segment cannot be counted separately. */
  readonly segment: CountedSegment | undefined;
}

/** The memory of a segment that has been merged, for segments that are counted later. */
export type SegmentMemory = readonly ArrayBuffer[];

/** Read these inputs, as they can be claimed. */
export interface InputTask {
  readonly kind: 'inputs';
  readonly names: readonly string[];
  readonly settings: InputSettings;
}

/** An input that was read, by its index among the names. */
export interface InputAnswer {
  readonly number: number;
  readonly result: InputResult;
  readonly part: TallyPart;
}
