// Reads the items of a hosts file and reports every mistake in them. It loads `yaml`, so it is imported only
// when there is something to read.

import { type AddressRange, describeHostBits, parseRange } from '../ip/address.js';
import { MAX_PORT, type PortRange, parsePortRange } from '../ip/port.js';
import { quote } from '../text/escape.js';
import { findLine, indexLines } from '../text/line-index.js';
import { NAMES_FORMATS, type NamesFormat, type NamesSource } from './from/names-source.js';
import { describeExpectedRange, suggestKey } from './hints.js';
import type { HostEntry, Hosts, PortName } from './hosts.js';
import type { OffsetMistake } from './mistakes.js';
import { findNameFault } from './name-rule.js';
import { EXPECTED_FORMS, type ExpectedPattern, PatternError, parseExpectedPattern } from './patterns.js';
import { type Item, type Mapping, type Text, toItem } from './yaml-items.js';
import { parseYaml } from './yaml-syntax.js';

const SECTIONS = ['local', 'hosts', 'services', 'expected', 'names_from'];
const EXPECTED_PORTS = `a port from 1 to ${MAX_PORT} or a range such as 6881-6889`;
const HOST_KEYS = ['address', 'services'];
const SOURCE_KEYS = ['file', 'format'];

// The state of reading one file.
interface Reading {
  /** The mistakes found so far. */
  readonly mistakes: OffsetMistake[];
  /** As `indexLines` returns them. */
  readonly lineStarts: readonly number[];
}

interface Entry {
  readonly key: Text;
  readonly value: Item;
  /** The same key came before, and this one has been reported. */
  readonly isRepeated: boolean;
}

// The ranges or ports that have been named so far, as text, with their names and where these are.
type EarlierNames = Map<string, { readonly name: string; readonly offset: number }>;

/** Reads the text of a hosts file. If there are mistakes, the hosts must not be used. */
export function readHosts(text: string): {
  readonly hosts: Hosts;
  readonly mistakes: readonly OffsetMistake[];
} {
  const { document, mistakes: syntax, spoiledFrom } = parseYaml(text);
  const reading: Reading = { mistakes: [], lineStarts: indexLines(text) };
  const hosts = readSections(toItem(document?.contents ?? null), reading);
  // Mistakes after one in the YAML may be its consequences.
  const line = ({ offset }: OffsetMistake): number => findLine(reading.lineStarts, offset);
  const firstBad = syntax.reduce(
    (first, mistake) => Math.min(first, line(mistake)),
    spoiledFrom === undefined ? Number.POSITIVE_INFINITY : findLine(reading.lineStarts, spoiledFrom),
  );
  const sound = reading.mistakes.filter((mistake) => line(mistake) < firstBad);
  return { hosts, mistakes: [...syntax, ...sound] };
}

function readSections(root: Item, reading: Reading): Hosts {
  let local: readonly AddressRange[] | undefined;
  let hosts: readonly HostEntry[] = [];
  let services: readonly PortName[] = [];
  let expected: readonly ExpectedPattern[] = [];
  let namesFrom: readonly NamesSource[] = [];
  const sections = 'local:, hosts:, names_from:, services: and expected:';
  for (const { key, value } of readEntries(root, sections, reading)) {
    const section = checkKey(key, SECTIONS, reading);
    if (value.kind === 'nothing') continue;
    if (section === 'local') local = readRanges(value, reading).map(({ range }) => range);
    if (section === 'hosts') hosts = readHostEntries(value, reading);
    if (section === 'services') services = readServices(value, reading);
    if (section === 'expected') expected = readExpected(value, reading);
    if (section === 'names_from') namesFrom = readNamesSources(value, reading);
  }
  return { local, hosts, services, expected, ...(namesFrom.length > 0 ? { namesFrom } : {}) };
}

function readNamesSources(section: Item, reading: Reading): NamesSource[] {
  return (section.kind === 'list' ? section.items : [section]).flatMap((item) => {
    if (item.kind === 'mapping') return readNamesSource(item, reading);
    const file = readFileName(item, reading);
    return file === undefined ? [] : [{ file, format: undefined }];
  });
}

function readNamesSource(mapping: Mapping, reading: Reading): NamesSource[] {
  let file: string | undefined;
  let hasFile = false;
  let format: NamesFormat | undefined;
  for (const { key, value } of listEntries(mapping, reading)) {
    const meant = checkKey(key, SOURCE_KEYS, reading);
    if (meant === 'file') {
      hasFile = true;
      file = readFileName(value, reading);
    }
    if (meant === 'format') {
      format = NAMES_FORMATS.find((name) => value.kind === 'text' && value.text === name);
      if (format === undefined) reportItem(value, listOf(NAMES_FORMATS), reading);
    }
  }
  if (!hasFile) report(reading, mapping.offset, 'a mapping without a file', 'file: followed by its path');
  return file === undefined ? [] : [{ file, format }];
}

