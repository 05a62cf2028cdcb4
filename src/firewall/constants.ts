// Reads the constants that rules compare with, as `nft -j` writes them: libnftables-json(5).

import { ADDRESS_BITS, blockOf, parseAddress } from '../ip/address.js';
import { isObject, onlyField } from './json.js';
import { CT_STATES, TCP_FLAGS, toAtom } from './packet.js';
import type { Atom, Span } from './values.js';

/** The types of fields, by which constants are read. */
export type Kind =
  | 'ipv4'
  | 'ipv6'
  | 'protocol'
  | 'ethertype'
  | 'nfproto'
  | 'state'
  | 'flags'
  | 'direction'
  | 'interface'
  | 'number';

/** The values of a constant: one value, a span, or the interfaces whose names begin with something. */
export type Part = { readonly atom: Atom } | Span | { readonly start: string };

/** The protocol numbers of IANA; those of other names are not that of TCP. */
export const TCP = 6;
export const ETHERTYPES = { 4: 0x0800, 6: 0x86dd } as const;
/** AF_INET and AF_INET6 of Linux. */
export const NF_PROTOCOLS = { 4: 2, 6: 10 } as const;

const NAMES: Readonly<Partial<Record<Kind, Readonly<Record<string, number>>>>> = {
  protocol: { tcp: TCP },
  ethertype: { ip: ETHERTYPES[4], ip6: ETHERTYPES[6] },
  nfproto: { ipv4: NF_PROTOCOLS[4], ipv6: NF_PROTOCOLS[6] },
  state: CT_STATES,
  flags: TCP_FLAGS,
  direction: { original: 0, reply: 1 },
};

/** Names that are not listed above stand for values that a packet of a TCP connection does not have. */
const HAS_OTHER_NAMES: ReadonlySet<Kind> = new Set(['protocol', 'ethertype', 'nfproto']);

/** Reads the values of a constant; undefined if it is not understood. */
export function readPart(value: unknown, kind: Kind): Part | undefined {
  const field = onlyField(value);
  if (field === undefined) return readSimple(value, kind);
  const [name, content] = field;
  if (name === 'range' && Array.isArray(content) && content.length === 2) {
    const [first, last] = [readAtom(content[0], kind), readAtom(content[1], kind)];
    return isNumeric(first) && isNumeric(last) && first <= last ? { first, last } : undefined;
  }
  if (name === 'prefix' && isObject(content)) return readPrefix(content.addr, content.len, kind);
  return readSimple(value, kind);
}

/** Reads a single value, or several flags as one; undefined if it is not understood. */
export function readAtom(value: unknown, kind: Kind): Atom | undefined {
  if (typeof value === 'number') {
    // An interface that is gone is listed as a number.
    return Number.isSafeInteger(value) && value >= 0 && kind !== 'interface' ? value : undefined;
  }
  if (typeof value === 'string') return readText(value, kind);
  const flags = Array.isArray(value)
    ? value
    : onlyField(value)?.[0] === '|'
      ? onlyField(value)?.[1]
      : undefined;
  if (!Array.isArray(flags) || flags.length > 16) return undefined;
  let bits = 0;
  for (const flag of flags) {
    const bit = typeof flag === 'object' ? undefined : readAtom(flag, kind);
    if (typeof bit !== 'number') return undefined;
    bits |= bit;
  }
  return bits >>> 0;
}

export function isNumeric(atom: Atom | undefined): atom is number | bigint {
  return typeof atom === 'number' || typeof atom === 'bigint';
}

function readSimple(value: unknown, kind: Kind): Part | undefined {
  if (kind === 'interface' && typeof value === 'string' && value.endsWith('*') && !value.endsWith('\\*')) {
    return { start: value.slice(0, -1) };
  }
  const atom = readAtom(value, kind);
  return atom === undefined ? undefined : { atom };
}

function readText(text: string, kind: Kind): Atom | undefined {
  if (kind === 'interface') return text.replace(/\\\*$/, '*');
  if (kind === 'ipv4' || kind === 'ipv6') {
    const address = parseAddress(text);
    return address?.family === (kind === 'ipv4' ? 4 : 6) ? toAtom(address) : undefined;
  }
  const names = NAMES[kind] ?? {};
  if (Object.hasOwn(names, text)) return names[text];
  if (/^(?:\d{1,10}|0x[0-9a-f]{1,8})$/i.test(text)) return Number(text);
  return HAS_OTHER_NAMES.has(kind) ? text : undefined;
}

function readPrefix(base: unknown, length: unknown, kind: Kind): Part | undefined {
  if (kind !== 'ipv4' && kind !== 'ipv6') return undefined;
  const family = kind === 'ipv4' ? 4 : 6;
  const address = typeof base === 'string' ? parseAddress(base) : undefined;
  if (address?.family !== family || typeof length !== 'number') return undefined;
  if (!Number.isInteger(length) || length < 0 || length > ADDRESS_BITS[family]) return undefined;
  const { first, last } = blockOf(family, address.value, length);
  return { first: toAtom({ family, value: first }), last: toAtom({ family, value: last }) };
}
