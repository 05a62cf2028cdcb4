// An observer shows a reading while it runs, in lines or on the whole screen.

import type { KnownServices, LabelOptions } from '../../inventory/live/labels.js';
import type { Names } from '../../names/names.js';
import type { Clock } from '../../text/clock.js';
import type { Context } from '../context.js';
import type { ShownProgress } from '../progress.js';

/** Milliseconds between samples. */
export const SAMPLE_INTERVAL = 1000;

export interface Observer extends ShownProgress {
  /** Whether the user ended the reading with a key. The terminal then did not send SIGINT to the other programs. */
  readonly isEndedByKey: () => boolean;
}

export interface ObserverSettings {
  readonly source: string;
  readonly names: Names;
  readonly labels: LabelOptions;
  readonly known: KnownServices | undefined;
  readonly clock: Clock;
  readonly isAscii: boolean;
  readonly hasColors: boolean;
  /** Ends the reading. */
  readonly stop: () => void;
  readonly context: Context;
}
