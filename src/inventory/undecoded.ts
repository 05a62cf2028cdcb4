// Packets that were not decoded to their end, of several inputs.

import { type InputReport, isSavedInventory, type Undecoded } from './inventory.js';

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

/** The same; undefined if a saved inventory among the inputs does not say. */
export function knownUndecoded(inputs: readonly InputReport[]): Undecoded[] | undefined {
  const isKnown = inputs.every((input) => input.undecoded !== undefined || !isSavedInventory(input));
  return isKnown ? sumUndecoded(inputs) : undefined;
}

/** Orders by number of packets, the largest first, then by name and reason. */
export function compareUndecoded(a: Undecoded, b: Undecoded): number {
  if (a.packets !== b.packets) return b.packets - a.packets;
  return a.name === b.name ? compareText(a.reason, b.reason) : compareText(a.name, b.name);
}

function compareText(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}

/** Counts the packets that may include SYN-ACKs. */
export function countUndecoded(undecoded: readonly Undecoded[]): {
  tcpTooShort: number;
  encrypted: number;
  undecodable: number;
} {
  const counts = { tcpTooShort: 0, encrypted: 0, undecodable: 0 };
  for (const { reason, packets } of undecoded) {
    if (reason === 'tcp-too-short') counts.tcpTooShort += packets;
    else if (reason === 'encrypted') counts.encrypted += packets;
    else if (reason === 'unknown') counts.undecodable += packets;
  }
  return counts;
}
