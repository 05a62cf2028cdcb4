// What was read, and what became of it, in numbers that add up.

import {
  LATER_FRAGMENT,
  MALFORMED,
  NOT_IP,
  NOT_TCP,
  OTHER_TCP,
  SYN_ACK,
  TRUNCATED,
  UNKNOWN_LINK_TYPE,
} from '../decode/packet-class.js';

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

/** Totals from the counters by verdict, and what the verdicts do not say. */
export function totalsOf(
  verdicts: Float64Array,
  others: Pick<Totals, 'outsideTime' | 'bytesRead' | 'bytesSkipped' | 'gaps'>,
): Totals {
  const of = (verdict: number): number => verdicts[verdict] ?? 0;
  return {
    packetsRead: verdicts.reduce((sum, count) => sum + count, 0),
    synAcks: of(SYN_ACK),
    otherTcp: of(OTHER_TCP),
    notTcp: of(NOT_TCP),
    laterFragments: of(LATER_FRAGMENT),
    notIp: of(NOT_IP),
    truncated: of(TRUNCATED),
    malformed: of(MALFORMED),
    unknownLinkType: of(UNKNOWN_LINK_TYPE),
    ...others,
  };
}
