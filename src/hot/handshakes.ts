// Follows handshakes, to see whether they are completed and used. A table has the latest four handshakes of each set. Those
// of a segment depend only on the SYN-ACKs of that segment. Handshakes of the segment before it are followed for a while in
// the same table, but have no influence on them.

import {
  COMPLETED,
  DATA,
  FOLDED_EVIDENCE,
  HANDSHAKE_SETS_BITS,
  HANDSHAKES,
  HANDSHAKES_LENGTH,
  JUDGED,
  NOTE_OUTCOME_SHIFT,
  RESET,
  SILENCE,
  UNKNOWN_EVIDENCE,
} from '../tally/layout';
import { Counters } from './counters';
import { HAS_DATA, IS_COMPLETED, IS_JUDGED, IS_RESET, setRecordOutcome } from './repeats';
import { rows4, rows6 } from './tables';

const SETS: u32 = 1 << HANDSHAKE_SETS_BITS;
const ENTRIES: u32 = 4;

// Half of the key of an entry is apart from the rest, so that nearly all look-ups touch only that.
const MARK: usize = 4;
/** Sequence numbers of server and client, 4 bytes each, time and key, 8 bytes each, target and state, 4 bytes each. */
const BODY: usize = 32;
const CLIENT_ISN: usize = 4;
const TIME: usize = 8;
const KEY: usize = 16;
const TARGET: usize = 24;
const STATE: usize = 28;
const OUTCOME: u32 = IS_COMPLETED | HAS_DATA | IS_RESET;

/** In a state, above the outcome: whether the server's end is the lesser one, and the segment. */
const IS_FORWARD: u32 = 8;
const SEGMENT_SHIFT: u32 = 4;

// A target: what the outcome is added to. The lower bits are the number of a row or a record, or the place of a note.
const KIND_MASK: u32 = 0xc000_0000;
const TO_ROW: u32 = 0x4000_0000;
const TO_NOTE: u32 = 0x8000_0000;
const TO_RECORD: u32 = 0xc000_0000;
const SIX: u32 = 0x2000_0000;
const NUMBER_MASK: u32 = 0x1fff_ffff;
/** Nothing: the SYN-ACK is a repeat, or is not counted. */
const NO_TARGET: u32 = 0;
/** The sum of folded rows. */
const TO_FOLDED: u32 = 1;

const SYN: u32 = 2;
const RST: u32 = 4;
const ACK: u32 = 16;

const MARKS: usize = HANDSHAKES + <usize>SETS * ENTRIES * BODY;
/** For each set, in 1 byte, the entry that is replaced next. */
const NEXTS: usize = MARKS + <usize>SETS * ENTRIES * MARK;

/** The number of the segment, which differs from that of the one before. */
let segment: u32 = 0;
/** The time of the last TCP packet. */
let lastTime: f64 = 0;

export function latestTime(): f64 {
  return lastTime;
}

export function setLastTime(time: f64): void {
  lastTime = time;
}

/** Forgets all handshakes, without adding their outcomes. */
export function clearHandshakes(): void {
  memory.fill(HANDSHAKES, 0, HANDSHAKES_LENGTH);
  segment = 0;
}

/**
 * Takes the first SYN-ACK of a handshake, as far as the table knows, and returns its entry; 0 if it is in the table already.
 * @param direction 1 if the server's end is the lesser one, else 0
 * @param isns the initial sequence number of the server and, above it, of the client
 * @param note the note of the SYN-ACK, to which the outcome is added; 0 for none
 */
export function enter(key: u64, direction: u32, isns: u64, time: f64, note: usize): usize {
  const set = setOf(key);
  const first = set * ENTRIES;
  let place: u32 = ENTRIES;
  if (hasMark(first, markOf(key))) {
    for (let number: u32 = 0; number < ENTRIES; number++) {
      if (!isOf(first + number, key)) continue;
      const body = bodyOf(first + number);
      const isSame = isSameHandshake(body, direction, isns);
      if (load<u32>(body, STATE) >> SEGMENT_SHIFT === segment) {
        if (isSame) return 0;
        place = number;
      }
      if (!isSame) finish(first + number, time);
    }
  }
  if (place === ENTRIES) {
    place = load<u8>(NEXTS + set);
    store<u8>(NEXTS + set, <u8>((place + 1) & (ENTRIES - 1)));
  }
  const body = bodyOf(first + place);
  addOutcomeOf(body, time);
  store<u32>(markAt(first + place), markOf(key));
  store<u64>(body, isns);
  store<f64>(body, time, TIME);
  store<u64>(body, key, KEY);
  store<u32>(body, note === 0 ? NO_TARGET : TO_NOTE | <u32>note, TARGET);
  store<u32>(body, (segment << SEGMENT_SHIFT) | (direction * IS_FORWARD), STATE);
  return body;
}

/** Whether an entry in this set very probably has this mark. */
function hasMark(first: u32, mark: u32): bool {
  const both = <u64>mark * 0x0000_0001_0000_0001;
  const a = load<u64>(markAt(first)) ^ both;
  const b = load<u64>(markAt(first), 8) ^ both;
  return <u32>a === 0 || <u32>(a >> 32) === 0 || <u32>b === 0 || <u32>(b >> 32) === 0;
}

