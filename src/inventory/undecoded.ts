// Packets that were not decoded to their end, of several inputs.

import type { InputReport, Undecoded } from './inventory.js';

/** Adds up those of all inputs, the most frequent first. */
export function sumUndecoded(inputs: readonly Pick<InputReport, 'undecoded'>[]): Undecoded[] {
  const sums = new Map<string, Undecoded>();
  for (const { undecoded = [] } of inputs) {
    for (const { reason, name, packets } of undecoded) {
      const key = `${reason} ${name}`;
      sums.set(key, { reason, name, packets: packets + (sums.get(key)?.packets ?? 0) });
    }
  }
  return [...sums.values()].sort(compareUndecoded);
}

/** Orders by number of packets, the largest first, then by name. */
export function compareUndecoded(a: Undecoded, b: Undecoded): number {
  return b.packets - a.packets || (a.name < b.name ? -1 : 1);
}

/** Counts the packets of all inputs that may include SYN-ACKs. */
export function countUndecoded(inputs: readonly InputReport[]): {
  tcpTooShort: number;
  encrypted: number;
  undecodable: number;
} {
  const counts = { tcpTooShort: 0, encrypted: 0, undecodable: 0 };
  for (const { reason, packets } of sumUndecoded(inputs)) {
    if (reason === 'tcp-too-short') counts.tcpTooShort += packets;
    else if (reason === 'encrypted') counts.encrypted += packets;
    else if (reason === 'unknown') counts.undecodable += packets;
  }
  return counts;
}
