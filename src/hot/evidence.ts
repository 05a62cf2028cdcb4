// Evidence of use, if it is asked for: which SYN-ACKs are repeats, which have unusual headers, and how their handshakes
// ended. A SYN-ACK is noted here before the tally takes it, and added to the counters of its row with its batch.

import {
  COPIES,
  LATE,
  LOW_PORTS,
  MUTUAL,
  NOTE_FLAGS_SHIFT,
  NOTE_HANDSHAKE_AT,
  NOTE_LENGTH,
  NOTE_OUTCOME_SHIFT,
  NOTE_RECORD_AT,
  NOTES_4,
  NOTES_6,
  PLAIN,
  PORT_20,
  PROXIED,
  RESENT,
} from '../tally/layout';
import { Counters } from './counters';
import { end4, end6 } from './ends';
import { addOutcome, clearHandshakes, follow, targetNothing, targetRecord, targetRow } from './handshakes';
import { clearQueue, enqueue4, enqueue6, enterQueued, settleQueue } from './queue';
import {
  COLD,
  COPY,
  clearRepeats,
  IS_LOW_PORT,
  IS_PLAIN,
  IS_PORT_20,
  IS_PROXIED,
  NEW,
  OPPOSITE,
  openRepeats,
  RESENT_LATE,
  setRecordOutcome,
  setRecordRow,
} from './repeats';
import { Rows } from './rows';
import { rows4, rows6 } from './tables';

// Offsets in a TCP header, RFC 9293 3.1.
const DESTINATION_PORT: usize = 2;
const SEQUENCE_NUMBER: usize = 4;
const ACKNOWLEDGEMENT: usize = 8;
const DATA_OFFSET: usize = 12;
const FLAGS: usize = 13;
const WINDOW: usize = 14;

/** The data offset of a header with room for one option, the maximum segment size. */
const PLAIN_DATA_OFFSET: u8 = 0x60;
/** The bits of the kind, and of the flags, in a note. */
const BITS: u32 = 0xff;

/** Makes room for evidence. */
export function openEvidence(): void {
  rows4.openCounters();
  rows6.openCounters();
  openRepeats();
}

/** Forgets all packets: the next one is the first of a capture. */
export function clearEvidence(): void {
  clearQueue();
  clearRepeats();
  clearHandshakes();
}

/**
 * Notes a SYN-ACK over IPv4, before it is added to the batch.
 * @param server where its source address is, and `client` its destination address
 * @param end the end of its captured bytes
 * @param pending its number in the batch
 * @param isCounted false if it is outside the time asked for
 */
export function noteSynAck4(
  server: usize,
  client: usize,
  tcp: usize,
  end: usize,
  time: f64,
  pending: u32,
  isCounted: bool,
): void {
  enqueue4(server, client, tcp, time, isCounted ? makeNote(NOTES_4, pending, tcp, end) : 0);
}

/** The same for IPv6. */
export function noteSynAck6(
  server: usize,
  client: usize,
  tcp: usize,
  end: usize,
  time: f64,
  pending: u32,
  isCounted: bool,
): void {
  enqueue6(server, client, tcp, time, isCounted ? makeNote(NOTES_6, pending, tcp, end) : 0);
}

function makeNote(notes: usize, pending: u32, tcp: usize, end: usize): usize {
  const note = notes + pending * NOTE_LENGTH;
  store<u32>(note, flagsOf(tcp, end) << NOTE_FLAGS_SHIFT);
  return note;
}

function flagsOf(tcp: usize, end: usize): u32 {
  const clientPort = <u32>bswap(load<u16>(tcp, DESTINATION_PORT));
  const isPort20 = clientPort === 20;
  let flags = <u32>(load<u8>(tcp, DATA_OFFSET) <= (PLAIN_DATA_OFFSET | 0xf)) * IS_PLAIN;
  flags |= <u32>isPort20 * IS_PORT_20;
  flags |= <u32>(clientPort < 1024 && !isPort20) * IS_LOW_PORT;
  if (tcp + WINDOW + 2 <= end && load<u16>(tcp, WINDOW) === 0) flags |= IS_PROXIED;
  return flags;
}

/** Takes a TCP packet over IPv4 that is not a SYN-ACK. */
export function noteTcp4(source: usize, destination: usize, tcp: usize, hasPayload: bool, time: f64): void {
  noteTcp(end4(source, tcp), end4(destination, tcp + DESTINATION_PORT), tcp, hasPayload, time);
}

export function noteTcp6(source: usize, destination: usize, tcp: usize, hasPayload: bool, time: f64): void {
  noteTcp(end6(source, tcp), end6(destination, tcp + DESTINATION_PORT), tcp, hasPayload, time);
}

function noteTcp(source: u64, destination: u64, tcp: usize, hasPayload: bool, time: f64): void {
  enterQueued();
  follow(
    source + destination,
    source < destination,
    number(tcp + SEQUENCE_NUMBER),
    number(tcp + ACKNOWLEDGEMENT),
    load<u8>(tcp, FLAGS),
    hasPayload,
    time,
  );
}

function number(at: usize): u32 {
  return bswap(load<u32>(at));
}

/** Adds the SYN-ACKs of a batch, which was added to the rows, to their counters. */
export function settleNotes<R>(family: u32, rows: Rows<R>, notes: usize, count: u32): void {
  settleQueue();
  for (let at: u32 = 0; at < count; at++) {
    const note = notes + <usize>at * NOTE_LENGTH;
    const word = load<u32>(note);
    const handshake = <usize>load<u32>(note, NOTE_HANDSHAKE_AT);
    if (word === NEW && handshake === 0) continue;
    const kind = word & BITS;
    const flags = (word >> NOTE_FLAGS_SHIFT) & BITS;
    const outcome = word >> NOTE_OUTCOME_SHIFT;
    const row = rows.indexOf(at);
    if (kind === COLD) {
      const record = load<u32>(note, NOTE_RECORD_AT);
      setRecordRow(record, row, family, flags);
      if (outcome !== 0) setRecordOutcome(record, outcome);
      if (handshake !== 0) targetRecord(handshake, note, record);
    } else if (kind === NEW) {
      addFlags(rows.counters, row, flags);
      if (outcome !== 0) addOutcome(rows.counters, row, outcome);
      if (handshake !== 0) targetRow(handshake, note, family, row);
    } else {
      addRepeat(rows.counters, row, kind);
      if (handshake !== 0) targetNothing(handshake, note);
    }
  }
}

function addFlags(counters: Counters, row: u32, flags: u32): void {
  if (flags === 0) return;
  if ((flags & IS_PLAIN) !== 0) counters.add(row, PLAIN, 1);
  if ((flags & IS_PROXIED) !== 0) counters.add(row, PROXIED, 1);
  if ((flags & IS_PORT_20) !== 0) counters.add(row, PORT_20, 1);
  if ((flags & IS_LOW_PORT) !== 0) counters.add(row, LOW_PORTS, 1);
}

function addRepeat(counters: Counters, row: u32, kind: u32): void {
  if (kind === COPY) {
    counters.add(row, COPIES, 1);
  } else if (kind === OPPOSITE) {
    counters.add(row, MUTUAL, 1);
  } else {
    counters.add(row, RESENT, 1);
    if (kind === RESENT_LATE) counters.add(row, LATE, 1);
  }
}
