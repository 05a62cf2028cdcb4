// Suggestions for someone whose address or key in a hosts file is not quite right. Knows nothing of YAML.

import { describeHostBits, parseAddress } from '../ip/address.js';

/**
 * Describes the nearest valid form to `text`, which is not an address, a CIDR block or a range, or is a block that is
 * written with another address than its first.
 */
export function describeExpectedRange(text: string): string {
  const hostBits = describeHostBits(text);
  if (hostBits !== undefined) return hostBits;
  if (/\s-|-\s/.test(text)) return 'a range without spaces: 192.0.2.10-192.0.2.20';
  if (/[\s,]/.test(text)) return 'one address, CIDR or range; write several as a list: [10.0.0.1, 10.0.0.2]';
  if (text.includes('%')) return 'an address without a zone';
  if (/(^|\.)0\d/.test(text)) return 'numbers without leading zeros: some programs read them as octal';
  const [base = '', prefix] = text.split('/');
  const address = parseAddress(base);
  if (prefix !== undefined && address !== undefined) {
    return `a prefix length from 0 to ${address.family === 4 ? 32 : 128} after the slash`;
  }
  const [first, last] = text.split('-').map(parseAddress);
  if (first !== undefined && last !== undefined) {
    return first.family === last.family
      ? 'a range from the lower to the higher address'
      : 'a range within IPv4 or within IPv6';
  }
  return 'an address, a CIDR such as 192.0.2.0/24 or a range such as 192.0.2.10-192.0.2.20';
}

/** Returns the allowed key that was most likely meant by a mistyped one; undefined if none is close. */
export function suggestKey(typed: string, allowed: readonly string[]): string | undefined {
  // Longer text is not a slip of the finger, and comparing it would take time.
  if (typed.length > 20) return undefined;
  return allowed.find((key) => countEdits(typed.toLowerCase(), key) <= 2);
}

// Levenshtein distance, one row at a time.
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [at, other] of [...to].entries()) {
      const replace = (row[at] as number) + (letter === other ? 0 : 1);
      next.push(Math.min(replace, (row[at + 1] as number) + 1, (next[at] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}
