// Reads the files that names_from in hosts.yaml lists, and decides which of their names to use. The files belong to
// other programs, which may be writing them, and machines choose the names in their leases: so nothing in them stops
// synsum, and no machine can take the name of another.

import { isAbsolute, resolve } from 'node:path';
import { type Address, type AddressRange, blockOf, formatAddress } from '../../ip/address.js';
import { quote, visible } from '../../text/escape.js';
import type { HostEntry, Hosts } from '../hosts.js';
import { describeBriefly, HostsFileError, type OffsetMistake } from '../mistakes.js';
import { findNameFault } from '../name-rule.js';
import { readFile } from '../read-file.js';
import { FORMAT_LABELS, PARSERS, recogniseFormat } from './formats.js';
import type { GivenName, ParsedNames } from './given-name.js';
import type { NamesFormat, NamesSource } from './names-source.js';

/** Where such files usually are. Not in /tmp, where OpenWrt has them, because elsewhere anybody may write there. */
export const USUAL_PLACES = [
  '/etc/hosts',
  '/var/lib/misc/dnsmasq.leases',
  '/var/lib/dhcp/dhcpd.leases',
  '/var/lib/dhcp/dhcpd6.leases',
  '/var/lib/kea/kea-leases4.csv',
  '/var/lib/kea/kea-leases6.csv',
] as const;

/** The names that files give, and what to say about them. */
export interface NamesFromFiles {
  readonly hosts: readonly HostEntry[];
  /** Problems, one per line. They are safe to print, as are the notes. */
  readonly warnings: readonly string[];
  /** Where names come from and which files disagree, one per line. */
  readonly notes: readonly string[];
}

interface SourceNames {
  readonly file: string;
  readonly format: NamesFormat;
  readonly names: ReadonlyMap<string, GivenName & { readonly name: string }>;
}

const MAX_SIZE = 64 * 1024 * 1024;
/** Enough for the leases of a /15 network. They take about 100 MB of memory. */
const MAX_ADDRESSES = 200_000;
/** Lines about one file, or of one kind. */
const MAX_LINES = 3;

/** `localhost`, broadcasts and multicast groups have names in /etc/hosts, and 0.0.0.0 those of unwanted web sites. */
const NOT_MACHINES: readonly AddressRange[] = [
  blockOf(4, 0n, 8), // 0.0.0.0/8
  blockOf(4, 0x7f00_0000n, 8), // 127.0.0.0/8
  blockOf(4, 0xe000_0000n, 3), // multicast, reserved and 255.255.255.255
  blockOf(6, 0n, 127), // :: and ::1
  blockOf(6, 0xfe00n << 112n, 128), // fe00::, Debian's ip6-localnet
  blockOf(6, 0xff00n << 112n, 8), // multicast
];

/**
 * Reads the files; relative names start from `folder`. A file that is missing or cannot be read is reported, and the
 * others are used.
 */
export function readNamesFrom(sources: readonly NamesSource[], hosts: Hosts, folder: string): NamesFromFiles {
  const warnings: string[] = [];
  const notes: string[] = [];
  const read: SourceNames[] = [];
  let left = MAX_ADDRESSES;
  for (const source of sources) {
    try {
      const one = readSource(source, folder, left, warnings, notes);
      if (one === undefined) continue;
      left -= one.names.size;
      read.push(one);
    } catch (error) {
      if (!(error instanceof HostsFileError)) throw error;
      warnings.push(error.message);
    }
  }
  return { hosts: combine(read, hosts, notes), warnings, notes };
}

// Returns undefined for a file without a name.
function readSource(
  { file, format }: NamesSource,
  folder: string,
  limit: number,
  warnings: string[],
  notes: string[],
): SourceNames | undefined {
  const path = isAbsolute(file) ? file : resolve(folder, file);
  const text = readText(path, file);
  const recognised = format ?? recogniseFormat(text);
  if (recognised === 'nothing') return undefined;
  if (recognised === undefined) {
    warnings.push(
      `${visible(file)}: found ${quote(text.trimStart().split('\n', 1)[0] ?? '')}, expected a hosts file, or leases of dnsmasq, ISC dhcpd or Kea`,
    );
    return undefined;
  }
  const entries: GivenName[] = [];
  // Kea moves its file aside to clean it up, and appends to a new one: src/lib/dhcpsrv/memfile_lease_mgr.cc.
  for (const part of recognised === 'kea' ? listKeaParts(path, file) : []) {
    entries.push(...parse(part.text, part.file, recognised, warnings).names);
  }
  entries.push(...parse(text, file, recognised, warnings).names);
  const faults: OffsetMistake[] = [];
  const names = lastOfEach(entries, faults, limit);
  const list = recognised === 'hosts' ? warnings : notes;
  list.push(...describeBriefly(file, text, faults, MAX_LINES));
  if (names.size >= limit) {
    warnings.push(
      `${visible(file)}: names_from names more than ${MAX_ADDRESSES} addresses; the others are not used`,
    );
  }
  notes.push(`names from ${visible(file)} (${FORMAT_LABELS[recognised]}): ${names.size}`);
  return { file, format: recognised, names };
}

