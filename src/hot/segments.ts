// Where counting evidence begins and ends: the packets after a segment, and the end of a capture.

import { COMPLETED, FOLDED_EVIDENCE, JUDGED, RESET, UNKNOWN_EVIDENCE } from '../tally/layout';
import { Counters } from './counters';
import { setFollowing } from './evidence';
import { clearHandshakes, finishAll } from './handshakes';
import { rows4, rows6 } from './tables';
import { settle } from './tally';

/**
 * Begins to read packets after a segment, for the sake of its handshakes. The caller has begun the next segment, and sees to
 * it that SYN-ACKs are not counted, as if they were outside the time asked for.
 */
export function beginFollowing(): void {
  settle();
  setFollowing(true);
}

/** Ends it, and forgets what came after the segment. */
export function endFollowing(): void {
  finishAll();
  clearHandshakes();
  setFollowing(false);
}

/**
 * Ends the capture. If none of its handshakes was completed or reset, it does not show what follows a SYN-ACK, and so
 * judges none.
 */
export function finishCapture(): void {
  settle();
  finishAll();
  if (load<f64>(FOLDED_EVIDENCE) !== UNKNOWN_EVIDENCE) {
    if (foldedValue(COMPLETED) + foldedValue(RESET) !== 0) return;
  }
  if (hasAnswers(rows4.counters, rows4.size) || hasAnswers(rows6.counters, rows6.size)) return;
  for (let row: u32 = 0; row < rows4.size; row++) rows4.counters.reset(row, JUDGED);
  for (let row: u32 = 0; row < rows6.size; row++) rows6.counters.reset(row, JUDGED);
  if (load<f64>(FOLDED_EVIDENCE) !== UNKNOWN_EVIDENCE) {
    store<f64>(FOLDED_EVIDENCE + JUDGED * 8, 0);
  }
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
