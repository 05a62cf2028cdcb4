// Totals of what was read, which add up.

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
  /** A fragment of an IP datagram other than the first: it has no TCP header. */
  readonly laterFragments: number;
  /** Neither IPv4 nor IPv6. */
  readonly notIp: number;
  /** Captured too short to show the TCP flags. */
  readonly truncated: number;
  /** Its headers contradict one another. */
  readonly malformed: number;
  /** Its link layer has no decoder. */
  readonly unknownLinkType: number;
  /** SYN-ACKs before `since`, or not before `until`; they are in `synAcks` and in no row. */
  readonly outsideTime: number;
  /** Bytes of captures, after decompression. */
  readonly bytesRead: number;
  /** Bytes of captures that could not be used, for example the torn end of a file. */
  readonly bytesSkipped: number;
  /** The number of gaps that these bytes form. */
  readonly gaps: number;
}

/** Makes totals from the number of packets in each class and the numbers that do not follow from those. */
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

/** The totals of nothing. */
export const NO_TOTALS: Totals = totalsOf(new Float64Array(0), {
  outsideTime: 0,
  bytesRead: 0,
  bytesSkipped: 0,
  gaps: 0,
});

/** Returns the number of packets in each class, as they were passed to `totalsOf`. */
export function packetsByClassOf(totals: Totals): number[] {
  return PACKET_CLASSES.map((name) => totals[name]);
}
