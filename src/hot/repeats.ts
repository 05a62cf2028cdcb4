// Recognises SYN-ACKs that were seen before. A table has the latest eight different handshakes of each set, in a ring: 32
// bits of the hash of each, then 31 bits of its time in milliseconds, and above them its direction. The contents of a set
// depend only on its latest eight handshakes. So a thread can begin a segment with an empty table: as soon as a set is full,
// it is right. SYN-ACKs that may be repeats of earlier ones are recorded until then, and the reader decides, because it has
// the table of the segments before.

import {
  BATCH,
  COLD_FLAGS_SHIFT,
  COLD_FOLDED,
  COLD_NO_ROW,
  COLD_OUTCOME_SHIFT,
  COLD_RECORD,
  COLD_ROW_AT,
  COLD_SET_MASK,
  COLD_SIX,
  COLD_WHEN_AT,
  COLD_WORD_AT,
  COMPLETED,
  COPIES,
  COUNTER_COUNT,
  DATA,
  FIRST_SYN_ACK,
  FOLDED_EVIDENCE,
  JUDGED,
  LAST_SYN_ACK,
  LATE,
  LOW_PORTS,
  MUTUAL,
  NOWHERE,
  PLAIN,
  PORT_20,
  PROXIED,
  RECORDS,
  REPEAT_SETS_BITS,
  REPEATS,
  REPEATS_LENGTH,
  RESENT,
  RESET,
  SYN_ACK_BEFORE,
  UNKNOWN_EVIDENCE,
} from '../tally/layout';

const SET_LENGTH: usize = 64;
/** Where the times and directions of a set are. */
const WHENS: usize = 32;
/** Where the oldest entry of each set is, in 1 byte. */
const OLDEST: usize = SET_LENGTH << REPEAT_SETS_BITS;
const ENTRIES_MASK: u32 = 7;
const TIME_MASK: u32 = 0x7fffffff;
/** Numbers of this size differ by 1 if their lowest bits do. */
const INTEGER: f64 = 6755399441055744;
const DIRECTION_SHIFT: u32 = 31;
/** The lowest bit of each half of 8 bytes, and the highest. */
const LOW_BITS: u64 = 0x0000_0001_0000_0001;
const HIGH_BITS: u64 = 0x8000_0000_8000_0000;
/** Half of the range of a time: a greater difference is a negative one. */
const HALF_RANGE: u32 = 0x40000000;

// Milliseconds. Linux sends a SYN-ACK again after 1, 3, 7, 15 and 31 seconds. A handshake whose resending has a gap of
// about 4 seconds was not answered.
const MAX_COPY: u32 = 10;
const MAX_GAP: u32 = 64_000;
const MIN_LATE: u32 = 3_500;
const MAX_LATE: u32 = 7_000;

/** The kinds of SYN-ACKs: the first of a handshake, or a repeat. */
export const NEW: u32 = 0;
export const COPY: u32 = 1;
const RESENT_SOON: u32 = 2;
export const RESENT_LATE: u32 = 3;
export const OPPOSITE: u32 = 4;
/** The first that the segment has, in a set that may have another earlier. */
export const COLD: u32 = 5;

/** Flags of a SYN-ACK. */
export const IS_PLAIN: u32 = 1;
export const IS_PROXIED: u32 = 2;
export const IS_PORT_20: u32 = 4;
export const IS_LOW_PORT: u32 = 8;
/** The outcome of a handshake. */
export const IS_COMPLETED: u32 = 1;
export const HAS_DATA: u32 = 2;
export const IS_RESET: u32 = 4;
export const IS_JUDGED: u32 = 8;

/** Whether the table is that of a segment, which does not know what came before. */
let isSegment: bool = false;

/** The SYN-ACKs of the kind COLD. Each filled a free entry of the table. */
let recordCount: u32 = 0;

/** Begins a capture of which nothing else is known. */
export function clearRepeats(): void {
  forgetRepeats();
  isSegment = false;
  recordCount = 0;
  openRepeats();
}

/** Notes that there was no SYN-ACK. */
export function openRepeats(): void {
  store<f64>(FIRST_SYN_ACK, NaN);
  store<f64>(LAST_SYN_ACK, NaN);
  store<f64>(SYN_ACK_BEFORE, NaN);
}

