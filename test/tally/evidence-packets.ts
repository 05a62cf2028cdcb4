// TCP packets for tests of evidence, and a tally that takes them as the decoders pass them on.

import type { RowEvidence } from '../../src/tally/row-evidence.js';
import { rowsOf } from '../../src/tally/rows.js';
import { Tally } from '../../src/tally/tally.js';
import { FLAG } from '../helpers/packets.js';
import { EVERYTHING } from '../helpers/scope.js';

export interface TcpPacket {
  readonly family: 4 | 6;
  /** The last 4 bytes of the addresses. */
  readonly source: number;
  readonly destination: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequenceNumber: number;
  readonly acknowledgement: number;
  readonly flags: number;
  readonly payload: number;
  /** Words of options. */
  readonly options: number;
  readonly window: number;
  /** Milliseconds. */
  readonly time: number;
}

export const SYN_ACK: number = FLAG.syn | FLAG.ack;

const SERVER = 2;
const CLIENT = 1;
const PORT = 80;

/** A SYN-ACK of the server with this sequence number, and 100 as that of the client. */
export function synAck(parts: Partial<TcpPacket> = {}): TcpPacket {
  return {
    family: 4,
    source: SERVER,
    destination: CLIENT,
    sourcePort: PORT,
    destinationPort: 40_000,
    sequenceNumber: 1000,
    acknowledgement: 101,
    flags: SYN_ACK,
    payload: 0,
    options: 5,
    window: 65_535,
    time: 0,
    ...parts,
  };
}

/** Another packet of the same connection from the server. */
export function fromServer(parts: Partial<TcpPacket> = {}): TcpPacket {
  return synAck({ flags: FLAG.ack, sequenceNumber: 1001, acknowledgement: 101, ...parts });
}

/** A packet of the same connection from the client. */
export function fromClient(parts: Partial<TcpPacket> = {}): TcpPacket {
  return synAck({
    source: CLIENT,
    destination: SERVER,
    sourcePort: 40_000,
    destinationPort: PORT,
    flags: FLAG.ack,
    sequenceNumber: 101,
    acknowledgement: 1001,
    ...parts,
  });
}

export function makeEvidenceTally(options: { since?: number; until?: number; maxRows?: number } = {}): Tally {
  return new Tally({ scope: EVERYTHING, evidence: true, ...options });
}

/** Passes packets to a tally as the decoders do. */
export function addPackets(tally: Tally, packets: Iterable<TcpPacket>): void {
  for (const packet of packets) addPacket(tally, packet);
}

const bytes = new Uint8Array(32 + 60);
const view = new DataView(bytes.buffer);

function addPacket(tally: Tally, packet: TcpPacket): void {
  const { family, source, destination, sourcePort, destinationPort, flags, options, payload, time } = packet;
  view.setUint32(12, destination);
  view.setUint32(28, source);
  view.setUint16(32, sourcePort);
  view.setUint16(34, destinationPort);
  view.setUint32(36, packet.sequenceNumber);
  view.setUint32(40, packet.acknowledgement);
  view.setUint8(44, (5 + options) << 4);
  view.setUint8(45, flags);
  view.setUint16(46, packet.window);
  const header = { view, tcp: 32, end: 52, hasPayload: payload > 0 };
  const microseconds = time * 1000;
  if ((flags & SYN_ACK) !== SYN_ACK) {
    const [to, from] = family === 4 ? [12, 28] : [0, 16];
    tally.addTcp(family, view, to, from, microseconds, header);
  } else if (family === 4) tally.add4(destination, source, sourcePort, microseconds, header);
  else tally.add6(view, 0, 16, sourcePort, microseconds, header);
}

/** The counters that are not 0 of each row, by its client, server and port, and its SYN-ACKs. */
export function evidenceOf(tally: Tally): Record<string, object> {
  const rows = [...rowsOf(tally)].map(({ family, client, server, port, count, evidence }) => [
    `${family} ${client?.at(-1) ?? '_'} ${server?.at(-1) ?? '_'} ${port}`,
    { count, ...nonZero(evidence) },
  ]);
  return Object.fromEntries(rows.sort());
}

function nonZero(evidence: RowEvidence | undefined): object {
  if (evidence === undefined) return { isUnknown: true };
  return Object.fromEntries(Object.entries(evidence).filter(([, value]) => value !== 0));
}

/** The number of packets in which the handshakes of a segment are followed in these tests. */
const FOLLOWED = 40;

/** Counts packets with one tally; segments begin at these packets. */
export function countWhole(tally: Tally, packets: readonly TcpPacket[], starts: readonly number[]): Tally {
  for (const [index, packet] of packets.entries()) {
    if (starts.includes(index - FOLLOWED)) tally.evidence?.finishSegment();
    if (starts.includes(index)) tally.evidence?.beginSegment();
    addPacket(tally, packet);
  }
  tally.evidence?.finishCapture();
  return tally;
}

/** Counts each segment in another tally, and adds them up in the first one. */
export function countParts(
  [tally, other]: readonly [Tally, Tally],
  packets: readonly TcpPacket[],
  starts: readonly number[],
): Tally {
  const ends = [...starts, packets.length];
  addPackets(tally, packets.slice(0, ends[0]));
  follow(tally, packets, ends[0] as number);
  for (const [index, start] of starts.entries()) {
    const end = ends[index + 1] as number;
    other.evidence?.beginSeparateSegment();
    addPackets(other, packets.slice(start, end));
    follow(other, packets, end);
    tally.merge(other.takePart());
  }
  tally.evidence?.finishCapture();
  return tally;
}

function follow(tally: Tally, packets: readonly TcpPacket[], end: number): void {
  tally.evidence?.beginSegment();
  const stop = tally.evidence?.follow();
  addPackets(tally, packets.slice(end, end + FOLLOWED));
  stop?.();
}
