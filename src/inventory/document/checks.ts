// Reads the single values of a saved inventory. It refuses impossible ones, and reports the position and what it expected.

import { type Address, type AddressRange, parseAddress, parseRange } from '../../ip/address.js';
import { MAX_PORT, type PortRange, PROTOCOLS, type Protocol, parsePortRange } from '../../ip/port.js';
import { REMOTE } from '../../names/reserved-names.js';
import { findSketchFault } from '../../tally/client-sketch.js';
import { findHoursFault, type HourOfDay } from '../../tally/hours.js';
import { findEvidenceFault, type RowEvidence } from '../../tally/row-evidence.js';
import { PROBLEM_KINDS, type Problem } from '../../text/problem.js';
import { parseTime } from '../../text/time.js';
import { PORT_STATES, type PortState } from '../scan.js';
import { EVIDENCE } from './fields.js';
import type { JsonReader, Read } from './json.js';

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const PORT = /^(\d{1,5})\/(\w+)$/;
const EXAMPLES = {
  time: 'a time like "2007-06-21T14:45:28.123456Z"',
  digest: '"sha256:" and 64 hexadecimal digits',
  ports: 'ports like "1-1000,3306", in ascending order',
  port: `a port like "22/tcp", with ${PROTOCOLS.join(', ')}`,
  target: 'an address, a CIDR block or "first-last"',
  base64: 'base64',
  hours: 'an hour of the day, its SYN-ACKs and its days, like [2,30,1]',
} as const;

export function whole(min: number, max: number = Number.MAX_SAFE_INTEGER): Read<number> {
  const expected = `a whole number from ${min} to ${max}`;
  return (json) => {
    const value = json.number(expected);
    return Number.isInteger(value) && value >= min && value <= max ? value : json.refuse(expected);
  };
}

export const readPort: Read<number> = whole(0, MAX_PORT);
const readNumber: Read<number> = whole(0);

export const readText: Read<string> = (json) => json.string('a string');
export const readBoolean: Read<boolean> = (json) => json.boolean();

export const readTime: Read<number> = parsed(parseTime, EXAMPLES.time);
export const readDigest: Read<string> = parsed(
  (text) => (DIGEST.test(text) ? text : undefined),
  EXAMPLES.digest,
);
export const readAddress: Read<Address> = parsed(parseAddress, 'an IP address');
export const readTarget: Read<AddressRange> = parsed(parseRange, EXAMPLES.target);
export const readRanges: Read<PortRange[]> = parsed(parseAscendingRanges, EXAMPLES.ports);
export const readPortOfProtocol: Read<{ port: number; protocol: Protocol }> = parsed(
  parsePortOfProtocol,
  EXAMPLES.port,
);
export const readState: Read<PortState> = oneOf(PORT_STATES);

/** Problems, which are only messages in documents of version 1. A kind that is not known is `other`. */
export const readProblems: Read<Problem[]> = (json) =>
  json.array((problem) => {
    if (problem.peek() === '"') return { kind: 'other', message: readText(problem) };
    const { kind, message, ...position } = problem.object(
      { kind: readText, message: readText },
      { offset: readNumber, length: readNumber, line: readNumber, column: readNumber },
    );
    return { kind: PROBLEM_KINDS.find((known) => known === kind) ?? 'other', message, ...position };
  });

/** An address, or undefined for any remote machine. */
export const readEnd: Read<Address | undefined> = (json) => {
  const expected = `an IP address, or "${REMOTE}"`;
  const text = json.string(expected);
  return text === REMOTE ? undefined : (parseAddress(text) ?? json.refuse(expected));
};

export const readFamily: Read<4 | 6> = (json) => {
  const family = json.number('4 or 6');
  return family === 4 || family === 6 ? family : json.refuse('4 or 6');
};

/** The bytes of a ClientSketch. */
export const readSketch: Read<Uint8Array> = (json) => {
  const text = json.string(EXAMPLES.base64);
  const bytes = Buffer.from(text, 'base64');
  if (text === '' || bytes.toString('base64') !== text) json.refuse(EXAMPLES.base64);
  const fault = findSketchFault(bytes);
  return fault === undefined ? bytes : json.fail(fault);
};

/** The hours of a row. */
export const readHours: Read<HourOfDay[]> = (json) => {
  const hours = json.array((hour): HourOfDay => {
    const numbers = hour.array(readNumber);
    return numbers.length === 3 ? (numbers as [number, number, number]) : hour.refuse(EXAMPLES.hours);
  });
  const fault = findHoursFault(hours);
  return fault === undefined ? hours : json.fail(fault);
};

/** The counters of evidence; those that are absent are 0. */
export const readEvidence: Read<RowEvidence> = (json) => {
  const fields = Object.fromEntries(Object.keys(EVIDENCE).map((field) => [field, readNumber]));
  const found = json.object({}, fields);
  return Object.fromEntries(
    Object.entries(EVIDENCE).map(([field, name]) => [name, found[field] ?? 0]),
  ) as unknown as RowEvidence;
};

/** Checks the evidence for this number of SYN-ACKs, if there is any. */
export function checkEvidence(json: JsonReader, synAcks: number, evidence: RowEvidence | undefined): void {
  const fault = evidence && findEvidenceFault(synAcks, evidence);
  if (fault !== undefined) json.fail(fault);
}

/** Checks the first and last time; true if there are any, false if both are absent. */
export function checkSpan(json: JsonReader, first: number | undefined, last: number | undefined): boolean {
  if (first === undefined && last === undefined) return false;
  if (first === undefined || last === undefined)
    json.fail('found only the first or the last time, expected both');
  if (first > last) json.fail('found a last time before the first, expected a later one');
  return true;
}

/** Sorts items, which may have any order; refuses two that are the same, or that are not disjoint. */
export function inOrder<T>(
  json: JsonReader,
  items: readonly T[],
  compare: (a: T, b: T) => number,
  describe: (item: T) => string,
  areDisjoint: (before: T, after: T) => boolean = (before, after) => compare(before, after) < 0,
): T[] {
  const sorted = items.toSorted(compare);
  for (const [at, item] of sorted.entries()) {
    const before = sorted[at - 1];
    if (before !== undefined && !areDisjoint(before, item)) {
      json.fail(`found ${describe(item)} twice, expected it once`);
    }
  }
  return sorted;
}

/** One of these words. */
export function oneOf<T extends string>(words: readonly T[]): Read<T> {
  return parsed((text) => words.find((word) => word === text), `one of ${words.join(', ')}`);
}

function parsed<T>(parse: (text: string) => T | undefined, expected: string): Read<T> {
  return (json) => parse(json.string(expected)) ?? json.refuse(expected);
}

function parseAscendingRanges(text: string): PortRange[] | undefined {
  let before = -1;
  const ranges: PortRange[] = [];
  for (const part of text.split(',')) {
    const range = parsePortRange(part);
    if (range === undefined || range.first <= before) return undefined;
    before = range.last;
    ranges.push(range);
  }
  return ranges;
}

function parsePortOfProtocol(text: string): { port: number; protocol: Protocol } | undefined {
  const [, digits, name] = PORT.exec(text) ?? [];
  const port = Number(digits);
  const protocol = PROTOCOLS.find((known) => known === name);
  return protocol !== undefined && port <= MAX_PORT ? { port, protocol } : undefined;
}