/** Forgets all SYN-ACKs. */
export function forgetRepeats(): void {
  memory.fill(REPEATS, 0, REPEATS_LENGTH);
}

/** Begins a segment, or a capture after another: SYN-ACKs may have been seen before it. */
export function beginCold(): void {
  isSegment = true;
}

/** Reads what `noteRepeat` will read. */
export function peekAtRepeat(key: u64): u32 {
  const number = setNumberOf(key);
  return load<u32>(setOf(REPEATS, number)) + load<u8>(oldestOf(REPEATS, number));
}

function setNumberOf(key: u64): u32 {
  return <u32>(key >> (64 - REPEAT_SETS_BITS));
}

function setOf(at: usize, number: u32): usize {
  return at + <usize>number * SET_LENGTH;
}

function oldestOf(at: usize, number: u32): usize {
  return at + OLDEST + number;
}

/**
 * Looks for a SYN-ACK in the table, given by the hash of its handshake and its direction, 0 or 1, and puts it there; returns
 * its kind.
 */
export function noteRepeat(key: u64, direction: u32, time: f64): u32 {
  const number = setNumberOf(key);
  const mark = max<u32>(<u32>key, 1);
  const when = (millisecondsOf(time) & TIME_MASK) | (direction << DIRECTION_SHIFT);
  if (has(setOf(REPEATS, number), mark)) return kindOf(when, renew(number, mark, when));
  const given = replaceOldest(number, mark, when);
  if (!isSegment || given !== 0) return NEW;
  addRecord(mark, when, number);
  return COLD;
}

/** Returns the number of the record that was added last. */
export function latestRecord(): u32 {
  return recordCount - 1;
}

/** Returns the lowest bits of the milliseconds since the epoch. */
function millisecondsOf(time: f64): u32 {
  // A product with the factor is never on the other side of an integer than the quotient would be, and the lowest bits of
  // the sum are the integer's. A conversion would check more.
  return <u32>reinterpret<u64>(floor<f64>(time * 0.001) + INTEGER);
}

/** Whether a set has a handshake. */
function has(set: usize, mark: u32): bool {
  const marks = <u64>mark * LOW_BITS;
  const a = load<u64>(set) ^ marks;
  const b = load<u64>(set, 8) ^ marks;
  const c = load<u64>(set, 16) ^ marks;
  const d = load<u64>(set, 24) ^ marks;
  // Only in a half that is 0, or above one, does this change the highest bit from 0 to 1.
  const found = ((a - LOW_BITS) & ~a) | ((b - LOW_BITS) & ~b) | ((c - LOW_BITS) & ~c) | ((d - LOW_BITS) & ~d);
  return (found & HIGH_BITS) !== 0;
}

/** Makes a handshake that its set has the latest one; returns its time and direction until then. */
function renew(number: u32, mark: u32, when: u32): u32 {
  const set = setOf(REPEATS, number);
  let entry: u32 = 0;
  while (load<u32>(set + <usize>entry * 4) !== mark) entry += 1;
  const known = load<u32>(set + <usize>entry * 4, WHENS);
  const latest = (load<u8>(oldestOf(REPEATS, number)) - 1) & ENTRIES_MASK;
  while (entry !== latest) {
    const next = (entry + 1) & ENTRIES_MASK;
    put(set, entry, load<u32>(set + <usize>next * 4), load<u32>(set + <usize>next * 4, WHENS));
    entry = next;
  }
  put(set, latest, mark, when);
  return known;
}

function put(set: usize, entry: u32, mark: u32, when: u32): void {
  const at = set + <usize>entry * 4;
  store<u32>(at, mark);
  store<u32>(at, when, WHENS);
}

/** Replaces the oldest handshake of a set by another; returns the mark of the oldest, 0 if the set was not full. */
function replaceOldest(number: u32, mark: u32, when: u32): u32 {
  const oldest = load<u8>(oldestOf(REPEATS, number));
  store<u8>(oldestOf(REPEATS, number), <u8>((oldest + 1) & ENTRIES_MASK));
  const set = setOf(REPEATS, number);
  const given = load<u32>(set + <usize>oldest * 4);
  put(set, oldest, mark, when);
  return given;
}

