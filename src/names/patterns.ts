// Reads the patterns with which users select machines and services: names with wildcards, addresses,
// networks, ports. Knows nothing of the command line or of hosts.yaml, which both use them, nor of how they
// are matched.

import { type AddressRange, describeHostBits, parseRange } from '../ip/address.js';
import { MAX_PORT, PROTOCOLS, type Protocol, parsePortRange } from '../ip/port.js';
import { quote } from '../text/escape.js';
import { type Glob, parseGlob } from '../text/glob.js';
import { findSpacingFault } from './name-rule.js';
import { findServiceByAlias } from './registry.js';
import { REMOTE } from './reserved-names.js';

/** A pattern of local or named machines, or of addresses. */
export type SpecificMachinePattern =
  | { readonly kind: 'range'; readonly range: AddressRange }
  | { readonly kind: 'name'; readonly glob: Glob };

/** A pattern that leaves out what it matches, in a list of patterns. */
export interface Excluding {
  readonly isExcluding?: true;
}

/** A pattern of machines; `remote` matches every machine that is neither local nor named. */
export type MachinePattern = ({ readonly kind: 'remote' } | SpecificMachinePattern) & Excluding;

/**
 * A pattern of services; without a protocol, of any protocol. Ports are from 0 to 65535, both ends included.
 */
export type ServicePattern = (
  | { readonly kind: 'ports'; readonly first: number; readonly last: number }
  | {
      readonly kind: 'name';
      readonly glob: Glob;
      /** The listed name of the service, if the pattern is an alias of it. */
      readonly listedName?: string;
    }
) & { readonly protocol?: Protocol | undefined } & Excluding;

/** Selects machines or services whose changes are not reported. */
export interface ExpectedPattern {
  /** Undefined selects every machine, also those without a name. */
  readonly machine: SpecificMachinePattern | undefined;
  /** Undefined selects the machine itself and all its services. */
  readonly service: ServicePattern | undefined;
}

/**
 * Thrown for text that is not a pattern. The message says what was found and what was expected, and is safe
 * to print.
 */
export class PatternError extends Error {
  override readonly name = 'PatternError';
  /** The second half of the message: what was expected. */
  readonly expected: string;

  constructor(text: string, expected: string) {
    super(`found ${text === '' ? 'nothing' : quote(text)}, expected ${expected}`);
    this.expected = expected;
  }
}

/** The forms that a pattern of expected changes may have. */
export const EXPECTED_FORMS = 'MACHINE, MACHINE:SERVICE or :SERVICE';

const A_MACHINE = 'a name, an address, a CIDR or a range';
const A_SERVICE = 'a service name, a port or a port range';
const IN_BRACKETS = 'an IPv6 address, in brackets if a service follows: "[2001:db8::1]:22"';

/**
 * Nothing but digits, dots and one `-` or `/`; or text that begins like an IPv4 address and has wildcards.
 */
const LIKE_IPV4 = /^(?:[\d.]+(?:[-/][\d.]*)?|\d+\.[\d.*?]*)$/;
const LIKE_IPV6 = /^[\da-f:]*:[\da-f:]*:[\da-f:.]*(?:\/\d*)?$/i;
/** An IPv6 address and anything after it: a port, a zone, an invalid prefix length. */
const BEGINS_LIKE_IPV6 = /^[\da-f]*:[\da-f]*:/i;
/** Ports with anything where the protocol would be, and lists of ports. */
const LIKE_PORTS = /^\d+(?:-\d*)?(?:[/:,].*)?$/;

/**
 * Reads a pattern of machines: `_` for all remote ones, an address, a CIDR block, a range, or a name in which
 * `*` stands for any characters and `?` for one.
 * @throws PatternError
 */
export function parseMachinePattern(text: string): MachinePattern {
  if (text === REMOTE) return { kind: 'remote' };
  return parseSpecificMachine(text, 'a name, an address, a CIDR, a range or _');
}

/**
 * Reads a pattern of services: a port, a port range, or a service name in which `*` stands for any characters
 * and `?` for one. A common name such as `smb` also matches the listed one. A `/tcp`, `/udp` or `/sctp` after it limits it to that protocol.
 * @throws PatternError
 */
export function parseServicePattern(text: string): ServicePattern {
  const protocol = PROTOCOLS.find((name) => text.endsWith(`/${name}`));
  const subject = protocol === undefined ? text : text.slice(0, -protocol.length - 1);
  if (subject === '') throw new PatternError(text, A_SERVICE);
  const swapped = /^(tcp|udp|sctp)\/([\w*?-]{1,60})$/i.exec(text);
  if (swapped !== null)
    throw new PatternError(text, `the port first: ${swapped[2]}/${swapped[1]?.toLowerCase()}`);
  const ports = parsePortRange(subject);
  if (ports !== undefined) return { kind: 'ports', ...ports, protocol };
  if (/^\d+(?:-\d+)?$/.test(subject)) {
    throw new PatternError(text, `ports from 0 to ${MAX_PORT}, the lower first`);
  }
  // Taken as a name, it would match nothing without a warning.
  if (LIKE_PORTS.test(withoutSpaces(subject))) {
    throw new PatternError(text, 'one port or range, optionally followed by /tcp, /udp or /sctp');
  }
  const glob = parseName(subject, text);
  const listedName = findServiceByAlias(subject);
  return { kind: 'name', glob, ...(listedName === undefined ? {} : { listedName }), protocol };
}