function parse(text: string, file: string, format: NamesFormat, warnings: string[]): ParsedNames {
  const parsed = PARSERS[format](text);
  warnings.push(...describeBriefly(file, text, parsed.mistakes, MAX_LINES));
  return parsed;
}

function readText(path: string, file: string): string {
  const text = readFile(path, file, 'a file of names, for names_from', MAX_SIZE).toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

// Returns the files that Kea would load before this one, if it started now.
function listKeaParts(path: string, file: string): { file: string; text: string }[] {
  const read = (suffix: string): { file: string; text: string }[] => {
    try {
      return [{ file: `${file}${suffix}`, text: readText(`${path}${suffix}`, `${file}${suffix}`) }];
    } catch (error) {
      if (error instanceof HostsFileError) return [];
      throw error;
    }
  };
  const completed = read('.completed');
  return completed.length > 0 ? completed : [...read('.2'), ...read('.1')];
}

// A later lease of an address replaces an earlier one. When a lease ends, dhcpd drops the name from it, but captures
// are from before that: the name stays until another machine gets the address.
function lastOfEach(
  entries: readonly GivenName[],
  faults: OffsetMistake[],
  limit: number,
): Map<string, GivenName & { name: string }> {
  const found = new Map<string, GivenName>();
  for (const entry of entries) {
    if (NOT_MACHINES.some((range) => contains(range, entry.address))) continue;
    const name = entry.name?.replace(/\.$/, '');
    const fault = name === undefined ? undefined : findNameFault(name);
    if (fault !== undefined) faults.push({ offset: entry.offset, found: quote(name ?? ''), expected: fault });
    const key = keyOf(entry.address);
    const before = found.get(key);
    const usable = fault === undefined ? name : undefined;
    const kept = before !== undefined && before.owner === entry.owner ? before.name : undefined;
    if (before === undefined && found.size >= limit) continue;
    found.set(key, { ...entry, name: usable ?? kept });
  }
  for (const [key, { name }] of found) if (name === undefined) found.delete(key);
  return found as Map<string, GivenName & { name: string }>;
}

function combine(sources: readonly SourceNames[], { hosts }: Hosts, notes: string[]): HostEntry[] {
  const written = new Set(hosts.map(({ name }) => name));
  const owners = new Map<string, Set<string>>();
  for (const { format, names } of sources) {
    for (const [key, { name, owner = key, address }] of names) {
      if (format === 'hosts') written.add(name);
      else {
        const id = `${address.family} ${name}`;
        owners.set(id, (owners.get(id) ?? new Set()).add(owner));
      }
    }
  }
  const isShared = (name: string): boolean =>
    written.has(name) || [4, 6].some((family) => (owners.get(`${family} ${name}`)?.size ?? 0) > 1);

  const taken = new Map<string, { readonly name: string; readonly file: string }>();
  const ranges = new Map<string, AddressRange[]>();
  const disputes: string[] = [];
  const shared = new Set<string>();
  for (const { file, format, names } of sources) {
    for (const [key, { name, address }] of names) {
      const earlier = taken.get(key);
      if (earlier !== undefined) {
        if (earlier.name !== name) {
          disputes.push(
            `${formatAddress(address)} is ${quote(earlier.name)} in ${visible(earlier.file)} and ${quote(name)} in ${visible(file)}; the first is used`,
          );
        }
        continue;
      }
      taken.set(key, { name, file });
      const isUnclear = format !== 'hosts' && isShared(name);
      if (isUnclear) shared.add(name);
      const label = isUnclear ? `${name} (${formatAddress(address)})` : name;
      const range = { family: address.family, first: address.value, last: address.value };
      const list = ranges.get(label);
      if (list === undefined) ranges.set(label, [range]);
      else list.push(range);
    }
  }
  notes.push(...limitLines(disputes, 'address has', 'addresses have'));
  for (const name of [...shared].slice(0, MAX_LINES)) {
    notes.push(
      `several machines call themselves ${quote(name)}: their leases are shown with their addresses`,
    );
  }
  return Array.from(ranges, ([name, list]) => ({ name, ranges: list, services: [] }));
}

function limitLines(lines: readonly string[], one: string, many: string): string[] {
  const more = lines.length - MAX_LINES;
  if (more <= 0) return [...lines];
  return [
    ...lines.slice(0, MAX_LINES),
    `${more} more ${more === 1 ? one : many} different names in these files`,
  ];
}

function keyOf({ family, value }: Address): string {
  return `${family} ${value}`;
}

function contains({ family, first, last }: AddressRange, address: Address): boolean {
  return address.family === family && address.value >= first && address.value <= last;
}
