// What the items of a hosts file mean, and every way in which they can be wrong. Loads `yaml`, so it is
// imported only when there is something to read.

import { type AddressRange, parseRange } from '../ip/address.js';
import { MAX_PORT, type PortRange, parsePortRange } from '../ip/port.js';
import { quote } from '../text/escape.js';
import { findLine, indexLines } from '../text/line-index.js';
import { describeExpectedRange, suggestKey } from './hints.js';
import type { HostEntry, Hosts, PortName } from './hosts.js';
import type { OffsetMistake } from './mistakes.js';
import { findNameFault } from './name-rule.js';
import { EXPECTED_FORMS, type ExpectedPattern, PatternError, parseExpectedPattern } from './patterns.js';
import { type Item, type Mapping, type Text, toItem } from './yaml-items.js';
import { parseYaml } from './yaml-syntax.js';

const SECTIONS = ['local', 'hosts', 'services', 'expected'];
const EXPECTED_PORTS = `a port from 1 to ${MAX_PORT} or a range such as 6881-6889`;
const HOST_KEYS = ['address', 'services'];

// One file being read: what is wrong so far, and where lines begin.
interface Reading {
  readonly findings: OffsetMistake[];
  readonly lineStarts: readonly number[];
}

interface Entry {
  readonly key: Text;
  readonly value: Item;
  /** The key was there before, and has been reported. */
  readonly repeated: boolean;
}

// What has a name already: a range or port as a key, and who named it where.
type Claims = Map<string, { readonly name: string; readonly offset: number }>;

/** Reads the text of a hosts file. Where there are findings, the hosts are not to be used. */
export function readHosts(text: string): {
  readonly hosts: Hosts;
  readonly findings: readonly OffsetMistake[];
} {
  const { document, findings: syntax } = parseYaml(text);
  const reading: Reading = { findings: [], lineStarts: indexLines(text) };
  const hosts = readSections(toItem(document?.contents ?? null), reading);
  // What comes after a mistake in the YAML may be its consequence.
  const line = (finding: OffsetMistake): number => findLine(reading.lineStarts, finding.offset);
  const firstBad = syntax.reduce(
    (first, finding) => Math.min(first, line(finding)),
    Number.POSITIVE_INFINITY,
  );
  const sound = reading.findings.filter((finding) => line(finding) < firstBad);
  return { hosts, findings: [...syntax, ...sound] };
}

function readSections(root: Item, reading: Reading): Hosts {
  let local: readonly AddressRange[] | undefined;
  let hosts: readonly HostEntry[] = [];
  let services: readonly PortName[] = [];
  let expected: readonly ExpectedPattern[] = [];
  for (const { key, value } of readEntries(root, 'local:, hosts:, services: and expected:', reading)) {
    const section = checkKey(key, SECTIONS, reading);
    if (value.kind === 'nothing') continue;
    if (section === 'local') local = readRanges(value, reading).map(({ range }) => range);
    if (section === 'hosts') hosts = readHostEntries(value, reading);
    if (section === 'services') services = readServices(value, reading);
    if (section === 'expected') expected = readExpected(value, reading);
  }
  return { local, hosts, services, expected };
}

function readHostEntries(section: Item, reading: Reading): HostEntry[] {
  const claims: Claims = new Map();
  return readEntries(section, 'names, each with its addresses: "www: 192.0.2.7"', reading).map((entry) => {
    const { key, value } = entry;
    const wrongWay = parseRange(key.text) !== undefined;
    checkName(key, wrongWay ? 'the name before the colon and the address after it' : undefined, reading);
    const { address, services } =
      value.kind === 'mapping' ? readHostMapping(key, value, reading) : { address: value, services: [] };
    const ranges = wrongWay || address === undefined ? [] : readHostRanges(address, reading);
    for (const { range, item } of ranges) {
      claim(claims, `${range.family} ${range.first} ${range.last}`, key.text, item, reading);
    }
    return { name: key.text, ranges: ranges.map(({ range }) => range), services };
  });
}

function readHostMapping(
  name: Text,
  mapping: Mapping,
  reading: Reading,
): { address: Item | undefined; services: readonly PortName[] } {
  let address: Item | undefined;
  let services: readonly PortName[] = [];
  for (const { key, value } of listEntries(mapping, reading)) {
    const meant = checkKey(key, HOST_KEYS, reading);
    if (meant === 'address') address = value;
    if (meant === 'services') services = readServices(value, reading);
  }
  if (address === undefined) {
    const expected = 'address: with an address, CIDR, range or a list of them';
    report(reading, name.offset, `${quote(name.text)} without an address`, expected);
  }
  return { address, services };
}

function readHostRanges(value: Item, reading: Reading): { range: AddressRange; item: Text }[] {
  if (value.kind === 'list' && value.items.length === 0) reportItem(value, 'at least one address', reading);
  return readRanges(value, reading);
}

function readRanges(value: Item, reading: Reading): { range: AddressRange; item: Text }[] {
  const found: { range: AddressRange; item: Text }[] = [];
  for (const item of value.kind === 'list' ? value.items : [value]) {
    const range = item.kind === 'text' ? parseRange(item.text) : undefined;
    if (item.kind === 'text' && range !== undefined) found.push({ range, item });
    else reportItem(item, describeExpectedRange(item.kind === 'text' ? item.text : ''), reading);
  }
  return found;
}

