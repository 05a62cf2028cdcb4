// Recognises SYN-ACKs that were seen before. A table has the latest eight different handshakes of each set, the latest one
// first, in 8 bytes each: from the lowest bit on 32 bits of the hash, 31 bits of the time in milliseconds, and the
// direction. The contents of a set depend only on its latest eight handshakes. So a thread can begin a segment with an empty
// table: as soon as a set is full, it is right. SYN-ACKs that may be repeats of earlier ones are recorded until then, and
// the reader decides, because it has the table of the segments before.

import {
  BATCH,
  COLD_FLAGS_SHIFT,
  COLD_NO_ROW,
  COLD_OUTCOME_SHIFT,
  COLD_RECORD,
  COLD_ROW_AT,
  COLD_SET_MASK,
  COLD_SIX,
  COLD_WORD_AT,
  COMPLETED,
  COPIES,
  COUNTER_COUNT,
  DATA,
  JUDGED,
  LATE,
  LOW_PORTS,
  MUTUAL,
  NOTE_RECORD_AT,
  NOWHERE,
  PLAIN,
  PORT_20,
  PROXIED,
  REPEAT_LENGTH,
  REPEAT_SETS_BITS,
  REPEATS,
  REPEATS_LENGTH,
  RESENT,
  RESET,
} from '../tally/layout';

const ENTRIES: usize = 8;
const SET_LENGTH: usize = 64;
const CACHE_LINE: usize = 64;
const TIME_MASK: u64 = 0x7fffffff;
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

let table: usize = 0;
/** SYN-ACKs in the queue. */
let queued: u32 = 0;
/** Whether the table is that of a segment, which does not know what came before. */
let isSegment: bool = false;

/** The SYN-ACKs of the kind COLD, in the order in which they came. */
let records: usize = 0;
let recordCapacity: u32 = 0;
let recordCount: u32 = 0;

export function openRepeats(): void {
  const room = heap.alloc(<usize>REPEATS_LENGTH + CACHE_LINE);
  table = (room + CACHE_LINE - 1) & ~(CACHE_LINE - 1);
  clearRepeats();
}

/** Forgets all SYN-ACKs. */
export function clearRepeats(): void {
  if (table !== 0) memory.fill(table, 0, REPEATS_LENGTH);
  isSegment = false;
  recordCount = 0;
  queued = 0;
}

/** Begins a segment: SYN-ACKs may have been seen before it. */
export function beginCold(): void {
  isSegment = true;
}

/**
 * Takes a SYN-ACK, given by the hash of its handshake and its direction. When it is looked for in the table, its kind is
 * added to its note, if it has one, with the number of its record for the kind COLD.
 * @param note the place of the note, or 0
 */
export function noteRepeat(key: u64, isForward: bool, time: f64, note: usize): void {
  const at = <usize>REPEATS + <usize>queued * REPEAT_LENGTH;
  store<u64>(at, key);
  store<f64>(at, time, 8);
  store<u32>(at, <u32>isForward, 16);
  store<u32>(at, <u32>note, 20);
  queued += 1;
  if (queued === BATCH) settleRepeats();
}

/**
 * Looks for all queued SYN-ACKs. The table is larger than the processor's fast caches, so all the sets are read first, and
 * the processor waits for many of them at a time.
 */
export function settleRepeats(): void {
  const end = <usize>REPEATS + <usize>queued * REPEAT_LENGTH;
  for (let at = <usize>REPEATS; at < end; at += REPEAT_LENGTH) {
    store<u32>(NOWHERE, load<u32>(setOf(setNumberOf(load<u64>(at)))));
  }
  for (let at = <usize>REPEATS; at < end; at += REPEAT_LENGTH) {
    const kind = kindNow(load<u64>(at), load<u32>(at, 16) !== 0, load<f64>(at, 8));
    const note = <usize>load<u32>(at, 20);
    if (note === 0 || kind === NEW) continue;
    store<u32>(note, load<u32>(note) | kind);
    if (kind === COLD) store<u32>(note, recordCount - 1, NOTE_RECORD_AT);
  }
  queued = 0;
}

function setNumberOf(key: u64): u32 {
  return <u32>(key >> (64 - REPEAT_SETS_BITS));
}

/** Looks for a SYN-ACK in the table and puts it there; returns its kind. */
function kindNow(key: u64, isForward: bool, time: f64): u32 {
  const set = setOf(setNumberOf(key));
  const isOpen = load<u64>(set + SET_LENGTH - 8) === 0;
  const entry = entryOf(key, isForward, time);
  const known = touch(set, entry);
  if (known !== 0) return kindOf(entry, known);
  if (!isSegment || !isOpen) return NEW;
  addRecord(entry, setNumberOf(key));
  return COLD;
}

