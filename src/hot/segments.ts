// Where counting evidence begins and ends: a segment, the packets after it, a piece, and a capture.

import {
  COMPLETED,
  FOLDED_EVIDENCE,
  HOUR,
  JUDGED,
  OUTSIDE_TIME,
  PACKETS_BY_CLASS,
  RESET,
  TAG_MASK,
  UNKNOWN_EVIDENCE,
} from '../tally/layout';
import { Counters } from './counters';
import * as handshakes from './handshakes';
import { beginToFollow, clearQueue, enterQueued, settleQueue } from './queue';
import * as repeats from './repeats';
import { Row4, Row6 } from './row';
import { Rows } from './rows';
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

/** Whether a handshake was completed or reset in an earlier piece of the capture. */
let isAnswered: bool = false;

/** Ends the capture. */
export function finishCapture(): void {
  settle();
  handshakes.finishAll();
  judge();
  isAnswered = false;
}

/** Ends a piece of a capture: adds the outcomes that will hardly change. Those of the other handshakes come later. */
export function endPiece(): void {
  settle();
  handshakes.addSettled(handshakes.latestTime() - <f64>HOUR);
  isAnswered = isAnswered || handshakes.hasAnswered();
  isAnswered = judge();
}

/**
 * Begins the next piece, after `endPiece`. Rows and counts are forgotten, but not what it takes to judge later packets: the
 * table of repeats, the handshakes, and the rows to which their outcomes are still to be added. So the pieces add up to the
 * whole capture.
 */
export function beginPiece(): void {
  forget<Row4>(4, rows4);
  forget<Row6>(6, rows6);
  memory.fill(PACKETS_BY_CLASS, 0, OUTSIDE_TIME + 8 - PACKETS_BY_CLASS);
}

/** Keeps only the rows to which outcomes are still to be added, with nothing counted. */
function forget<R>(family: u32, rows: Rows<R>): void {
  const length = <usize>rows.size * 4;
  const places = heap.alloc(length);
  memory.fill(places, 0, length);
  handshakes.markTargets(family, places);
  rows.sketches.free(0, rows.size);
  rows.hours.free(0, rows.size);
  let kept: u32 = 0;
  for (let at: u32 = 0; at < rows.size; at++) {
    const place = places + <usize>at * 4;
    if (load<u32>(place) === 0) continue;
    if (kept !== at) rows.move(at, kept);
    rows.row(kept).counted &= TAG_MASK;
    kept += 1;
    store<u32>(place, kept);
  }
  rows.counters.clear(0, rows.size);
  handshakes.moveTargets(family, places);
  heap.free(places);
  rows.truncate(kept);
}

/**
 * If no handshake was completed or reset, the capture does not show what follows a SYN-ACK, and so judges none. Returns
 * whether one was.
 */
function judge(): bool {
  if (isAnswered) return true;
  if (load<f64>(FOLDED_EVIDENCE) !== UNKNOWN_EVIDENCE) {
    if (foldedValue(COMPLETED) + foldedValue(RESET) !== 0) return true;
  }
  if (repeats.hasAnsweredRecord()) return true;
  if (hasAnswers(rows4.counters, rows4.size) || hasAnswers(rows6.counters, rows6.size)) return true;
  for (let row: u32 = 0; row < rows4.size; row++) rows4.counters.reset(row, JUDGED);
  for (let row: u32 = 0; row < rows6.size; row++) rows6.counters.reset(row, JUDGED);
  if (load<f64>(FOLDED_EVIDENCE) !== UNKNOWN_EVIDENCE) {
    store<f64>(FOLDED_EVIDENCE + JUDGED * 8, 0);
  }
  repeats.resetJudgedRecords();
  return false;
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