function isOf(entry: u32, key: u64): bool {
  return load<u32>(markAt(entry)) === markOf(key) && load<u64>(bodyOf(entry), KEY) === key;
}

/** The mark of a free entry is 0. */
function markOf(key: u64): u32 {
  return <u32>key | 1;
}

function markAt(entry: u32): usize {
  return MARKS + <usize>entry * MARK;
}

function setOf(key: u64): u32 {
  return <u32>(key >> (64 - HANDSHAKE_SETS_BITS));
}

function isSameHandshake(body: usize, direction: u32, isns: u64): bool {
  const isSameWay = <u32>((load<u32>(body, STATE) & IS_FORWARD) !== 0) === direction;
  return load<u64>(body) === (isSameWay ? isns : (isns >> 32) | (isns << 32));
}

/**
 * Takes a TCP packet that is not a SYN-ACK.
 * @param isForward whether its source is the lesser end
 * @param flags the last byte of them
 */
export function follow(
  key: u64,
  isForward: bool,
  sequenceNumber: u32,
  acknowledgement: u32,
  flags: u32,
  hasPayload: bool,
  time: f64,
): void {
  lastTime = time;
  const first = setOf(key) * ENTRIES;
  if (!hasMark(first, markOf(key))) return;
  for (let entry = first; entry < first + ENTRIES; entry++) {
    if (!isOf(entry, key)) continue;
    look(bodyOf(entry), isForward, sequenceNumber, acknowledgement, flags, hasPayload);
  }
}

/** Updates a handshake with a packet of its connection. */
function look(
  body: usize,
  isForward: bool,
  sequenceNumber: u32,
  acknowledgement: u32,
  flags: u32,
  hasPayload: bool,
): void {
  const state = load<u32>(body, STATE);
  if ((state & HAS_DATA) !== 0 || (flags & SYN) !== 0) return;
  let outcome: u32 = 0;
  if (((state & IS_FORWARD) !== 0) === isForward) {
    if ((flags & RST) !== 0) return;
    if (<i32>(sequenceNumber - load<u32>(body)) > 0) outcome = IS_COMPLETED;
    // The client's FIN counts as one byte, so only more than that is data.
    const received = <i32>(acknowledgement - load<u32>(body, CLIENT_ISN));
    if ((flags & ACK) !== 0 && received > 2) outcome = IS_COMPLETED | HAS_DATA;
  } else {
    const sent = <i32>(sequenceNumber - load<u32>(body, CLIENT_ISN));
    if ((flags & RST) !== 0) {
      if (sent === 1 && (state & IS_COMPLETED) === 0) store<u32>(body, state | IS_RESET, STATE);
      return;
    }
    const received = <i32>(acknowledgement - load<u32>(body));
    if ((flags & ACK) !== 0 && received > 0 && sent > 0) outcome = IS_COMPLETED;
  }
  if (hasPayload && outcome !== 0) outcome = IS_COMPLETED | HAS_DATA;
  // A reset that was followed by this was not obeyed.
  if (outcome !== 0) store<u32>(body, (state & ~IS_RESET) | outcome, STATE);
}

/** Points an outcome that is pointed to this note to a row, a record, or nothing. */
function retarget(body: usize, note: usize, target: u32): void {
  if (load<u32>(body, TARGET) === (TO_NOTE | <u32>note)) store<u32>(body, target, TARGET);
}

export function targetRow(body: usize, note: usize, family: u32, row: u32): void {
  retarget(body, note, TO_ROW | (family === 6 ? SIX : 0) | row);
}

export function targetRecord(body: usize, note: usize, record: u32): void {
  retarget(body, note, TO_RECORD | record);
}

export function targetNothing(body: usize, note: usize): void {
  retarget(body, note, NO_TARGET);
}

/** Ends the following of an entry: adds the outcome of the handshake, and frees the entry. */
function finish(entry: u32, now: f64): void {
  addOutcomeOf(bodyOf(entry), now);
  store<u32>(markAt(entry), 0);
  store<u32>(bodyOf(entry), NO_TARGET, TARGET);
}

function addOutcomeOf(body: usize, now: f64): void {
  const target = load<u32>(body, TARGET);
  if (target === NO_TARGET) return;
  const outcome = load<u32>(body, STATE) & OUTCOME;
  if (outcome !== 0 || now - load<f64>(body, TIME) >= <f64>SILENCE) addTo(target, outcome | IS_JUDGED);
}

function addTo(target: u32, outcome: u32): void {
  if ((target & KIND_MASK) === TO_NOTE) setNoteOutcome(<usize>(target & NUMBER_MASK), outcome);
  else if ((target & KIND_MASK) === TO_RECORD) setRecordOutcome(target & NUMBER_MASK, outcome);
  else if (target === TO_FOLDED) addToFolded(outcome);
  else if ((target & SIX) !== 0) addOutcome(rows6.counters, target & NUMBER_MASK, outcome);
  else addOutcome(rows4.counters, target & NUMBER_MASK, outcome);
}