/**
 * Reads a service pattern where only TCP services can be meant.
 * @throws PatternError also for a pattern of another protocol
 */
export function parseTcpServicePattern(text: string): ServicePattern {
  const pattern = parseServicePattern(text);
  if (pattern.protocol === undefined || pattern.protocol === 'tcp') return pattern;
  throw new PatternError(text, 'a TCP service: only TCP has SYN-ACKs to count');
}

/**
 * Reads a pattern of changes: MACHINE, MACHINE:SERVICE or :SERVICE. The machine `*`, like no machine at all,
 * is every machine. An IPv6 address before a service is in brackets.
 * @throws PatternError
 */
export function parseExpectedPattern(text: string): ExpectedPattern {
  if (text === '') throw new PatternError(text, EXPECTED_FORMS);
  if (text.startsWith('[')) return parseBracketed(text);
  const range = parseExactRange(text, text);
  if (range !== undefined) return { machine: { kind: 'range', range }, service: undefined };
  if (BEGINS_LIKE_IPV6.test(text)) throw new PatternError(text, IN_BRACKETS);
  const colon = text.indexOf(':');
  if (colon < 0) {
    if (/^\d+(?:-\d+)?(?:\/[a-z]+)?$/i.test(text)) {
      throw new PatternError(text, `a machine, or a colon before a service: ":${text.slice(0, 20)}"`);
    }
    return { machine: parseExpectedMachine(text), service: undefined };
  }
  const machine = colon === 0 ? undefined : parseExpectedMachine(text.slice(0, colon));
  return { machine, service: parseServiceAfter(text, colon) };
}

/**
 * The addresses that the patterns name. Pass them to `readInventory` as `keep`, so that remote addresses
 * among them are counted one by one and the patterns can match them.
 */
export function rangesOf(patterns: readonly MachinePattern[]): AddressRange[] {
  return patterns.flatMap((pattern) => (pattern.kind === 'range' ? [pattern.range] : []));
}

/** @throws PatternError for a block that is written with another address than its first: it could mean either */
function parseExactRange(text: string, pattern: string): AddressRange | undefined {
  const expected = describeHostBits(text);
  if (expected !== undefined) throw new PatternError(pattern, expected);
  return parseRange(text);
}

function parseBracketed(text: string): ExpectedPattern {
  const end = text.indexOf(']');
  const range = parseExactRange(text.slice(1, Math.max(1, end)), text);
  if (range === undefined) {
    throw new PatternError(text, 'an address, a CIDR or a range in brackets: "[2001:db8::1]:22"');
  }
  const service = end === text.length - 1 ? undefined : parseServiceAfter(text, end + 1);
  return { machine: { kind: 'range', range }, service };
}

function parseServiceAfter(text: string, colon: number): ServicePattern {
  if (text[colon] === ':' && text.length > colon + 1) return parseServicePattern(text.slice(colon + 1));
  throw new PatternError(text, `a colon and a service after the machine: ${A_SERVICE}`);
}

function parseExpectedMachine(text: string): SpecificMachinePattern | undefined {
  if (text === REMOTE) throw new PatternError(text, `${A_MACHINE}: _ is not one machine`);
  return /^\*+$/.test(text) ? undefined : parseSpecificMachine(text, A_MACHINE);
}

function parseSpecificMachine(text: string, expected: string): SpecificMachinePattern {
  const range = parseExactRange(text, text);
  if (range !== undefined) return { kind: 'range', range };
  // A mistyped address, or one with wildcards: taken as a name, it would match nothing without a warning.
  const joined = withoutSpaces(text);
  if (joined === '' || LIKE_IPV4.test(joined) || LIKE_IPV6.test(joined))
    throw new PatternError(text, expected);
  return { kind: 'name', glob: parseName(text, text) };
}

// No name of a machine or service has such spaces or characters: see name-rule.ts.
function parseName(name: string, text: string): Glob {
  const fault = findSpacingFault(name);
  if (fault !== undefined) throw new PatternError(text, `a pattern ${fault}`);
  return parseGlob(name);
}

// A list of addresses or ports with spaces would otherwise pass for a name, and match nothing.
function withoutSpaces(text: string): string {
  return text.replaceAll(' ', '');
}
