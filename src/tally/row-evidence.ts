// The evidence of a row: repeated SYN-ACKs, and the outcomes of handshakes. src/hot/evidence.ts counts it.

import {
  COMPLETED,
  COPIES,
  COUNTER_COUNT,
  DATA,
  JUDGED,
  LATE,
  LOW_PORTS,
  MUTUAL,
  PLAIN,
  PORT_20,
  PROXIED,
  RESENT,
  RESET,
  UNKNOWN_EVIDENCE,
} from './layout.js';

/** Counts of repeated SYN-ACKs (the first four) and of handshakes. They add up. */
export interface RowEvidence {
  /** Captured again less than 10 ms later, as on a mirror port. */
  readonly copies: number;
  /** Sent again 10 ms to 64 s later. */
  readonly resent: number;
  /** Those of `resent` that came 3.5 to 7 s after the last: one for each handshake that was never answered. */
  readonly late: number;
  /** Belonging to a handshake that the other end acknowledged first: both ends connected at the same time. */
  readonly mutual: number;
  /** With a TCP header that has room for nothing but the maximum segment size. */
  readonly plain: number;
  /** With a window of 0, as from a SYN proxy. */
  readonly proxied: number;
  /** From a client whose port is 20, as with active FTP. */
  readonly port20: number;
  /** From a client whose port is below 1024, but not 20. */
  readonly lowPorts: number;
  /** Handshakes whose outcome the capture shows: completed, reset, or silence for 4 s. */
  readonly judged: number;
  readonly completed: number;
  /** Completed handshakes after which data was sent. */
  readonly data: number;
  /** Handshakes that the client reset and did not complete. */
  readonly reset: number;
}

/** The counters in the order of layout.ts. */
const COUNTERS: readonly (keyof RowEvidence)[] = [
  'copies',
  'resent',
  'late',
  'plain',
  'judged',
  'completed',
  'data',
  'reset',
  'mutual',
  'proxied',
  'port20',
  'lowPorts',
];

export const NO_EVIDENCE: RowEvidence = Object.freeze(evidenceFrom(() => 0));

/** Objects with the same literal are made and read several times as fast as ones from entries, and there are many. */
function evidenceFrom(numberOf: (name: keyof RowEvidence, counter: number) => number): RowEvidence {
  return {
    copies: numberOf('copies', COPIES),
    resent: numberOf('resent', RESENT),
    late: numberOf('late', LATE),
    plain: numberOf('plain', PLAIN),
    judged: numberOf('judged', JUDGED),
    completed: numberOf('completed', COMPLETED),
    data: numberOf('data', DATA),
    reset: numberOf('reset', RESET),
    mutual: numberOf('mutual', MUTUAL),
    proxied: numberOf('proxied', PROXIED),
    port20: numberOf('port20', PORT_20),
    lowPorts: numberOf('lowPorts', LOW_PORTS),
  };
}

/** The number of different handshakes that this number of SYN-ACKs belongs to. */
export function handshakesOf(synAcks: number, { copies, resent, mutual }: RowEvidence): number {
  return synAcks - copies - resent - mutual;
}

/** The sum of both; undefined if one is not known. */
export function addEvidence(a: RowEvidence | undefined, b: RowEvidence | undefined): RowEvidence | undefined {
  if (a === undefined || b === undefined) return undefined;
  return evidenceFrom((name) => a[name] + b[name]);
}

/** Counters that no handshake is in twice. */
const OF_HANDSHAKES = ['plain', 'proxied', 'port20', 'lowPorts', 'judged'] as const;

/** Says what is wrong with evidence from outside for this number of SYN-ACKs; undefined if nothing is. */
export function findEvidenceFault(synAcks: number, evidence: RowEvidence): string | undefined {
  const { copies, resent, mutual, late, judged, completed, reset, data } = evidence;
  const handshakes = handshakesOf(synAcks, evidence);
  if (handshakes < 0)
    return `found ${copies + resent + mutual} repeated SYN-ACKs, expected at most ${synAcks}`;
  if (late > resent) return `found "late" ${late}, expected at most "resent", ${resent}`;
  for (const name of OF_HANDSHAKES) {
    if (evidence[name] > handshakes) {
      return `found "${name === 'lowPorts' ? 'low_ports' : name}" ${evidence[name]}, expected at most ${handshakes}, the handshakes`;
    }
  }
  if (completed + reset > judged) {
    return `found ${completed + reset} completed or reset, expected at most "judged", ${judged}`;
  }
  if (data > completed) return `found "data" ${data}, expected at most "completed", ${completed}`;
  return undefined;
}

/** Reads counters as src/hot/counters.ts copies them; undefined if they are not known. */
export function unpackEvidence(counters: Float64Array, at = 0): RowEvidence | undefined {
  if (counters[at] === UNKNOWN_EVIDENCE) return undefined;
  return evidenceFrom((_, counter) => counters[at + counter] as number);
}

export function packEvidence(evidence: RowEvidence | undefined): Float64Array {
  const counters = new Float64Array(COUNTER_COUNT);
  if (evidence === undefined) counters[0] = UNKNOWN_EVIDENCE;
  else
    for (let counter = 0; counter < COUNTER_COUNT; counter++)
      counters[counter] = evidence[COUNTERS[counter] as keyof RowEvidence];
  return counters;
}