function kindOf(when: u32, known: u32): u32 {
  const difference = (when - known) & TIME_MASK;
  const gap = difference < HALF_RANGE ? difference : TIME_MASK + 1 - difference;
  if (gap > MAX_GAP) return NEW;
  if ((when ^ known) >> DIRECTION_SHIFT !== 0) return OPPOSITE;
  if (gap < MAX_COPY) return COPY;
  return gap >= MIN_LATE && gap <= MAX_LATE ? RESENT_LATE : RESENT_SOON;
}

function addRecord(mark: u32, when: u32, set: u32): void {
  const at = recordAt(recordCount);
  store<u32>(at, mark);
  store<u32>(at, when, COLD_WHEN_AT);
  store<u32>(at, set, COLD_WORD_AT);
  store<u32>(at, COLD_NO_ROW, COLD_ROW_AT);
  recordCount += 1;
}

function recordAt(number: u32): usize {
  return RECORDS + <usize>number * COLD_RECORD;
}

/** Notes the row of a SYN-ACK of the kind COLD, and its flags. */
export function setRecordRow(number: u32, row: u32, family: u32, flags: u32): void {
  const at = recordAt(number);
  store<u32>(at, row, COLD_ROW_AT);
  const six: u32 = family === 6 ? COLD_SIX : 0;
  store<u32>(at, load<u32>(at, COLD_WORD_AT) | six | (flags << COLD_FLAGS_SHIFT), COLD_WORD_AT);
}

/** Notes the outcome of such a SYN-ACK's handshake: bits such as IS_COMPLETED. */
export function setRecordOutcome(number: u32, outcome: u32): void {
  const at = recordAt(number) + COLD_WORD_AT;
  store<u32>(at, load<u32>(at) | (outcome << COLD_OUTCOME_SHIFT));
}

/** Follows rows to their new places, which are 1 more than the numbers there, or to the sum of folded rows, for 0. */
export function moveRecords(family: u32, places: usize): void {
  for (let number: u32 = 0; number < recordCount; number++) {
    const at = recordAt(number);
    const row = load<u32>(at, COLD_ROW_AT);
    const isSix = (load<u32>(at, COLD_WORD_AT) & COLD_SIX) !== 0;
    if (row >= COLD_FOLDED || isSix !== (family === 6)) continue;
    const place = load<u32>(places + <usize>row * 4);
    store<u32>(at, place === 0 ? COLD_FOLDED : place - 1, COLD_ROW_AT);
  }
}

/** Whether a handshake of a record was completed or reset. */
export function hasAnsweredRecord(): bool {
  for (let number: u32 = 0; number < recordCount; number++) {
    const outcome = load<u32>(recordAt(number), COLD_WORD_AT) >> COLD_OUTCOME_SHIFT;
    if ((outcome & (IS_COMPLETED | IS_RESET)) !== 0) return true;
  }
  return false;
}

/** Makes the handshakes of all records unjudged. */
export function resetJudgedRecords(): void {
  for (let number: u32 = 0; number < recordCount; number++) {
    const at = recordAt(number) + COLD_WORD_AT;
    store<u32>(at, load<u32>(at) & ~(IS_JUDGED << COLD_OUTCOME_SHIFT));
  }
}

export function coldLength(): u32 {
  return isSegment ? recordCount * COLD_RECORD : 0;
}

/**
 * Takes the records of a segment that comes next, which are where its own would be, and its table at its end. The evidence of
 * the segment, in the form of `Counters.copy`, does not contain those SYN-ACKs yet, and is completed.
 */
export function replay(length: u32, segment: usize, evidence4: usize, evidence6: usize): void {
  const end = <usize>RECORDS + length;
  for (let from = <usize>RECORDS; from < end; from += BATCH * COLD_RECORD) {
    const to = min<usize>(from + BATCH * COLD_RECORD, end);
    // The processor waits for many sets at a time.
    for (let at = from; at < to; at += COLD_RECORD) {
      store<u32>(NOWHERE, load<u32>(setOf(REPEATS, load<u32>(at, COLD_WORD_AT) & COLD_SET_MASK)));
    }
    for (let at = from; at < to; at += COLD_RECORD) replayRecord(at, evidence4, evidence6);
  }
  for (let number: u32 = 0; number < 1 << REPEAT_SETS_BITS; number++) {
    if (isFull(segment, number)) replaceSet(segment, number);
    else putFirst(segment, number);
  }
}