function readFileName(item: Item, reading: Reading): string | undefined {
  if (item.kind === 'text' && item.text !== '' && !item.text.includes('\0')) return item.text;
  reportItem(item, 'the path of a hosts file or of DHCP leases, such as /etc/hosts', reading);
  return undefined;
}

function readHostEntries(section: Item, reading: Reading): HostEntry[] {
  const earlier: EarlierNames = new Map();
  return readEntries(section, 'names, each with its addresses: "www: 192.0.2.7"', reading).map((entry) => {
    const { key, value } = entry;
    const wrongWay = parseRange(key.text) !== undefined;
    checkName(key, wrongWay ? 'the name before the colon and the address after it' : undefined, reading);
    const { address, services } =
      value.kind === 'mapping' ? readHostMapping(key, value, reading) : { address: value, services: [] };
    const ranges = wrongWay || address === undefined ? [] : readHostRanges(address, reading);
    for (const { range, item } of ranges) {
      checkUnnamed(earlier, `${range.family} ${range.first} ${range.last}`, key.text, item, reading);
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
    const expected = 'address: followed by an address, a CIDR, a range or a list of them';
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
    const range = item.kind === 'text' ? parseExactRange(item.text) : undefined;
    if (item.kind === 'text' && range !== undefined) found.push({ range, item });
    else reportItem(item, describeExpectedRange(item.kind === 'text' ? item.text : ''), reading);
  }
  return found;
}

// A block that is written with another address than its first could mean either.
function parseExactRange(text: string): AddressRange | undefined {
  return describeHostBits(text) === undefined ? parseRange(text) : undefined;
}

function readServices(section: Item, reading: Reading): PortName[] {
  const earlier: EarlierNames = new Map();
  const services: PortName[] = [];
  for (const { key, value, isRepeated } of readEntries(
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
      if (!isRepeated) checkUnnamed(earlier, `${ports.first}-${ports.last}`, name, key, reading);
      services.push({ ...ports, name });
    }
  }
  return services;
}

// Port 0 is not used, and a leading zero is a slip.
function parseNamedPorts(text: string): PortRange | undefined {
  return /(?:^|-)0/.test(text) ? undefined : parsePortRange(text);
}

function readExpected(section: Item, reading: Reading): ExpectedPattern[] {
  return (section.kind === 'list' ? section.items : [section]).flatMap((item) => {
    if (item.kind !== 'text') {
      // It is most likely a pattern that YAML reads as something else.
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
      return `quotes around text that begins with a star: ${quote(`*${item.alias}`)}`;
    case 'list':
      return 'a pattern; text that begins with a bracket needs quotes: "[2001:db8::1]:22"';
    case 'mapping':
      return 'a pattern without a space after its colon: minnie:8889';
    case 'nothing':
      return EXPECTED_FORMS;
  }
}

function readEntries(item: Item, expected: string, reading: Reading): Entry[] {
  if (item.kind === 'mapping') return listEntries(item, reading);
  if (item.kind !== 'nothing') reportItem(item, expected, reading);
  return [];
}

// Returns the entries of a mapping whose keys are text; reports other keys, and repeated ones.
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
      report(reading, key.offset, `${quote(key.text)} again`, `it once; line ${line} already has it`);
    }
    entries.push({ key, value, isRepeated: first !== undefined });
  }
  return entries;
}

function checkName(name: Text, expected: string | undefined, reading: Reading): void {
  const fault = findNameFault(name.text);
  if (fault !== undefined) reportItem(name, expected ?? fault, reading);
}

// Reports a second name for exactly the same range or port: neither is narrower, so one would never be shown.
function checkUnnamed(
  earlierNames: EarlierNames,
  what: string,
  name: string,
  item: Text,
  reading: Reading,
): void {
  const earlier = earlierNames.get(what);
  if (earlier === undefined) earlierNames.set(what, { name, offset: item.offset });
  else if (earlier.name !== name) {
    const line = findLine(reading.lineStarts, earlier.offset);
    const expected = `one name for it; line ${line} already names it ${quote(earlier.name)}`;
    reportItem(item, expected, reading);
  }
}

// Returns the key, or the key that was most likely meant, so that what is under a mistyped key is checked
// too.
function checkKey(key: Text, allowed: readonly string[], reading: Reading): string | undefined {
  if (allowed.includes(key.text)) return key.text;
  const near = suggestKey(key.text, allowed);
  const list = listOf(allowed);
  reportItem(key, near === undefined ? list : `${list} (did you mean ${near}?)`, reading);
  return near;
}

function listOf(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function reportItem(item: Item, expected: string, reading: Reading): void {
  const hint = item.kind === 'alias' ? ' (an alias can only stand for text above it)' : '';
  report(reading, item.offset, describeFound(item), `${expected}${hint}`);
}

function report(reading: Reading, offset: number, found: string, expected: string): void {
  reading.mistakes.push({ offset, found, expected });
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
