// Evidence of use, if it is asked for: which SYN-ACKs are repeats, which have unusual headers, and how their handshakes
// ended. A SYN-ACK is noted here before the tally takes it, and added to the counters of its row with its batch.

import {
  COPIES,
  LATE,
  LOW_PORTS,
  MUTUAL,
  NOTE_FLAGS_SHIFT,
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
import { end4, end6, endWith } from './ends';
import {
  addOutcome,
  clearHandshakes,
  enter,
  follow,
  openHandshakes,
  targetNote,
  targetNothing,
  targetRecord,
  targetRow,
} from './handshakes';
import {
  COLD,
  COPY,
  clearRepeats,
  IS_LOW_PORT,
  IS_PLAIN,
  IS_PORT_20,
  IS_PROXIED,
  NEW,
  noteRepeat,
  OPPOSITE,
  openRepeats,
  RESENT_LATE,
  setRecordOutcome,
  setRecordRow,
  settleRepeats,
} from './repeats';
import { Rows } from './rows';
import { rows4, rows6 } from './tables';

// Offsets in a TCP header, RFC 9293 3.1.
export const DESTINATION_PORT: usize = 2;
const SEQUENCE_NUMBER: usize = 4;
const ACKNOWLEDGEMENT: usize = 8;
const DATA_OFFSET: usize = 12;
const FLAGS: usize = 13;
const WINDOW: usize = 14;

/** The data offset of a header with room for one option, the maximum segment size. */
const PLAIN_DATA_OFFSET: u8 = 0x60;
/** The bits of the kind, and of the flags, in a note. */
const BITS: u32 = 0xff;

/** Whether packets after a segment are read, which are not counted. */
let isFollowing: bool = false;

/** Makes room for evidence. */
export function openEvidence(): void {
  rows4.openCounters();
  rows6.openCounters();
  openRepeats();
  openHandshakes();
}

/** Forgets all packets: the next one is the first of a capture. */
export function clearEvidence(): void {
  clearRepeats();
  clearHandshakes();
  isFollowing = false;
}

/** Says whether the next packets come after the segment that is counted. */
export function setFollowing(isSo: bool): void {
  isFollowing = isSo;
}

/**
 * Notes a SYN-ACK, before it is added to the batch.
 * @param server the hash of its source, and that of its destination
 * @param end the end of its captured bytes
 * @param pending its number in the batch
 * @param isCounted false if it is outside the time asked for
 */
export function noteSynAck(
  family: u32,
  server: u64,
  client: u64,
  tcp: usize,
  end: usize,
  time: f64,
  pending: u32,
  isCounted: bool,
): void {
  const isForward = server < client;
  const serverIsn = number(tcp + SEQUENCE_NUMBER);
  const clientIsn = number(tcp + ACKNOWLEDGEMENT) - 1;
  const handshake = enter(server + client, isForward, serverIsn, clientIsn, time);
  if (isFollowing) return;
  const key = endWith(server, serverIsn) + endWith(client, clientIsn);
  if (!isCounted) {
    noteRepeat(key, isForward, time, 0);
    return;
  }
  const note = (family === 4 ? NOTES_4 : NOTES_6) + pending * NOTE_LENGTH;
  store<u32>(note, flagsOf(tcp, end) << NOTE_FLAGS_SHIFT);
  store<u32>(note, <u32>handshake, 4);
  if (handshake !== 0) targetNote(handshake, family, pending);
  noteRepeat(key, isForward, time, note);
}

function flagsOf(tcp: usize, end: usize): u32 {
  let flags: u32 = load<u8>(tcp, DATA_OFFSET) <= (PLAIN_DATA_OFFSET | 0xf) ? IS_PLAIN : 0;
  if (tcp + WINDOW + 2 <= end && load<u16>(tcp, WINDOW) === 0) flags |= IS_PROXIED;
  const clientPort = <u32>bswap(load<u16>(tcp, DESTINATION_PORT));
  if (clientPort === 20) flags |= IS_PORT_20;
  else if (clientPort < 1024) flags |= IS_LOW_PORT;
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
export function settleNotes<R>(family: u32, rows: Rows<R>, pending: usize, notes: usize, count: u32): void {
  settleRepeats();
  for (let at: u32 = 0; at < count; at++) {
    const note = notes + <usize>at * NOTE_LENGTH;
    const word = load<u32>(note);
    const handshake = <usize>load<u32>(note, 4);
    if (word === NEW && handshake === 0) continue;
    const kind = word & BITS;
    const flags = (word >> NOTE_FLAGS_SHIFT) & BITS;
    const outcome = word >> NOTE_OUTCOME_SHIFT;
    const row = rows.indexOf(pending, at);
    if (kind === COLD) {
      const record = load<u32>(note, NOTE_RECORD_AT);
      setRecordRow(record, row, family, flags);
      if (outcome !== 0) setRecordOutcome(record, outcome);
      if (handshake !== 0) targetRecord(handshake, family, at, record);
    } else if (kind === NEW) {
      addFlags(rows.counters, row, flags);
      if (outcome !== 0) addOutcome(rows.counters, row, outcome);
      if (handshake !== 0) targetRow(handshake, family, at, row);
    } else {
      addRepeat(rows.counters, row, kind);
      if (handshake !== 0) targetNothing(handshake, family, at);
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
