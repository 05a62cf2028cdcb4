// Follows handshakes, to see whether they are completed and used. A table has the latest four handshakes of each set. Those
// of a segment depend only on the SYN-ACKs of that segment. Handshakes of the segment before it are followed for a while in
// the same table, but have no influence on them.

import {
  COMPLETED,
  DATA,
  FOLDED_EVIDENCE,
  HANDSHAKE_SETS_BITS,
  JUDGED,
  NOTE_LENGTH,
  NOTE_OUTCOME_SHIFT,
  NOTES_4,
  NOTES_6,
  RESET,
  SILENCE,
  UNKNOWN_EVIDENCE,
} from '../tally/layout';
import { Counters } from './counters';
import { HAS_DATA, IS_COMPLETED, IS_JUDGED, IS_RESET, setRecordOutcome } from './repeats';
import { rows4, rows6 } from './tables';

const SETS: u32 = 1 << HANDSHAKE_SETS_BITS;
const ENTRIES: u32 = 4;

// The keys of an entry are apart from the rest, so that a look-up touches one cache line.
const KEY: usize = 8;
/** Sequence numbers of server and client, 4 bytes each, the time, 8 bytes, target and state, 4 bytes each. */
const BODY: usize = 24;
const CLIENT_ISN: usize = 4;
const TIME: usize = 8;
const TARGET: usize = 16;
const STATE: usize = 20;

/** In a state, above the outcome: whether the server's end is the lesser one, and the segment. */
const IS_FORWARD: u32 = 8;
const SEGMENT_SHIFT: u32 = 4;

// A target: what the outcome is added to. The lower bits are the number of a row, a note or a record.
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

let keys: usize = 0;
let bodies: usize = 0;
/** For each set, in 1 byte, the entry that is replaced next. */
let nexts: usize = 0;
/** The number of the segment, which differs from that of the one before. */
let segment: u32 = 0;
/** The time of the last TCP packet. */
let lastTime: f64 = 0;

export function openHandshakes(): void {
  keys = heap.alloc(<usize>SETS * ENTRIES * KEY);
  bodies = heap.alloc(<usize>SETS * ENTRIES * BODY);
  nexts = heap.alloc(SETS);
  clearHandshakes();
}

/** Forgets all handshakes, without adding their outcomes. */
export function clearHandshakes(): void {
  if (keys === 0) return;
  memory.fill(keys, 0, <usize>SETS * ENTRIES * KEY);
  memory.fill(nexts, 0, SETS);
  segment = 0;
}

/**
 * Takes the first SYN-ACK of a handshake, as far as the table knows, and returns its entry, for `setTarget`; 0 if it is in
 * the table already.
 * @param isForward whether the server's end is the lesser one
 */
export function enter(key: u64, isForward: bool, serverIsn: u32, clientIsn: u32, time: f64): usize {
  lastTime = time;
  const set = <u32>(key >> (64 - HANDSHAKE_SETS_BITS));
  const first = set * ENTRIES;
  let place: u32 = ENTRIES;
  for (let number: u32 = 0; number < ENTRIES; number++) {
    if (keyOf(first + number) !== key) continue;
    const body = bodyOf(first + number);
    const isSame = isSameHandshake(body, isForward, serverIsn, clientIsn);
    if (load<u32>(body, STATE) >> SEGMENT_SHIFT === segment) {
      if (isSame) return 0;
      finish(first + number, time);
      place = number;
    } else if (!isSame) {
      finish(first + number, time);
    }
  }
  if (place === ENTRIES) {
    place = load<u8>(nexts + set);
    store<u8>(nexts + set, <u8>((place + 1) & (ENTRIES - 1)));
    if (keyOf(first + place) !== 0) finish(first + place, time);
  }
  const body = bodyOf(first + place);
  store<u64>(keys + <usize>(first + place) * KEY, key);
  store<u32>(body, serverIsn);
  store<u32>(body, clientIsn, CLIENT_ISN);
  store<f64>(body, time, TIME);
  store<u32>(body, NO_TARGET, TARGET);
  store<u32>(body, (segment << SEGMENT_SHIFT) | (isForward ? IS_FORWARD : 0), STATE);
  return body;
}