function replayRecord(at: usize, evidence4: usize, evidence6: usize): void {
  const word = load<u32>(at, COLD_WORD_AT);
  const kind = kindAgain(word & COLD_SET_MASK, load<u32>(at), load<u32>(at, COLD_WHEN_AT));
  // Most have nothing to add, and the evidence of all rows does not fit into the cache.
  if (kind === NEW && word >> COLD_FLAGS_SHIFT === 0) return;
  const row = load<u32>(at, COLD_ROW_AT);
  if (row === COLD_NO_ROW) return;
  const rows = (word & COLD_SIX) !== 0 ? evidence6 : evidence4;
  const evidence = row === COLD_FOLDED ? <usize>FOLDED_EVIDENCE : rows + <usize>row * COUNTER_COUNT * 8;
  if (load<f64>(evidence) === UNKNOWN_EVIDENCE) return;
  if (kind === NEW) {
    addFlags(evidence, (word >> COLD_FLAGS_SHIFT) & 15);
    addOutcome(evidence, (word >> COLD_OUTCOME_SHIFT) & 15);
  } else {
    addKind(evidence, kind);
  }
}

/** Whether a set has as many handshakes as there is room for: then the oldest entry is taken. */
function isFull(at: usize, number: u32): bool {
  return load<u32>(setOf(at, number) + <usize>load<u8>(oldestOf(at, number)) * 4) !== 0;
}

/** Takes a full set of a segment's table, all of whose handshakes are later than those here. */
function replaceSet(segment: usize, number: u32): void {
  memory.copy(setOf(REPEATS, number), setOf(segment, number), SET_LENGTH);
  store<u8>(oldestOf(REPEATS, number), load<u8>(oldestOf(segment, number)));
}

/** Puts a handshake that is looked for in a set first there; returns the kind of its SYN-ACK. */
function kindAgain(number: u32, mark: u32, when: u32): u32 {
  if (has(setOf(REPEATS, number), mark)) return kindOf(when, renew(number, mark, when));
  replaceOldest(number, mark, when);
  return NEW;
}

/** Puts the handshakes in a set of a segment's table before those that are not in it. */
function putFirst(segment: usize, number: u32): void {
  const oldest = load<u8>(oldestOf(segment, number));
  for (let later: u32 = 0; later <= ENTRIES_MASK; later++) {
    const entry = setOf(segment, number) + <usize>((oldest + later) & ENTRIES_MASK) * 4;
    if (load<u32>(entry) !== 0) kindAgain(number, load<u32>(entry), load<u32>(entry, WHENS));
  }
}

function addKind(evidence: usize, kind: u32): void {
  if (kind === COPY) count(evidence, COPIES);
  else if (kind === OPPOSITE) count(evidence, MUTUAL);
  else count(evidence, RESENT);
  if (kind === RESENT_LATE) count(evidence, LATE);
}

function addFlags(evidence: usize, flags: u32): void {
  if ((flags & IS_PLAIN) !== 0) count(evidence, PLAIN);
  if ((flags & IS_PROXIED) !== 0) count(evidence, PROXIED);
  if ((flags & IS_PORT_20) !== 0) count(evidence, PORT_20);
  if ((flags & IS_LOW_PORT) !== 0) count(evidence, LOW_PORTS);
}

function addOutcome(evidence: usize, outcome: u32): void {
  if ((outcome & IS_COMPLETED) !== 0) count(evidence, COMPLETED);
  if ((outcome & HAS_DATA) !== 0) count(evidence, DATA);
  if ((outcome & IS_RESET) !== 0) count(evidence, RESET);
  if ((outcome & IS_JUDGED) !== 0) count(evidence, JUDGED);
}

function count(evidence: usize, counter: u32): void {
  const at = evidence + <usize>counter * 8;
  store<f64>(at, load<f64>(at) + 1);
}
