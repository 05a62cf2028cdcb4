// Finds the addresses that a command line of nmap names as targets, by nmap's own rules. It does not look up names.
// https://nmap.org/book/man-target-specification.html, and parse_ipv4_ranges() in nmap's TargetGroup.cc.

import { type AddressRange, blockOf, parseAddress } from '../../ip/address.js';
import { mergeRanges } from '../../ip/merge-ranges.js';
import { type CommandLine, readCommandLine } from './arguments.js';
import { subtractRanges } from './ranges.js';

/** A pattern of octets may stand for 2^31 separate addresses; no real scan names this number of networks. */
const MAX_RANGES = 65_536;
/** More than the arguments of a command may take on Linux: ARG_MAX in <linux/limits.h>. */
const MAX_LENGTH = 2 << 20;

export interface NamedTargets {
  /** Whether no packet was sent to any target. */
  readonly isListScan: boolean;
  /**
   * Disjoint and ascending, without targets that are given as names. Undefined if the command line does not name all
   * targets, names too many, or excludes some by name.
   */
  readonly ranges: AddressRange[] | undefined;
}

export function readTargets(args: string): NamedTargets {
  if (args.length > MAX_LENGTH) return { isListScan: false, ranges: undefined };
  const line = readCommandLine(args);
  return { isListScan: line.isListScan, ranges: line.namesAllTargets ? rangesOf(line) : undefined };
}

function rangesOf({ operands, excluded, family }: CommandLine): AddressRange[] | undefined {
  const ranges: AddressRange[] = [];
  for (const operand of operands) {
    const target = parseTarget(operand, family);
    if (target === 'name') continue;
    if (target === 'many' || ranges.length + target.length > MAX_RANGES) return undefined;
    ranges.push(...target);
  }
  const holes: AddressRange[] = [];
  for (const item of excluded) {
    const hole = parseTarget(item, family);
    if (typeof hole === 'string' || holes.length + hole.length > MAX_RANGES) return undefined;
    holes.push(...hole);
  }
  return subtractRanges(mergeRanges(ranges), mergeRanges(holes));
}

/** Returns the ranges of a target; `name` if it is a name, `many` if there are too many ranges. */
function parseTarget(text: string, family: 4 | 6): AddressRange[] | 'name' | 'many' {
  const slash = text.lastIndexOf('/');
  const base = slash < 0 ? text : text.slice(0, slash);
  const bits = slash < 0 ? '' : text.slice(slash + 1);
  if (slash >= 0 && !/^(0|[1-9]\d{0,2})$/.test(bits)) return 'name';
  const full = family === 4 ? 32 : 128;
  // nmap reads a prefix length that is too large as the largest one.
  const prefix = bits === '' ? full : Math.min(Number(bits), full);
  if (family === 6) {
    const address = parseAddress(base);
    return address?.family === 6 ? [blockOf(6, address.value, prefix)] : 'name';
  }
  const octets = base.split('.').map(parseOctet);
  if (octets.length !== 4 || !octets.every((octet) => octet !== undefined)) return 'name';
  return expand(octets.map((octet, at) => widen(octet, prefix - 8 * at)));
}

/** `5`, `5-9`, `5-`, `-9` and `-`. */
const OCTET_PART = /^(0|[1-9]\d{0,2})?(?:(-)(0|[1-9]\d{0,2})?)?$/;

/** Whether the octet may have each of its 256 values. */
type Octet = readonly boolean[];

/**
 * Parses values and ranges, whose ends may be missing, or `*`. Numbers with leading zeros are refused: nmap itself reads
 * `010` as 10 in a target, but as 8 in an exclusion.
 */
function parseOctet(text: string): Octet | undefined {
  if (text === '*') return new Array<boolean>(256).fill(true);
  const octet = new Array<boolean>(256).fill(false);
  for (const part of text.split(',')) {
    const [whole, first = '', dash = '', last = ''] = OCTET_PART.exec(part) ?? [];
    if (whole === undefined || whole === '') return undefined;
    const from = first === '' ? 0 : Number(first);
    const to = dash === '' ? from : last === '' ? 255 : Number(last);
    if (from > to || to > 255) return undefined;
    octet.fill(true, from, to + 1);
  }
  return octet;
}

/** Adds all values that share their first bits with one of these. */
function widen(octet: Octet, bits: number): Octet {
  if (bits >= 8) return octet;
  const size = 1 << (8 - Math.max(0, bits));
  return octet.map((_, value) => {
    const start = value - (value % size);
    return octet.slice(start, start + size).includes(true);
  });
}

/** Returns the addresses of all combinations, as one range where the last octets allow every value. */
function expand(octets: readonly Octet[]): AddressRange[] | 'many' {
  const complete = octets.toReversed().findIndex((octet) => octet.includes(false));
  if (complete < 0) return [blockOf(4, 0n, 0)];
  const [leading, joined] = [octets.slice(0, 3 - complete), octets[3 - complete] as Octet];
  let ranges = runsOf(joined).map(([first, last]) => ({ first: BigInt(first), last: BigInt(last) }));
  let size = 256n;
  for (const octet of leading.toReversed()) {
    const values = octet.flatMap((isIn, value) => (isIn ? [BigInt(value) * size] : []));
    if (values.length * ranges.length > MAX_RANGES) return 'many';
    ranges = values.flatMap((value) =>
      ranges.map(({ first, last }) => ({ first: value + first, last: value + last })),
    );
    size *= 256n;
  }
  const hosts = 1n << BigInt(8 * complete);
  return ranges.map(({ first, last }) => ({
    family: 4,
    first: first * hosts,
    last: (last + 1n) * hosts - 1n,
  }));
}

/** Returns the first and last value of each run of allowed values. */
function runsOf(octet: Octet): [number, number][] {
  const starts = octet.flatMap((isIn, value) => (isIn && octet[value - 1] !== true ? [value] : []));
  const ends = octet.flatMap((isIn, value) => (isIn && octet[value + 1] !== true ? [value] : []));
  return starts.map((start, at) => [start, ends[at] as number]);
}