function readServices(section: Item, reading: Reading): PortName[] {
  const claims: Claims = new Map();
  const services: PortName[] = [];
  for (const { key, value, repeated } of readEntries(
    section,
    'ports, each with its name: "8889: gnump3d"',
    reading,
  )) {
    const ports = parseNamedPorts(key.text);
    const name = value.kind === 'text' ? value.text : '';
    if (ports === undefined) {
      const wrongWay = parseNamedPorts(name) !== undefined;
      reportItem(key, wrongWay ? 'the port before the colon and the name after it' : EXPECTED_PORTS, reading);
    } else if (value.kind !== 'text') {
      reportItem(value, 'a name', reading);
    } else {
      checkName(value, undefined, reading);
      if (!repeated) claim(claims, `${ports.first}-${ports.last}`, name, key, reading);
      services.push({ ...ports, name });
    }
  }
  return services;
}

// Port 0 is never used, and a leading zero is a slip.
function parseNamedPorts(text: string): PortRange | undefined {
  return /(?:^|-)0/.test(text) ? undefined : parsePortRange(text);
}

function readExpected(section: Item, reading: Reading): ExpectedPattern[] {
  return (section.kind === 'list' ? section.items : [section]).flatMap((item) => {
    if (item.kind !== 'text') {
      // Most likely a pattern that YAML takes for something else.
      report(reading, item.offset, describeFound(item), describeExpectedPattern(item));
      return [];
    }
    try {
      return [parseExpectedPattern(item.text)];
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      reportItem(item, error.expected, reading);
      return [];
    }
  });
}

function describeExpectedPattern(item: Exclude<Item, Text>): string {
  switch (item.kind) {
    case 'alias':
      return `quotes around what begins with a star: ${quote(`*${item.alias}`)}`;
    case 'list':
      return 'a pattern; what begins with a bracket needs quotes: "[2001:db8::1]:22"';
    case 'mapping':
      return 'a pattern, without a space behind its colon: minnie:8889';
    case 'nothing':
      return EXPECTED_FORMS;
  }
}

function readEntries(item: Item, expected: string, reading: Reading): Entry[] {
  if (item.kind === 'mapping') return listEntries(item, reading);
  if (item.kind !== 'nothing') reportItem(item, expected, reading);
  return [];
}

// The entries of a mapping whose keys are text; other keys and repeated ones are reported.
function listEntries(mapping: Mapping, reading: Reading): Entry[] {
  const firstOffsets = new Map<string, number>();
  const entries: Entry[] = [];
  for (const { key, value } of mapping.pairs) {
    if (key.kind !== 'text') {
      reportItem(key, 'text before the colon', reading);
      continue;
    }
    const first = firstOffsets.get(key.text);
    if (first === undefined) firstOffsets.set(key.text, key.offset);
    else {
      const line = findLine(reading.lineStarts, first);
      report(reading, key.offset, `${quote(key.text)} again`, `it once; line ${line} has it already`);
    }
    entries.push({ key, value, repeated: first !== undefined });
  }
  return entries;
}

function checkName(name: Text, expected: string | undefined, reading: Reading): void {
  const fault = findNameFault(name.text);
  if (fault !== undefined) reportItem(name, expected ?? fault, reading);
}

// Two names for exactly the same thing: neither is narrower, so one would silently never be seen.
function claim(claims: Claims, what: string, name: string, item: Text, reading: Reading): void {
  const earlier = claims.get(what);
  if (earlier === undefined) claims.set(what, { name, offset: item.offset });
  else if (earlier.name !== name) {
    const line = findLine(reading.lineStarts, earlier.offset);
    const expected = `one name for it; line ${line} has named it ${quote(earlier.name)} already`;
    reportItem(item, expected, reading);
  }
}

// The key, or the one it was meant to be, so that what is under a mistyped key is checked at once.
function checkKey(key: Text, allowed: readonly string[], reading: Reading): string | undefined {
  if (allowed.includes(key.text)) return key.text;
  const near = suggestKey(key.text, allowed);
  const list = `${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}`;
  reportItem(key, near === undefined ? list : `${list} (did you mean ${near}?)`, reading);
  return near;
}

function reportItem(item: Item, expected: string, reading: Reading): void {
  const hint = item.kind === 'alias' ? ' (an alias can stand only for one text above it)' : '';
  report(reading, item.offset, describeFound(item), `${expected}${hint}`);
}

function report(reading: Reading, offset: number, found: string, expected: string): void {
  reading.findings.push({ offset, found, expected });
}

function describeFound(item: Item): string {
  switch (item.kind) {
    case 'text':
      return quote(item.text);
    case 'list':
      return item.items.length === 0 ? 'an empty list' : 'a list';
    case 'alias':
      return `the alias ${quote(item.alias)}`;
    case 'mapping':
      return 'a mapping';
    case 'nothing':
      return 'nothing';
  }
}
