// IP addresses and ranges of addresses, as text and as values. Knows nothing of names or packets.
// Reading follows RFC 4291 2.2, as net.isIP does; writing follows RFC 5952.

import { createRequire } from 'node:module';

/** An IP address as a number. */
export interface Address {
  readonly family: 4 | 6;
  /** The address as one number: 0 to 2^32-1 for family 4, 0 to 2^128-1 for family 6. */
  readonly value: bigint;
}

export const ADDRESS_BITS = { 4: 32, 6: 128 } as const;

/** All addresses from `first` to `last`, both included. */
export interface AddressRange {
  readonly family: 4 | 6;
  /** Numbers as in `Address.value`. */
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * Reads one address. Returns undefined for any other text, also for `fe80::1%eth0`, because a zone has a
 * meaning only on the machine that wrote it, and for `10.1` and `010.0.0.1`, because programs disagree on
 * what they mean.
 */
export function parseAddress(text: string): Address | undefined {
  const family = versionOf(text);
  if (family === 4) return { family, value: parseDottedQuad(text) };
  if (family === 6 && !text.includes('%')) return { family, value: parseGroups(text) };
  return undefined;
}

/**
 * Reads one address, a CIDR block or `first-last`. The bits of a CIDR address beyond its prefix are cleared.
 * Returns undefined for any other text, and if the two ends are in descending order or of different families.
 */
export function parseRange(text: string): AddressRange | undefined {
  const slash = text.indexOf('/');
  if (slash >= 0) return parseCidr(text.slice(0, slash), text.slice(slash + 1));
  const dash = text.indexOf('-');
  const first = parseAddress(dash < 0 ? text : text.slice(0, dash));
  const last = dash < 0 ? first : parseAddress(text.slice(dash + 1));
  if (first === undefined || last === undefined) return undefined;
  if (first.family !== last.family || first.value > last.value) return undefined;
  return { family: first.family, first: first.value, last: last.value };
}

/** Writes an address in its canonical form (RFC 5952), IPv4-mapped ones as `::ffff:192.0.2.1` (section 5). */
export function formatAddress(address: Address): string {
  if (address.family === 4) return formatDottedQuad(address.value);
  if (address.value >> 32n === 0xffffn) return `::ffff:${formatDottedQuad(address.value & 0xffff_ffffn)}`;
  const groups: string[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) {
    groups.push(((address.value >> shift) & 0xffffn).toString(16));
  }
  const { start, length } = findLongestZeroRun(groups);
  if (length < 2) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

/**
 * Writes a range as `parseRange` reads it: one address, a CIDR block if it is exactly one, or else
 * `first-last`.
 */
export function formatRange({ family, first, last }: AddressRange): string {
  const start = formatAddress({ family, value: first });
  if (first === last) return start;
  const hostBits = (last - first).toString(2).length;
  const isBlock =
    last - first + 1n === 1n << BigInt(hostBits) && (first >> BigInt(hostBits)) << BigInt(hostBits) === first;
  return isBlock
    ? `${start}/${ADDRESS_BITS[family] - hostBits}`
    : `${start}-${formatAddress({ family, value: last })}`;
}

/** Orders addresses for `sort`: IPv4 before IPv6, then by value. */
export function compareAddresses(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.value < b.value ? -1 : Number(a.value > b.value);
}

/** Returns the CIDR block of this prefix length that contains the address. */
export function blockOf(family: 4 | 6, value: bigint, prefixLength: number): AddressRange {
  const hostBits = BigInt(ADDRESS_BITS[family] - prefixLength);
  const first = (value >> hostBits) << hostBits;
  return { family, first, last: first + (1n << hostBits) - 1n };
}

/**
 * Describes both meanings of a CIDR block that is written with an address other than its first, such as `10.0.0.5/24`;
 * undefined for any other text.
 */
export function describeHostBits(text: string): string | undefined {
  const range = parseRange(text);
  const [base = '', prefix] = text.split('/');
  const address = parseAddress(base);
  if (range === undefined || address === undefined || prefix === undefined) return undefined;
  if (address.value === range.first) return undefined;
  const { family, value } = address;
  const count = range.last - range.first + 1n;
  const all = count <= 1n << 32n ? `all ${count} addresses` : 'the whole network';
  return `${formatAddress({ family, value })} for one address, or ${formatRange(range)} for ${all}`;
}

let net: typeof import('node:net') | undefined;

/**
 * Returns the IP version of an address as net.isIP does, or 0 if the text is not an address. `node:net` is
 * loaded only when the first address is read: loading takes milliseconds, and most runs read no address.
 */
export function versionOf(text: string): 0 | 4 | 6 {
  // Node 20.0 to 20.15 and 22.0 to 22.2 have no process.getBuiltinModule.
  net ??= createRequire(import.meta.url)('node:net') as typeof import('node:net');
  // As net.isIP, except that it does not compile the expression for IPv6, which takes milliseconds, without need.
  if (text.includes(':')) return net.isIPv6(text) ? 6 : 0;
  return net.isIPv4(text) ? 4 : 0;
}

function parseCidr(base: string, prefix: string): AddressRange | undefined {
  const address = parseAddress(base);
  if (address === undefined || !/^(0|[1-9]\d{0,2})$/.test(prefix)) return undefined;
  const length = Number(prefix);
  return length <= ADDRESS_BITS[address.family] ? blockOf(address.family, address.value, length) : undefined;
}

function parseDottedQuad(text: string): bigint {
  return text.split('.').reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

function parseGroups(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const front = parseGroupList(head);
  if (tail === undefined) return front.value;
  const back = parseGroupList(tail);
  return (front.value << (128n - front.bits)) | back.value;
}

function parseGroupList(text: string): { value: bigint; bits: bigint } {
  let value = 0n;
  let bits = 0n;
  for (const group of text === '' ? [] : text.split(':')) {
    const quad = group.includes('.');
    const width = quad ? 32n : 16n;
    value = (value << width) | (quad ? parseDottedQuad(group) : BigInt(`0x${group}`));
    bits += width;
  }
  return { value, bits };
}

function formatDottedQuad(value: bigint): string {
  const number = Number(value);
  return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
}

// The first of equally long runs counts: RFC 5952 4.2.3.
function findLongestZeroRun(groups: readonly string[]): { start: number; length: number } {
  const longest = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === '0' ? length + 1 : 0;
    if (length > longest.length) {
      longest.length = length;
      longest.start = index - length + 1;
    }
  }
  return longest;
}