function setOf(number: u32): usize {
  return table + <usize>number * SET_LENGTH;
}

function entryOf(key: u64, isForward: bool, time: f64): u64 {
  const milliseconds = <u64>(<i64>(time / 1000)) & TIME_MASK;
  const mark = <u64>max<u32>(<u32>key, 1);
  return mark | (milliseconds << 32) | ((<u64>isForward) << 63);
}

/** Puts an entry first, instead of an earlier one of the same handshake; returns that one, 0 if there is none. */
function touch(set: usize, entry: u64): u64 {
  const mark = <u32>entry;
  let moved = entry;
  for (let at = set; at < set + SET_LENGTH; at += 8) {
    const here = load<u64>(at);
    store<u64>(at, moved);
    if (<u32>here === mark || here === 0) return here;
    moved = here;
  }
  return 0;
}

function kindOf(entry: u64, known: u64): u32 {
  const difference = <u32>(((entry >> 32) - (known >> 32)) & TIME_MASK);
  const gap = difference < HALF_RANGE ? difference : <u32>TIME_MASK + 1 - difference;
  if (gap > MAX_GAP) return NEW;
  if ((entry ^ known) >> 63 !== 0) return OPPOSITE;
  if (gap < MAX_COPY) return COPY;
  return gap >= MIN_LATE && gap <= MAX_LATE ? RESENT_LATE : RESENT_SOON;
}

function addRecord(entry: u64, set: u32): void {
  if (recordCount === recordCapacity) {
    recordCapacity = max<u32>(1024, recordCapacity * 2);
    const grown = heap.alloc(<usize>recordCapacity * COLD_RECORD);
    memory.copy(grown, records, <usize>recordCount * COLD_RECORD);
    if (records !== 0) heap.free(records);
    records = grown;
  }
  const at = records + <usize>recordCount * COLD_RECORD;
  store<u64>(at, entry);
  store<u32>(at, set, COLD_WORD_AT);
  store<u32>(at, COLD_NO_ROW, COLD_ROW_AT);
  recordCount += 1;
}

/** Notes the row of a SYN-ACK of the kind COLD, and its flags. */
export function setRecordRow(number: u32, row: u32, family: u32, flags: u32): void {
  const at = records + <usize>number * COLD_RECORD;
  store<u32>(at, row, COLD_ROW_AT);
  const six: u32 = family === 6 ? COLD_SIX : 0;
  store<u32>(at, load<u32>(at, COLD_WORD_AT) | six | (flags << COLD_FLAGS_SHIFT), COLD_WORD_AT);
}

/** Notes the outcome of such a SYN-ACK's handshake: bits such as IS_COMPLETED. */
export function setRecordOutcome(number: u32, outcome: u32): void {
  const at = records + <usize>number * COLD_RECORD + COLD_WORD_AT;
  store<u32>(at, load<u32>(at) | (outcome << COLD_OUTCOME_SHIFT));
}

export function coldLength(): u32 {
  return isSegment ? recordCount * COLD_RECORD : 0;
}

export function coldAt(): usize {
  return records;
}

export function repeatsAt(): usize {
  return table;
}

/**
 * Takes the records of a segment that comes next, and its table at its end. The evidence of the segment, in the form of
 * `Counters.copy`, does not contain those SYN-ACKs yet, and is completed.
 */
export function replay(cold: usize, length: u32, segment: usize, evidence4: usize, evidence6: usize): void {
  settleRepeats();
  for (let at = cold; at < cold + length; at += COLD_RECORD) {
    const entry = load<u64>(at);
    const word = load<u32>(at, COLD_WORD_AT);
    const known = touch(setOf(word & COLD_SET_MASK), entry);
    const row = load<u32>(at, COLD_ROW_AT);
    if (row === COLD_NO_ROW) continue;
    const evidence = ((word & COLD_SIX) !== 0 ? evidence6 : evidence4) + <usize>row * COUNTER_COUNT * 8;
    const kind = known === 0 ? NEW : kindOf(entry, known);
    if (kind === NEW) {
      addFlags(evidence, (word >> COLD_FLAGS_SHIFT) & 15);
      addOutcome(evidence, (word >> COLD_OUTCOME_SHIFT) & 15);
    } else {
      addKind(evidence, kind);
    }
  }
  for (let number: u32 = 0; number < 1 << REPEAT_SETS_BITS; number++) {
    putFirst(setOf(number), segment + <usize>number * SET_LENGTH);
  }
}

/** Puts the entries of a segment's set before those of the same set that are not in it. */
function putFirst(set: usize, segment: usize): void {
  for (let number = ENTRIES; number > 0; number--) {
    const entry = load<u64>(segment + (number - 1) * 8);
    if (entry !== 0) touch(set, entry);
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
