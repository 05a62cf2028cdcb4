// Finds the hosts file to use and reads it into Names. It does not know the command line: what the user asked
// for is in its options.

import { isUtf8 } from 'node:buffer';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../files/package-root.js';
import { parseHosts } from './hosts-file.js';
import { createFileError } from './mistakes.js';
import { Names } from './names.js';
import { readFile, readFileIfThere } from './read-file.js';

/** Where `loadNames` looks for the hosts file. */
export interface NamesOptions {
  /** The file to use. Without it, the usual places are searched in the order that README.md lists. */
  readonly hosts?: string | undefined;
  /** The environment variables; by default those of the process. */
  readonly env?: Environment;
  /** The folder that relative paths start from; by default the current one. */
  readonly cwd?: string;
}

/** The environment variables that say where the hosts file is. */
export interface Environment {
  readonly SYNSUM_HOSTS?: string | undefined;
  readonly XDG_CONFIG_HOME?: string | undefined;
  readonly HOME?: string | undefined;
  readonly USERPROFILE?: string | undefined;
  /** Set on Windows only. */
  readonly APPDATA?: string | undefined;
}

/** A place of the hosts file. */
export interface Candidate {
  /** As the user knows it, for messages. */
  readonly file: string;
  readonly path: string;
  /** The option or variable that names this file; undefined if it is just a place to look. */
  readonly askedBy?: string;
}

const MAX_SIZE = 10 * 1024 * 1024;

/** The file that ships with synsum, all comments: used if the user has no hosts file. */
export const SHIPPED_HOSTS_FILE: string = fileURLToPath(packageFile('config/hosts.yaml'));

/** Names, and where they come from. */
export interface LoadedNames {
  readonly names: Names;
  /** The hosts file: as the user named it, or the path at which it was found. */
  readonly file: string;
  /**
   * Problems with the files that `names_from` in the hosts file lists, one per line. The names in the other files are
   * used. Warnings and notes are safe to print.
   */
  readonly warnings: readonly string[];
  /** How many names each of these files contributed, and which of them disagree; one per line. */
  readonly notes: readonly string[];
}

/**
 * Finds the hosts file and reads it, and the files that its `names_from` lists.
 * @throws HostsFileError if the file asked for is missing, or if the first one that exists cannot be read, is
 * larger than 10 MiB, is not UTF-8, or has mistakes
 */
export async function loadNames(options: NamesOptions = {}): Promise<LoadedNames> {
  for (const candidate of listCandidates(options)) {
    const { file, path } = candidate;
    const bytes = readCandidate(candidate);
    if (bytes === undefined) continue;
    const hosts = await parseHosts(decode(bytes, file), file);
    const sources = hosts.namesFrom ?? [];
    if (sources.length === 0) return { names: new Names(hosts), file, warnings: [], notes: [] };
    const { readNamesFrom } = await import('./from/read-names.js');
    const { hosts: given, warnings, notes } = readNamesFrom(sources, hosts, dirname(path));
    return { names: new Names({ ...hosts, given }), file, warnings, notes };
  }
  throw createFileError(SHIPPED_HOSTS_FILE, 'no such file', 'the hosts file that ships with synsum');
}

/** Lists the places of the hosts file, in the order in which they are searched. */
export function listCandidates({ hosts, env = process.env, cwd = process.cwd() }: NamesOptions): Candidate[] {
  if (hosts !== undefined) return [{ file: hosts, path: resolve(cwd, hosts), askedBy: '--names' }];
  const fromEnv = env.SYNSUM_HOSTS;
  if (fromEnv) return [{ file: fromEnv, path: resolve(cwd, fromEnv), askedBy: '$SYNSUM_HOSTS' }];
  const places = ['/etc/synsum/hosts.yaml', SHIPPED_HOSTS_FILE];
  const config = findConfigFolder(env);
  if (config !== undefined) places.unshift(join(config, 'synsum', 'hosts.yaml'));
  return [
    { file: 'hosts.yaml', path: join(cwd, 'hosts.yaml') },
    ...places.map((path) => ({ file: path, path })),
  ];
}

// XDG Base Directory Specification: a relative path counts as unset. On Windows, programs keep their settings in
// %APPDATA%.
function findConfigFolder(env: Environment): string | undefined {
  for (const config of [env.XDG_CONFIG_HOME, env.APPDATA]) {
    if (config && isAbsolute(config)) return config;
  }
  const home = env.HOME || env.USERPROFILE;
  return home ? join(home, '.config') : undefined;
}

// Returns undefined if there is no such file and nobody asked for it.
function readCandidate({ file, path, askedBy }: Candidate): Buffer | undefined {
  return askedBy === undefined
    ? readFileIfThere(path, file, 'a hosts file', MAX_SIZE)
    : readFile(path, file, `the hosts file that ${askedBy} names`, MAX_SIZE);
}

function decode(bytes: Buffer, file: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  if (['fffe', 'feff'].includes(bytes.toString('hex', 0, 2)))
    throw createFileError(file, 'UTF-16 text', 'UTF-8 text');
  const offset = findInvalidByte(bytes);
  const line = bytes.subarray(0, offset).toString('latin1').split('\n').length;
  const byte = `0x${(bytes[offset] as number).toString(16)}`;
  throw createFileError(file, `byte ${byte} at offset ${offset}, on line ${line}`, 'UTF-8 text');
}

// Decoding replaces invalid bytes with U+FFFD; a U+FFFD that the file really has is EF BF BD in the bytes.
function findInvalidByte(bytes: Buffer): number {
  const text = bytes.toString('utf8');
  let offset = 0;
  let from = 0;
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', from)) {
    offset += Buffer.byteLength(text.slice(from, at));
    if (bytes.readUIntBE(offset, Math.min(3, bytes.length - offset)) !== 0xefbfbd) break;
    offset += 3;
    from = at + 1;
  }
  return offset;
}