/** Keeps an outcome until it is known where it belongs. */
function setNoteOutcome(note: usize, outcome: u32): void {
  store<u32>(note, load<u32>(note) | (outcome << NOTE_OUTCOME_SHIFT));
}

export function addOutcome(counters: Counters, row: u32, outcome: u32): void {
  counters.add(row, JUDGED, 1);
  if ((outcome & IS_COMPLETED) !== 0) counters.add(row, COMPLETED, 1);
  if ((outcome & HAS_DATA) !== 0) counters.add(row, DATA, 1);
  if ((outcome & IS_RESET) !== 0) counters.add(row, RESET, 1);
}

function addToFolded(outcome: u32): void {
  if (load<f64>(FOLDED_EVIDENCE) === UNKNOWN_EVIDENCE) return;
  addOneTo(JUDGED);
  if ((outcome & IS_COMPLETED) !== 0) addOneTo(COMPLETED);
  if ((outcome & HAS_DATA) !== 0) addOneTo(DATA);
  if ((outcome & IS_RESET) !== 0) addOneTo(RESET);
}

function addOneTo(counter: u32): void {
  const at = FOLDED_EVIDENCE + counter * 8;
  store<f64>(at, load<f64>(at) + 1);
}

/** Begins the next segment. */
export function beginSegment(): void {
  finishEarlier();
  segment = (segment + 1) & 0xff_ffff;
}

/** Ends the following of the handshakes of earlier segments. */
export function finishEarlier(): void {
  for (let entry: u32 = 0; entry < SETS * ENTRIES; entry++) {
    if (isTaken(entry) && isEarlier(entry)) finish(entry, lastTime);
  }
}

/** Ends the following of all handshakes. */
export function finishAll(): void {
  for (let entry: u32 = 0; entry < SETS * ENTRIES; entry++) {
    if (isTaken(entry)) finish(entry, lastTime);
  }
}

/** Adds the outcomes that will not change: of handshakes with data, and of those that began before this time. */
export function addSettled(before: f64): void {
  for (let entry: u32 = 0; entry < SETS * ENTRIES; entry++) {
    const body = bodyOf(entry);
    const isSettled = (load<u32>(body, STATE) & HAS_DATA) !== 0 || load<f64>(body, TIME) < before;
    if (!isTaken(entry) || !isSettled) continue;
    addOutcomeOf(body, lastTime);
    // The entry stays, as it also recognises repeats.
    store<u32>(body, NO_TARGET, TARGET);
  }
}

/** Whether one of the handshakes was completed or reset. */
export function hasAnswered(): bool {
  for (let entry: u32 = 0; entry < SETS * ENTRIES; entry++) {
    if (isTaken(entry) && (load<u32>(bodyOf(entry), STATE) & OUTCOME) !== 0) return true;
  }
  return false;
}

/** Whether more packets could change the outcome of a handshake of an earlier segment. */
export function hasEarlier(): bool {
  for (let entry: u32 = 0; entry < SETS * ENTRIES; entry++) {
    if (!isTaken(entry) || !isEarlier(entry)) continue;
    const body = bodyOf(entry);
    if (load<u32>(body, TARGET) !== NO_TARGET && (load<u32>(body, STATE) & HAS_DATA) === 0) return true;
  }
  return false;
}

/** Writes 1 at the place of each row to which an outcome is still to be added. The places have 4 bytes each. */
export function markTargets(family: u32, places: usize): void {
  const kind = TO_ROW | (family === 6 ? SIX : 0);
  for (let entry: u32 = 0; entry < SETS * ENTRIES; entry++) {
    const target = load<u32>(bodyOf(entry), TARGET);
    if (!isTaken(entry) || (target & ~NUMBER_MASK) !== kind) continue;
    store<u32>(places + <usize>(target & NUMBER_MASK) * 4, 1);
  }
}

/** Follows rows to their new places, which are 1 more than the numbers there, or to the sum of folded rows, for 0. */
export function moveTargets(family: u32, places: usize): void {
  const kind = TO_ROW | (family === 6 ? SIX : 0);
  for (let entry: u32 = 0; entry < SETS * ENTRIES; entry++) {
    const body = bodyOf(entry);
    const target = load<u32>(body, TARGET);
    if (!isTaken(entry) || (target & ~NUMBER_MASK) !== kind) continue;
    const place = load<u32>(places + <usize>(target & NUMBER_MASK) * 4);
    store<u32>(body, place === 0 ? TO_FOLDED : kind | (place - 1), TARGET);
  }
}

function isEarlier(entry: u32): bool {
  return load<u32>(bodyOf(entry), STATE) >> SEGMENT_SHIFT !== segment;
}

function isTaken(entry: u32): bool {
  return load<u32>(markAt(entry)) !== 0;
}

function bodyOf(entry: u32): usize {
  return HANDSHAKES + <usize>entry * BODY;
}
