// The tally: rows for IPv4 and IPv6, and pending SYN-ACKs.

import { SYN_ACK } from '../decode/packet-class-numbers';
import {
  ACTIVITY,
  BATCH,
  CLIENT_REMOTE,
  CLIENTS_4,
  CLIENTS_6,
  COUNTER_COUNT,
  HAS_ACTIVITY,
  HAS_CLIENTS,
  HAS_EVIDENCE,
  HAS_HOURS,
  HAS_TIMES,
  LAST_TIME,
  NOTES_4,
  NOTES_6,
  OUTSIDE_TIME,
  PACKETS_BY_CLASS,
  PENDING_4,
  PENDING_6,
  SERVER_REMOTE,
  SINCE,
  UNTIL,
} from '../tally/layout';
import { addActivity, clearSlices, limitEntries } from './activity/slices';
import { clearEvidence, noteSynAck4, noteSynAck6, settleNotes } from './evidence';
import { countedOnce, Row4, Row6 } from './row';
import { mask4, mask6 } from './scope';
import { rows4, rows6 } from './tables';

let pending4: u32 = 0;
let pending6: u32 = 0;

/** Counts a packet of this class. */
export function countClass(packetClass: u32): void {
  addToClass(packetClass, 1);
}

function addToClass(packetClass: u32, count: u32): void {
  const at = PACKETS_BY_CLASS + packetClass * 8;
  store<f64>(at, load<f64>(at) + <f64>count);
}

/** Takes a SYN-ACK over IPv4, whose addresses are at these places. It is pending until `settle`. */
export function add4(client: usize, server: usize, port: u32, time: f64): void {
  store<f64>(LAST_TIME, time);
  if (isOutside(time)) {
    countOutside();
    return;
  }
  const row = changetype<Row4>(PENDING_4 + pending4 * offsetof<Row4>());
  const clientMask = mask4(load<u32>(client));
  const serverMask = mask4(load<u32>(server));
  row.client = load<u32>(client) & clientMask;
  row.server = load<u32>(server) & serverMask;
  store<u32>(CLIENTS_4 + pending4 * 4, load<u32>(client));
  row.counted = countedOnce(port | (CLIENT_REMOTE & ~clientMask) | (SERVER_REMOTE & ~serverMask));
  row.first = time;
  row.last = time;
  pending4 += 1;
  if (pending4 === BATCH) settle4();
}

/** Takes a SYN-ACK over IPv4 for evidence too; its header is at `tcp`, and `end` is where its captured bytes end. */
export function addNoted4(client: usize, server: usize, tcp: usize, end: usize, time: f64): void {
  noteSynAck4(server, client, tcp, end, time, pending4, !isOutside(time));
  add4(client, server, bswap(load<u16>(tcp)), time);
}

export function addNoted6(client: usize, server: usize, tcp: usize, end: usize, time: f64): void {
  noteSynAck6(server, client, tcp, end, time, pending6, !isOutside(time));
  add6(client, server, bswap(load<u16>(tcp)), time);
}

/** The same for IPv6. */
export function add6(client: usize, server: usize, port: u32, time: f64): void {
  store<f64>(LAST_TIME, time);
  if (isOutside(time)) {
    countOutside();
    return;
  }
  const row = changetype<Row6>(PENDING_6 + pending6 * offsetof<Row6>());
  const clientMask = mask6(load<u64>(client), load<u64>(client, 8));
  const serverMask = mask6(load<u64>(server), load<u64>(server, 8));
  row.client0 = load<u64>(client) & clientMask;
  row.client1 = load<u64>(client, 8) & clientMask;
  row.server0 = load<u64>(server) & serverMask;
  row.server1 = load<u64>(server, 8) & serverMask;
  store<u64>(CLIENTS_6 + pending6 * 16, load<u64>(client));
  store<u64>(CLIENTS_6 + pending6 * 16, load<u64>(client, 8), 8);
  row.counted = countedOnce(
    port | (CLIENT_REMOTE & ~(<u32>clientMask)) | (SERVER_REMOTE & ~(<u32>serverMask)),
  );
  row.first = time;
  row.last = time;
  pending6 += 1;
  if (pending6 === BATCH) settle6();
}

/** Adds all pending SYN-ACKs to the rows. */
export function settle(): void {
  settle4();
  settle6();
}

