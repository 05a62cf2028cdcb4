// A reader of captures, and its findings.

import type { Input } from '../capture/input.js';
import type { ByteCounter } from '../capture/window.js';
import type { Tally } from '../tally/tally.js';
import type { Problem } from '../text/problem.js';
import type { Gap } from '../walk/gaps.js';
import type { PacketCounter } from '../walk/packet-counter.js';
import type { InputOptions } from './input-result.js';
import type { Origin } from './problems/capture-problems.js';

/** The findings of a reader in a capture. */
export interface Reading {
  /** Format and version; undefined if it is not a capture. */
  readonly format: string | undefined;
  readonly origin: Origin;
  readonly counters: Iterable<PacketCounter>;
  /** The first gaps; then the number of all gaps, and the bytes in them. */
  readonly gaps: readonly Gap[];
  readonly gapCount: number;
  readonly bytesSkipped: number;
}

/** Reads a capture to its end. An error of the capture that ends it early is added to the problems. */
export type Read = (
  input: Input,
  tally: Tally,
  options: InputOptions,
  byteCounter: ByteCounter,
  problems: Problem[],
) => Promise<Reading>;
