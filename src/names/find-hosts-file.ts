// Finds the hosts file to use and reads it into Names. It does not know the command line: what the user asked
// for is in its options.

import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../files/package-root.js';
import { parseHosts } from './hosts-file.js';
import { createFileError } from './mistakes.js';
import { Names } from './names.js';

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
}

interface Candidate {
  /** As the user knows it, for messages. */
  readonly file: string;
  readonly path: string;
  /** The option or variable that names this file; undefined if it is just a place to look. */
  readonly askedBy?: string;
}

const MAX_SIZE = 10 * 1024 * 1024;
const CHUNK_SIZE = 64 * 1024;

/** The file that ships with synsum, all comments: used if the user has no hosts file. */
export const SHIPPED_HOSTS_FILE: string = fileURLToPath(packageFile('config/hosts.yaml'));

/**
 * Finds the hosts file and reads it.
 * @returns the names, and the file that they come from
 * @throws HostsFileError if the file asked for is missing, or if the first one that exists cannot be read, is
 * larger than 10 MiB, is not UTF-8, or has mistakes
 */
export async function loadNames(
  options: NamesOptions = {},
): Promise<{ readonly names: Names; readonly file: string }> {
  for (const candidate of listCandidates(options)) {
    const bytes = readCandidate(candidate);
    if (bytes === undefined) continue;
    const hosts = await parseHosts(decode(bytes, candidate.file), candidate.file);
    return { names: new Names(hosts), file: candidate.file };
  }
  throw createFileError(SHIPPED_HOSTS_FILE, 'no such file', 'the hosts file that ships with synsum');
}

function listCandidates({ hosts, env = process.env, cwd = process.cwd() }: NamesOptions): Candidate[] {
  if (hosts !== undefined) return [{ file: hosts, path: resolve(cwd, hosts), askedBy: '--hosts' }];
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

// XDG Base Directory Specification: a relative path counts as unset.
function findConfigFolder(env: Environment): string | undefined {
  const config = env.XDG_CONFIG_HOME;
  if (config && isAbsolute(config)) return config;
  const home = env.HOME || env.USERPROFILE;
  return home ? join(home, '.config') : undefined;
}

// Returns undefined if there is no such file and nobody asked for it.
function readCandidate({ file, path, askedBy }: Candidate): Buffer | undefined {
  try {
    const descriptor = openSync(path, 'r');
    try {
      return readWhole(descriptor, file);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === undefined) throw error;
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    // A folder that we may not enter may hold a file or not: that must not stop the search.
    const hidden = code === 'EACCES' && !isThere(path);
    if (askedBy === undefined && (missing || hidden)) return undefined;
    const found = missing
      ? 'no such file'
      : code === 'EACCES'
        ? 'a file without read permission'
        : `the error ${code}`;
    throw createFileError(file, found, askedBy ? `the hosts file that ${askedBy} names` : 'a hosts file');
  }
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

// Not with readFileSync, because a pipe has no size that could be checked first.
function readWhole(descriptor: number, file: string): Buffer {
  const stats = fstatSync(descriptor);
  if (stats.isDirectory()) throw createFileError(file, 'a directory', 'a hosts file');
  if (stats.size > MAX_SIZE) throw createSizeError(file, `${stats.size} bytes`);
  const chunks: Buffer[] = [];
  for (let size = 0; size <= MAX_SIZE; ) {
    const chunk = Buffer.allocUnsafe(CHUNK_SIZE);
    const length = readSync(descriptor, chunk, 0, CHUNK_SIZE, null);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, length));
    size += length;
  }
  throw createSizeError(file, `more than ${MAX_SIZE} bytes`);
}

function createSizeError(file: string, found: string): Error {
  return createFileError(file, found, `at most ${MAX_SIZE} bytes (10 MiB)`);
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