function isSameHandshake(body: usize, isForward: bool, serverIsn: u32, clientIsn: u32): bool {
  const isSameWay = ((load<u32>(body, STATE) & IS_FORWARD) !== 0) === isForward;
  return isSameWay
    ? load<u32>(body) === serverIsn && load<u32>(body, CLIENT_ISN) === clientIsn
    : load<u32>(body) === clientIsn && load<u32>(body, CLIENT_ISN) === serverIsn;
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
  const first = <u32>(key >> (64 - HANDSHAKE_SETS_BITS)) * ENTRIES;
  const at = keys + <usize>first * KEY;
  const is0 = load<u64>(at) === key;
  const is1 = load<u64>(at, KEY) === key;
  const is2 = load<u64>(at, 2 * KEY) === key;
  const is3 = load<u64>(at, 3 * KEY) === key;
  if (!(is0 || is1 || is2 || is3)) return;
  if (is0) look(bodyOf(first), isForward, sequenceNumber, acknowledgement, flags, hasPayload);
  if (is1) look(bodyOf(first + 1), isForward, sequenceNumber, acknowledgement, flags, hasPayload);
  if (is2) look(bodyOf(first + 2), isForward, sequenceNumber, acknowledgement, flags, hasPayload);
  if (is3) look(bodyOf(first + 3), isForward, sequenceNumber, acknowledgement, flags, hasPayload);
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

/** Points the outcome of a pending SYN-ACK's handshake to the note of that SYN-ACK. */
export function targetNote(body: usize, family: u32, note: u32): void {
  store<u32>(body, TO_NOTE | (family === 6 ? SIX : 0) | note, TARGET);
}

/** Points an outcome that is pointed to this note to a row, a record, or nothing. */
function retarget(body: usize, family: u32, note: u32, target: u32): void {
  if (load<u32>(body, TARGET) === (TO_NOTE | (family === 6 ? SIX : 0) | note))
    store<u32>(body, target, TARGET);
}

export function targetRow(body: usize, family: u32, note: u32, row: u32): void {
  retarget(body, family, note, TO_ROW | (family === 6 ? SIX : 0) | row);
}

export function targetRecord(body: usize, family: u32, note: u32, record: u32): void {
  retarget(body, family, note, TO_RECORD | record);
}

export function targetNothing(body: usize, family: u32, note: u32): void {
  retarget(body, family, note, NO_TARGET);
}

/** Ends the following of an entry: adds the outcome of the handshake, and frees the entry. */
function finish(entry: u32, now: f64): void {
  const body = bodyOf(entry);
  const target = load<u32>(body, TARGET);
  const state = load<u32>(body, STATE);
  store<u64>(keys + <usize>entry * KEY, 0);
  store<u32>(body, NO_TARGET, TARGET);
  if (target === NO_TARGET) return;
  let outcome = state & (IS_COMPLETED | HAS_DATA | IS_RESET);
  if (outcome !== 0 || now - load<f64>(body, TIME) >= <f64>SILENCE) outcome |= IS_JUDGED;
  if (outcome === 0) return;
  if ((target & KIND_MASK) === TO_NOTE) setNoteOutcome(target, outcome);
  else if ((target & KIND_MASK) === TO_RECORD) setRecordOutcome(target & NUMBER_MASK, outcome);
  else if (target === TO_FOLDED) addToFolded(outcome);
  else if ((target & SIX) !== 0) addOutcome(rows6.counters, target & NUMBER_MASK, outcome);
  else addOutcome(rows4.counters, target & NUMBER_MASK, outcome);
}

/** Keeps an outcome until it is known where it belongs. */
function setNoteOutcome(target: u32, outcome: u32): void {
  const notes = (target & SIX) !== 0 ? NOTES_6 : NOTES_4;
  const note = notes + (target & NUMBER_MASK) * NOTE_LENGTH;
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
    if (keyOf(entry) !== 0 && isEarlier(entry)) finish(entry, lastTime);
  }
}

/** Ends the following of all handshakes. */
export function finishAll(): void {
  for (let entry: u32 = 0; entry < SETS * ENTRIES; entry++) {
    if (keyOf(entry) !== 0) finish(entry, lastTime);
  }
}

/** Whether more packets could change the outcome of a handshake of an earlier segment. */
export function hasEarlier(): bool {
  for (let entry: u32 = 0; entry < SETS * ENTRIES; entry++) {
    if (keyOf(entry) === 0 || !isEarlier(entry)) continue;
    const body = bodyOf(entry);
    if (load<u32>(body, TARGET) !== NO_TARGET && (load<u32>(body, STATE) & HAS_DATA) === 0) return true;
  }
  return false;
}

/** Follows rows to their new places, which are 1 more than the numbers there, or to the sum of folded rows, for 0. */
export function moveTargets(family: u32, places: usize): void {
  const kind = TO_ROW | (family === 6 ? SIX : 0);
  for (let entry: u32 = 0; entry < SETS * ENTRIES; entry++) {
    const body = bodyOf(entry);
    const target = load<u32>(body, TARGET);
    if (keyOf(entry) === 0 || (target & ~NUMBER_MASK) !== kind) continue;
    const place = load<u32>(places + <usize>(target & NUMBER_MASK) * 4);
    store<u32>(body, place === 0 ? TO_FOLDED : kind | (place - 1), TARGET);
  }
}

function isEarlier(entry: u32): bool {
  return load<u32>(bodyOf(entry), STATE) >> SEGMENT_SHIFT !== segment;
}

function keyOf(entry: u32): u64 {
  return load<u64>(keys + <usize>entry * KEY);
}

function bodyOf(entry: u32): usize {
  return bodies + <usize>entry * BODY;
}
