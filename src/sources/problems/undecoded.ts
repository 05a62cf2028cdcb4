// The packets of a capture that were not decoded to their end: which they are, and when that has to be reported.

import { nameUndecoded } from '../../decode/undecoded-names.js';
import type { Undecoded } from '../../inventory/inventory.js';
import { compareUndecoded } from '../../inventory/undecoded.js';
import { countNoun } from '../../text/count-noun.js';
import { makeProblem, type Problem } from '../../text/problem.js';

/** The share of packets from which on they are reported although SYN-ACKs were found: one packet in this number. */
const NOTABLE = 10;

/** The most protocols that one message lists. */
const MAX_LISTED = 5;

export interface UndecodedReport {
  readonly undecoded: readonly Undecoded[];
  readonly problems: readonly Problem[];
  readonly notes: readonly Problem[];
}

/**
 * Describes the packets that were not decoded. If they may include SYN-ACKs, they are reported when no SYN-ACK was found,
 * or when they are at least a tenth of all packets. They are a problem, and not only a note, if no SYN-ACK was found, and
 * they are a tenth of all packets or include TCP packets.
 * @param reasons numbers of packets by the numbers of src/decode/undecoded.ts
 */
export function reportUndecoded(
  reasons: ReadonlyMap<number, number>,
  packetsRead: number,
  synAcks: number,
): UndecodedReport {
  const undecoded = [...reasons]
    .map(([reason, packets]): Undecoded => ({ ...nameUndecoded(reason), packets }))
    .sort(compareUndecoded);
  return { undecoded, ...judgeUndecoded(undecoded, packetsRead, synAcks) };
}

/** The same for packets that are known by name. */
export function judgeUndecoded(
  undecoded: readonly Undecoded[],
  packetsRead: number,
  synAcks: number,
): Pick<UndecodedReport, 'problems' | 'notes'> {
  const suspects = undecoded.filter(({ reason }) => reason !== 'no-tcp');
  const isNotable = sumOf(suspects) * NOTABLE >= packetsRead;
  if (suspects.length === 0 || (synAcks > 0 && !isNotable)) return { problems: [], notes: [] };
  const found = describe(suspects);
  const hasTcp = suspects.some(({ reason }) => reason === 'tcp-too-short');
  return synAcks === 0 && (isNotable || hasTcp)
    ? { problems: found, notes: [] }
    : { problems: [], notes: found };
}

function describe(suspects: readonly Undecoded[]): Problem[] {
  const of = (...reasons: readonly Undecoded['reason'][]): Undecoded[] =>
    suspects.filter(({ reason }) => reasons.includes(reason));
  const tooShort = of('tcp-too-short', 'too-short');
  const problems: Problem[] = [];
  if (tooShort.length > 0) {
    const parts = tooShort.map(({ reason, packets }) =>
      reason === 'tcp-too-short'
        ? countNoun(packets, 'TCP packet')
        : `${countNoun(packets, 'packet')} cut before the TCP header`,
    );
    const advice = 'capture more of each packet, as with `tcpdump -s 128`';
    problems.push(makeProblem('too-short', `captured too short: ${parts.join(', ')}; ${advice}`));
  }
  for (const [what, list] of [
    ['encrypted', of('encrypted')],
    ['cannot be decoded', of('unknown')],
  ] as const) {
    if (list.length > 0) problems.push(makeProblem('undecoded', `${what}: ${listed(list)}`));
  }
  return problems;
}

function listed(list: readonly Undecoded[]): string {
  const parts = list
    .slice(0, MAX_LISTED)
    .map(({ name, packets }) => `${countNoun(packets, 'packet')} of ${name}`);
  const others = list.slice(MAX_LISTED);
  if (others.length > 0) {
    parts.push(`${countNoun(sumOf(others), 'packet')} of ${countNoun(others.length, 'other protocol')}`);
  }
  return parts.join(', ');
}

function sumOf(list: readonly Undecoded[]): number {
  return list.reduce((sum, { packets }) => sum + packets, 0);
}
