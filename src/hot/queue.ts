// SYN-ACKs on their way into the tables of handshakes and repeats. They are collected, because short loops over many of them
// take less time than everything in a row for each, and because the processor can wait for many sets of the table of repeats
// at a time. Any other packet may belong to one of their handshakes, so before it the handshakes are entered.

import {
  BATCH,
  FIRST_SYN_ACK,
  LAST_SYN_ACK,
  MAX_OVERLAP,
  MAX_PAUSE,
  NOTE_HANDSHAKE_AT,
  NOTE_RECORD_AT,
  NOWHERE,
  QUEUE,
  QUEUED_CONNECTION_AT,
  QUEUED_DIRECTION_AT,
  QUEUED_ISNS_AT,
  QUEUED_LENGTH,
  QUEUED_NOTE_AT,
  QUEUED_PORTS_AT,
  QUEUED_TIME_AT,
  SYN_ACK_BEFORE,
} from '../tally/layout';
import { end6, hashEnd4, hashHandshake } from './ends';
import { enter, setLastTime } from './handshakes';
import { COLD, forgetRepeats, latestRecord, NEW, noteRepeat, peekAtRepeat } from './repeats';

const QUEUE_END: usize = QUEUE + BATCH * QUEUED_LENGTH;
/** In a TCP header, RFC 9293 3.1. */
const DESTINATION_PORT: usize = 2;
const SEQUENCE_NUMBER: usize = 4;

/** The end of the queue. */
let end: usize = QUEUE;
/** The first SYN-ACK without hashes, and the first that was not entered. */
let hashed: usize = QUEUE;
let entered: usize = QUEUE;
/** Whether the SYN-ACKs come after the segment that is counted, so that only their handshakes matter. */
let isFollowing: bool = false;

export function clearQueue(): void {
  end = QUEUE;
  hashed = QUEUE;
  entered = QUEUE;
  isFollowing = false;
}

/** Says that the next packets come after the segment that is counted. The queue must be empty. */
export function beginToFollow(): void {
  isFollowing = true;
}

/**
 * Adds a SYN-ACK over IPv4, whose addresses and TCP header are at these places. When it is looked for in the table of
 * repeats, its kind is added to its note, if it has one, with the number of its record for the kind COLD.
 * @param note the place of the note, or 0
 */
export function enqueue4(server: usize, client: usize, tcp: usize, time: f64, note: usize): void {
  store<u32>(end, load<u32>(server));
  store<u32>(end, load<u32>(client), 4);
  store<u32>(end, load<u32>(tcp), QUEUED_PORTS_AT);
  store<u64>(end, load<u64>(tcp, SEQUENCE_NUMBER), QUEUED_ISNS_AT);
  add(time, note);
}

/** The same for IPv6. */
export function enqueue6(server: usize, client: usize, tcp: usize, time: f64, note: usize): void {
  hashQueued();
  store<u64>(end, load<u64>(tcp, SEQUENCE_NUMBER), QUEUED_ISNS_AT);
  setHashes(end, end6(server, tcp), end6(client, tcp + DESTINATION_PORT));
  hashed += QUEUED_LENGTH;
  add(time, note);
}

function add(time: f64, note: usize): void {
  store<f64>(end, time, QUEUED_TIME_AT);
  store<u32>(end, <u32>note, QUEUED_NOTE_AT);
  end += QUEUED_LENGTH;
  if (end === QUEUE_END) settleQueue();
}

/** Replaces addresses, ports and numbers by what the tables need. */
function hashQueued(): void {
  for (let at = hashed; at < end; at += QUEUED_LENGTH) {
    const ports = load<u32>(at, QUEUED_PORTS_AT);
    setHashes(at, hashEnd4(load<u32>(at), ports & 0xffff), hashEnd4(load<u32>(at, 4), ports >> 16));
  }
  hashed = end;
}

function setHashes(at: usize, server: u64, client: u64): void {
  const serverIsn = bswap(load<u32>(at, QUEUED_ISNS_AT));
  const clientIsn = bswap(load<u32>(at, QUEUED_ISNS_AT + 4)) - 1;
  store<u64>(at, hashHandshake(server, serverIsn, client, clientIsn));
  store<u64>(at, <u64>serverIsn | ((<u64>clientIsn) << 32), QUEUED_ISNS_AT);
  store<u64>(at, server + client, QUEUED_CONNECTION_AT);
  store<u32>(at, <u32>(server < client), QUEUED_DIRECTION_AT);
}

/** Enters the SYN-ACKs as handshakes. */
export function enterQueued(): void {
  if (entered !== end) enterAll();
}

function enterAll(): void {
  hashQueued();
  for (let at = entered; at < end; at += QUEUED_LENGTH) {
    const note = <usize>load<u32>(at, QUEUED_NOTE_AT);
    const handshake = enter(
      load<u64>(at, QUEUED_CONNECTION_AT),
      load<u32>(at, QUEUED_DIRECTION_AT),
      load<u64>(at, QUEUED_ISNS_AT),
      load<f64>(at, QUEUED_TIME_AT),
      note,
    );
    if (note !== 0) store<u32>(note, <u32>handshake, NOTE_HANDSHAKE_AT);
  }
  if (entered !== end) setLastTime(load<f64>(end - QUEUED_LENGTH, QUEUED_TIME_AT));
  entered = end;
}

/** Enters all SYN-ACKs, looks for them in the table of repeats, and empties the queue. */
export function settleQueue(): void {
  if (end === QUEUE) return;
  if (!isFollowing) noteTimes();
  hashQueued();
  for (let at = <usize>QUEUE; at < end; at += QUEUED_LENGTH) {
    store<u32>(NOWHERE, peekAtRepeat(load<u64>(at)));
  }
  enterAll();
  if (!isFollowing) noteRepeats();
  end = QUEUE;
  hashed = QUEUE;
  entered = QUEUE;
}

/** Notes when the capture begins and ends. If it does not continue the one before, the SYN-ACKs of that are forgotten. */
function noteTimes(): void {
  const first = load<f64>(QUEUE, QUEUED_TIME_AT);
  const hasBegun = load<f64>(FIRST_SYN_ACK) < Infinity;
  if (!hasBegun) {
    store<f64>(FIRST_SYN_ACK, first);
    const before = load<f64>(SYN_ACK_BEFORE);
    if (first > before + <f64>MAX_PAUSE || first < before - <f64>MAX_OVERLAP) forgetRepeats();
  }
  store<f64>(LAST_SYN_ACK, load<f64>(end - QUEUED_LENGTH, QUEUED_TIME_AT));
}

function noteRepeats(): void {
  for (let at = <usize>QUEUE; at < end; at += QUEUED_LENGTH) {
    const kind = noteRepeat(load<u64>(at), load<u32>(at, QUEUED_DIRECTION_AT), load<f64>(at, QUEUED_TIME_AT));
    const note = <usize>load<u32>(at, QUEUED_NOTE_AT);
    if (note === 0 || kind === NEW) continue;
    store<u32>(note, load<u32>(note) | kind);
    if (kind === COLD) store<u32>(note, latestRecord(), NOTE_RECORD_AT);
  }
}
