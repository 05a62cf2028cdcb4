// Reads the files that names_from in hosts.yaml lists, and decides which of their names to use. The files belong to
// other programs, which may be writing them, and machines choose the names in their leases: so nothing in them stops
// synsum, and no machine can take the name of another.

import { isAbsolute, resolve } from 'node:path';
import { quote, visible } from '../../text/escape.js';
import type { HostEntry, Hosts } from '../hosts.js';
import { HostsFileError } from '../mistakes.js';
import { readFile, readRegularFile } from '../read-file.js';
import { NameCollector } from './collector.js';
import { combineNames, type FileNames } from './combine.js';
import { FORMAT_LABELS, PARSERS, recogniseFormat } from './formats.js';
import type { NamesSource } from './names-source.js';

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

/** Text takes twice its size in memory, and a pipe might have no end. */
const MAX_SIZE = 32 * 1024 * 1024;
/** Enough for the leases of a /15 network. They take about 100 MB of memory. */
const MAX_ADDRESSES = 200_000;

/**
 * Reads the files; relative names start from `folder`. A file that is missing or cannot be read is reported, and the
 * others are used. With `mayWait`, they may be pipes.
 */
export function readNamesFrom(
  sources: readonly NamesSource[],
  hosts: Hosts,
  folder: string,
  { mayWait = false }: { readonly mayWait?: boolean } = {},
): NamesFromFiles {
  const warnings: string[] = [];
  const notes: string[] = [];
  const read: FileNames[] = [];
  let left = MAX_ADDRESSES;
  for (const source of sources) {
    try {
      const one = readSource(source, folder, mayWait ? readFile : readRegularFile, left, warnings, notes);
      if (one === undefined) continue;
      left -= one.names.size;
      read.push(one);
    } catch (error) {
      if (!(error instanceof HostsFileError)) throw error;
      warnings.push(error.message);
    }
  }
  const written = hosts.hosts.map(({ name }) => name);
  return { hosts: combineNames(read, written, notes), warnings, notes };
}

// Returns undefined for a file without a name.
function readSource(
  { file, format }: NamesSource,
  folder: string,
  read: typeof readFile,
  limit: number,
  warnings: string[],
  notes: string[],
): FileNames | undefined {
  const path = isAbsolute(file) ? file : resolve(folder, file);
  const text = readText(path, file, read);
  const known = format ?? recogniseFormat(text);
  if (known === 'nothing') return undefined;
  if (known === undefined) {
    const [line = ''] = text.slice(0, 1000).trimStart().split('\n', 1);
    const expected = 'a hosts file, or leases of dnsmasq, ISC dhcpd or Kea';
    warnings.push(`${visible(file)}: found ${quote(line)}, expected ${expected}`);
    return undefined;
  }
  const collector = new NameCollector(limit);
  const readPart = (part: string, contents: string): void => {
    const { mistakes, badNames } = collector.read(part, contents, PARSERS[known]);
    warnings.push(...mistakes);
    // Nobody here can mend the names that machines choose.
    (known === 'hosts' ? warnings : notes).push(...badNames);
  };
  if (known === 'kea') for (const part of listKeaParts(path, file, read)) readPart(part.file, part.text);
  readPart(file, text);
  if (collector.isFull) {
    warnings.push(
      `${visible(file)}: names_from names more than ${MAX_ADDRESSES} addresses; the others are not used`,
    );
  }
  const names = collector.names();
  notes.push(`names from ${visible(file)} (${FORMAT_LABELS[known]}): ${names.size}`);
  return { file, isChosenByMachines: known !== 'hosts', names };
}

function readText(path: string, file: string, read: typeof readFile): string {
  const text = read(path, file, 'the file that names_from lists', MAX_SIZE).toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

// Kea moves its file aside to clean it up, and appends to a new one (src/lib/dhcpsrv/memfile_lease_mgr.cc). Returns the
// files that it would load before this one, if it started now.
function listKeaParts(
  path: string,
  file: string,
  readPart: typeof readFile,
): { file: string; text: string }[] {
  const read = (suffix: string): { file: string; text: string }[] => {
    try {
      return [{ file: `${file}${suffix}`, text: readText(`${path}${suffix}`, `${file}${suffix}`, readPart) }];
    } catch (error) {
      if (error instanceof HostsFileError) return [];
      throw error;
    }
  };
  const completed = read('.completed');
  return completed.length > 0 ? completed : [...read('.2'), ...read('.1')];
}
