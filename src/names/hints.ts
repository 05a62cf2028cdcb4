// What to suggest to someone whose address or key in a hosts file is not quite right. Knows nothing of YAML.

import { parseAddress } from '../ip/address.js';

/** What should be in place of `text`, which is no address, CIDR block or range: the nearest thing to it. */
export function describeExpectedRange(text: string): string {
  if (/\s-|-\s/.test(text)) return 'a range without spaces: 192.0.2.10-192.0.2.20';
  if (/[\s,]/.test(text)) return 'one address, CIDR or range; several go into a list: [10.0.0.1, 10.0.0.2]';
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

/** The allowed key that a mistyped one most likely meant; undefined if none is near. */
export function suggestKey(typed: string, allowed: readonly string[]): string | undefined {
  // Longer text is not a slip of the finger, and would cost time.
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
