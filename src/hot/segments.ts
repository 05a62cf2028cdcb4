// Where counting evidence begins and ends: a segment, the packets after it, and a capture.

import { COMPLETED, FOLDED_EVIDENCE, JUDGED, RESET, UNKNOWN_EVIDENCE } from '../tally/layout';
import { Counters } from './counters';
import * as handshakes from './handshakes';
import { beginToFollow, clearQueue, enterQueued, settleQueue } from './queue';
import * as repeats from './repeats';
import { rows4, rows6 } from './tables';
import { settle } from './tally';

/** Begins the next segment. */
export function beginSegment(): void {
  enterQueued();
  handshakes.beginSegment();
}

/** Ends the following of the handshakes of earlier segments. */
export function finishEarlier(): void {
  enterQueued();
  handshakes.finishEarlier();
}

/** Whether more packets could change the outcome of a handshake of an earlier segment. */
export function hasEarlier(): bool {
  enterQueued();
  return handshakes.hasEarlier();
}

/** Adds the counts of a segment that comes next to evidence; see `replay` in repeats.ts. */
export function replay(length: u32, segment: usize, evidence4: usize, evidence6: usize): void {
  settleQueue();
  repeats.replay(length, segment, evidence4, evidence6);
}

/**
 * Begins to read packets after a segment, for the sake of its handshakes. The caller has begun the next segment, and sees to
 * it that SYN-ACKs are not counted, as if they were outside the time asked for.
 */
export function beginFollowing(): void {
  settle();
  beginToFollow();
}

/** Ends it, and forgets what came after the segment. */
export function endFollowing(): void {
  enterQueued();
  handshakes.finishAll();
  handshakes.clearHandshakes();
  clearQueue();
}

/**
 * Ends the capture. If none of its handshakes was completed or reset, it does not show what follows a SYN-ACK, and so
 * judges none.
 */
export function finishCapture(): void {
  settle();
  handshakes.finishAll();
  if (load<f64>(FOLDED_EVIDENCE) !== UNKNOWN_EVIDENCE) {
    if (foldedValue(COMPLETED) + foldedValue(RESET) !== 0) return;
  }
  if (repeats.hasAnsweredRecord()) return;
  if (hasAnswers(rows4.counters, rows4.size) || hasAnswers(rows6.counters, rows6.size)) return;
  for (let row: u32 = 0; row < rows4.size; row++) rows4.counters.reset(row, JUDGED);
  for (let row: u32 = 0; row < rows6.size; row++) rows6.counters.reset(row, JUDGED);
  if (load<f64>(FOLDED_EVIDENCE) !== UNKNOWN_EVIDENCE) {
    store<f64>(FOLDED_EVIDENCE + JUDGED * 8, 0);
  }
  repeats.resetJudgedRecords();
}

function foldedValue(counter: u32): f64 {
  return load<f64>(FOLDED_EVIDENCE + counter * 8);
}

function hasAnswers(counters: Counters, rows: u32): bool {
  for (let row: u32 = 0; row < rows; row++) {
    if (counters.valueOf(row, COMPLETED) + counters.valueOf(row, RESET) !== 0) return true;
  }
  return false;
}
