// Counts a small capture without refilling the window: one read puts all of it there. Thousands of small captures take most
// of their time in calls of the system and in small steps between them, of which this has few.

import { readSync } from 'node:fs';
import { compressionOf } from '../capture/compressed/compression.js';
import { formatAt } from '../capture/formats.js';
import { HEAD_LENGTH } from '../capture/head.js';
import type { Input } from '../capture/input.js';
import type { Tail } from '../capture/lookahead.js';
import type { Tally } from '../tally/tally.js';
import type { Problem } from '../text/problem.js';
import { CaptureWalker } from '../walk/capture-walker.js';
import { hotPathOf } from '../walk/hot-path.js';
import { documentKind } from './document-kind.js';
import { problemOfError } from './problems/capture-problems.js';
import type { Reading } from './reading.js';

/** Larger captures are read in parts, which stay in the cache of the processor. */
const MAX_LENGTH = 256 << 10;
/** The answer to a look beyond the end. */
const NOTHING: Tail = { bytes: new Uint8Array(0), available: 0 };

/**
 * Reads all of a small capture that is not compressed into the window of a tally, and returns its length. Undefined, as if
 * nothing had been read, if the input is anything else.
 */
export function readWhole({ file, fileLength = 0 }: Input, tally: Tally): number | undefined {
  if (file === undefined || file.begin !== 0 || fileLength === 0 || fileLength > MAX_LENGTH) return undefined;
  const { bytes, view } = hotPathOf(tally).window;
  let length: number;
  try {
    length = readSync(file.fd, bytes, 0, MAX_LENGTH + 1, 0);
  } catch {
    // The reader will meet the same failure and report it.
    return undefined;
  }
  if (length < fileLength || length > MAX_LENGTH) return undefined;
  const headLength = Math.min(length, HEAD_LENGTH);
  const format = formatAt(view, 0, headLength);
  if (format === undefined) return undefined;
  // The first bytes of a pcap are neither those of a document nor of compressed data.
  if (format === 'pcap') return length;
  const head = bytes.slice(0, headLength);
  return compressionOf(head) === undefined && documentKind(head) === undefined ? length : undefined;
}

/** Counts the capture that `readWhole` has read. An error that ends it early is added to the problems. */
export function countWhole(length: number, tally: Tally, problems: Problem[]): Reading {
  const walker = new CaptureWalker(tally);
  const { window } = walker;
  try {
    let reached = walker.consume(window, 0, length, 0);
    while (walker.tailAt !== undefined) reached = walker.consume(window, reached, length, 0, NOTHING);
    walker.finish(window, reached, length, 0, false);
  } catch (error) {
    problems.push(problemOfError(error));
  }
  const { format, gaps, gapCount, bytesSkipped } = walker;
  return { format, origin: {}, counters: [...walker.counters.values()], gaps, gapCount, bytesSkipped };
}
