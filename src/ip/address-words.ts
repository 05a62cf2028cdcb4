// Addresses as 32-bit words, the way flat memory holds them: the most significant word first.

import type { Address } from './address.js';

/** How many words an address takes, by IP version. */
export const ADDRESS_WORDS = { 4: 1, 6: 4 } as const;

/** Returns the address that these words hold. */
export function toAddress(family: 4 | 6, words: Uint32Array): Address {
  return { family, value: words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n) };
}

/** Returns the words that hold an address: `ADDRESS_WORDS[family]` of them. */
export function toWords({ family, value }: Address): Uint32Array {
  const words = new Uint32Array(ADDRESS_WORDS[family]);
  let rest = value;
  for (let at = words.length - 1; at >= 0; at--) {
    words[at] = Number(rest & 0xffff_ffffn);
    rest >>= 32n;
  }
  return words;
}