function settle4(): void {
  addToClass(SYN_ACK, pending4);
  rows4.addAll(PENDING_4, pending4);
  if (load<u32>(HAS_CLIENTS) !== 0) rows4.addClients(PENDING_4, pending4, CLIENTS_4, 4);
  if (load<u32>(HAS_HOURS) !== 0) rows4.addHours(PENDING_4, pending4);
  if (load<u32>(HAS_ACTIVITY) !== 0) addActivity<Row4>(rows4, PENDING_4, pending4);
  if (load<u32>(HAS_EVIDENCE) !== 0) settleNotes<Row4>(4, rows4, NOTES_4, pending4);
  pending4 = 0;
}

function settle6(): void {
  addToClass(SYN_ACK, pending6);
  rows6.addAll(PENDING_6, pending6);
  if (load<u32>(HAS_CLIENTS) !== 0) rows6.addClients(PENDING_6, pending6, CLIENTS_6, 16);
  if (load<u32>(HAS_HOURS) !== 0) rows6.addHours(PENDING_6, pending6);
  if (load<u32>(HAS_ACTIVITY) !== 0) addActivity<Row6>(rows6, PENDING_6, pending6);
  if (load<u32>(HAS_EVIDENCE) !== 0) settleNotes<Row6>(6, rows6, NOTES_6, pending6);
  pending6 = 0;
}

function isOutside(time: f64): bool {
  return load<u32>(HAS_TIMES) !== 0 && !(time >= load<f64>(SINCE) && time < load<f64>(UNTIL));
}

function countOutside(): void {
  countClass(SYN_ACK);
  store<f64>(OUTSIDE_TIME, load<f64>(OUTSIDE_TIME) + 1);
}

/** Adds the rows of another tally, which are at `from`. */
export function merge(family: u32, from: usize, count: u32): void {
  if (family === 4) rows4.addAll(from, count);
  else rows6.addAll(from, count);
}

/** Adds the blocks of the rows that were merged from `from`; activity after `holdSlices`. */
export function mergeBlocks(kind: u32, family: u32, from: usize, blocks: usize, length: u32): void {
  if (family === 4) rows4.addBlocks(kind, from, blocks, length);
  else rows6.addBlocks(kind, from, blocks, length);
  if (kind === ACTIVITY) limitEntries();
}

/** Returns the place of a row's block, which begins with its length; 0 if it has none. */
export function blockOf(kind: u32, family: u32, row: u32): usize {
  return family === 4 ? rows4.blocks(kind).of(row) : rows6.blocks(kind).of(row);
}

export function blocksLength(kind: u32, family: u32): usize {
  return family === 4 ? rows4.blocks(kind).lengthOf(rows4.size) : rows6.blocks(kind).lengthOf(rows6.size);
}

export function copyBlocks(kind: u32, family: u32, to: usize): void {
  if (family === 4) rows4.blocks(kind).copy(rows4.size, to);
  else rows6.blocks(kind).copy(rows6.size, to);
}

/** Adds the evidence of the rows that were merged from `from`, in the form of `Counters.copy`. */
export function mergeEvidence(family: u32, from: usize, evidence: usize, count: u32): void {
  if (family === 4) rows4.addEvidence(from, evidence, count);
  else rows6.addEvidence(from, evidence, count);
}

/** Writes the evidence of some rows. */
export function copyEvidence(family: u32, row: u32, count: u32, to: usize): void {
  const counters = family === 4 ? rows4.counters : rows6.counters;
  for (let at: u32 = 0; at < count; at++) counters.copy(row + at, to + <usize>at * COUNTER_COUNT * 8);
}

/** Returns the place of the first row. */
export function rowsAt(family: u32): usize {
  return family === 4 ? rows4.at : rows6.at;
}

export function rowCount(family: u32): u32 {
  return family === 4 ? rows4.size : rows6.size;
}

/** Forgets all rows and counts, and keeps their memory. */
export function clear(): void {
  rows4.truncate(0);
  rows6.truncate(0);
  memory.fill(PACKETS_BY_CLASS, 0, OUTSIDE_TIME + 8 - PACKETS_BY_CLASS);
  if (load<u32>(HAS_EVIDENCE) !== 0) clearEvidence();
  if (load<u32>(HAS_ACTIVITY) !== 0) clearSlices();
}
