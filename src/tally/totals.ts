// What was read, and what became of it, in numbers that add up.

import { PACKET_CLASSES } from '../decode/packet-class.js';

/** Every packet read is in exactly one of the classes from synAcks to unknownLinkType. */
export interface Totals {
  readonly packetsRead: number;
  /** Packets with SYN and ACK set, inside and outside the time asked for. */
  readonly synAcks: number;
  /** TCP, but not a SYN-ACK. */
  readonly otherTcp: number;
  /** IP, but not TCP. */
  readonly notTcp: number;
  /** Not the first fragment of an IP datagram: it has no TCP header. */
  readonly laterFragments: number;
  /** Neither IPv4 nor IPv6. */
  readonly notIp: number;
  /** Captured too short to show the TCP flags. */
  readonly truncated: number;
  /** Headers that contradict themselves. */
  readonly malformed: number;
  /** Of a link layer that synsum cannot decode. */
  readonly unknownLinkType: number;
  /** SYN-ACKs before `--since` or from `--until` on; they are in `synAcks` and in no row. */
  readonly outsideTime: number;
  /** Bytes of capture, as they were read. */
  readonly bytesRead: number;
  /** Bytes of capture that could not be used: the torn end of a file, say. */
  readonly bytesSkipped: number;
  /** Places in which such bytes are. */
  readonly gaps: number;
}

/** Totals from the number of packets in each class, and the numbers that do not follow from those. */
export function totalsOf(
  packetsByClass: Float64Array,
  others: Pick<Totals, 'outsideTime' | 'bytesRead' | 'bytesSkipped' | 'gaps'>,
): Totals {
  const counts = PACKET_CLASSES.map((name, packetClass) => [name, packetsByClass[packetClass] ?? 0]);
  return {
    packetsRead: packetsByClass.reduce((sum, count) => sum + count, 0),
    ...(Object.fromEntries(counts) as Record<(typeof PACKET_CLASSES)[number], number>),
    ...others,
  };
}

/** The number of packets in each class, as they were passed to `totalsOf`. */
export function packetsByClassOf(totals: Totals): number[] {
  return PACKET_CLASSES.map((name) => totals[name]);
}
