// Keeps what V8 has compiled of the program, because compiling takes longer than most runs. The first run makes the cache,
// runs with other commands or options add to it, and every later run reads it. Without a cache, everything works, only a
// little slower. So nothing is printed if any of this fails.
//
// The cache lies next to the program if its folder belongs to the user, else in $XDG_CACHE_HOME/synsum or ~/.cache/synsum.
// V8 does not survive damaged or foreign code, and a forged cache can make the program do anything. So a cache is only
// used if it has the right key, if its code is there twice and both are the same, and if nobody but the user, root and
// the owner of the program could have written it. Comparing takes a tenth of the time of any digest that Node has.

import fs from 'node:fs';
import path from 'node:path';
import { cacheKey, nameFor, thisCompiler } from './cache-key.js';

/** A cache file: a line with the key and one with the uses whose code it contains, padded with spaces; V8's data, twice. */
const HEADER_LENGTH = 2048;
const MAX_USES_LENGTH = 224;
/** Files such as hosts.yaml need code too, which no command line shows. So now and then a run adds all that it compiled. */
const MAX_AGE_MILLISECONDS = 3_600_000;
/** Ten times the size of the program's cache. */
const MAX_LENGTH = 16 << 20;
/** More caches in one folder are not kept. Each release of Node and each set of its options has one. */
const MAX_CACHES = 8;
/** A temporary file that is older was left by a process that was killed. */
const MAX_WRITING_MILLISECONDS = 3_600_000;
const CACHE_NAME = /^program-v\d[^/]*\.cache$/;
const TEMPORARY_NAME = /^\.program-v\d[^/]*\.cache\.\d+\.tmp$/;

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
const GROUP_OR_OTHERS_WRITE = 0o022;
const OTHERS_WRITE = 0o002;

export interface CodeCache {
  /** V8's compiled code, if a cache was found. */
  readonly data: Buffer | undefined;
  /** Whether the cache may lack code that this use needs. */
  readonly isIncomplete: boolean;
  /** Writes the cache, if it can: only then `compiled` is called, for all that V8 has compiled by now. */
  write(compiled: () => Uint8Array): void;
}

interface Found {
  readonly uses: readonly string[];
  readonly data: Buffer;
  readonly isOld: boolean;
}

/** Finds the cache of a program, given its file, the state of that, and a word for what it is used for. Never throws. */
export function findCodeCache(file: string, state: fs.Stats, use: string): CodeCache {
  try {
    return openCodeCache(file, state, use);
  } catch {
    return { data: undefined, isIncomplete: false, write: () => {} };
  }
}

/** The state of the cache of a program, for people. */
export interface CacheState {
  /** The cache that this run could use, and its length in bytes; undefined if there is none. */
  readonly found: { readonly file: string; readonly length: number } | undefined;
  /** The folder that a run writes a cache to; undefined if there is none. */
  readonly folder: string | undefined;
}

/** Looks where `findCodeCache` looks, and writes nothing. @throws Error if the program cannot be read */
export function inspectCodeCache(file: string): CacheState {
  const { key, name, beside, own, owners } = placesOf(file, fs.statSync(file));
  const files = [own, beside]
    .filter((folder) => folder !== undefined)
    .map((folder) => path.join(folder, name));
  const used = files.find((one) => readCache(one, key, owners) !== undefined);
  const canWrite = (folder: string): boolean => {
    try {
      fs.accessSync(folder, fs.constants.W_OK);
      return true;
    } catch {
      return false;
    }
  };
  const caches = userCaches();
  const parent = caches === undefined || fs.existsSync(caches) ? caches : path.dirname(caches);
  const canMake = parent !== undefined && isUsers(parent) && canWrite(parent);
  const made = caches !== undefined && canMake ? path.join(caches, 'synsum') : undefined;
  const others = own !== undefined && canWrite(own) ? own : own === undefined ? made : undefined;
  return {
    found: used === undefined ? undefined : { file: used, length: fs.statSync(used).size },
    folder: isPrivate(beside) && canWrite(beside) ? beside : others,
  };
}

interface Places {
  readonly key: string;
  readonly name: string;
  readonly beside: string;
  readonly own: string | undefined;
  readonly owners: readonly (number | undefined)[];
}

function placesOf(file: string, state: fs.Stats): Places {
  const key = cacheKey(thisCompiler(fs.statSync(process.execPath)), state);
  return {
    key,
    name: `program-${process.version}-${process.arch}-${nameFor(key)}.cache`,
    beside: path.dirname(file),
    own: ownFolder(),
    owners: [process.geteuid?.(), 0, state.uid],
  };
}

function openCodeCache(file: string, state: fs.Stats, use: string): CodeCache {
  const { key, name, beside, own, owners } = placesOf(file, state);

  let found: Found | undefined;
  for (const folder of own === undefined ? [beside] : [own, beside]) {
    found = readCache(path.join(folder, name), key, owners) ?? found;
    if (found?.uses.includes(use) === true) break;
  }
  const uses = [...new Set([...(found?.uses ?? []), use])].join(' ').slice(0, MAX_USES_LENGTH).trimEnd();
  const header = Buffer.from(`${key}\n${uses}\n`.padEnd(HEADER_LENGTH));
  return {
    data: found?.data,
    isIncomplete: found === undefined || found.isOld || uses !== found.uses.join(' '),
    write(compiled) {
      // Options of Node may be that long.
      if (header.length > HEADER_LENGTH) return;
      const bytes = (): Uint8Array => {
        const data = compiled();
        return Buffer.concat([header, data, data]);
      };
      if (isPrivate(beside) && writeCache(beside, name, bytes)) return;
      const folder = own ?? makeOwnFolder();
      if (folder !== undefined && isPrivate(folder)) writeCache(folder, name, bytes);
    },
  };
}

/** Returns a cache that is whole, was made under this key, and that only these users could have written. */
function readCache(file: string, key: string, owners: readonly (number | undefined)[]): Found | undefined {
  let fd: number | undefined;
  try {
    fd = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stats = fs.fstatSync(fd);
    const isSafe = stats.isFile() && (stats.mode & GROUP_OR_OTHERS_WRITE) === 0 && owners.includes(stats.uid);
    if (!isSafe || stats.size <= HEADER_LENGTH || stats.size > MAX_LENGTH) return undefined;
    const bytes = Buffer.allocUnsafeSlow(stats.size);
    if (fs.readSync(fd, bytes, 0, bytes.length, 0) !== bytes.length) return undefined;
    const [itsKey, uses = ''] = bytes.toString('utf8', 0, HEADER_LENGTH).split('\n');
    const middle = HEADER_LENGTH + (bytes.length - HEADER_LENGTH) / 2;
    const data = bytes.subarray(HEADER_LENGTH, middle);
    if (itsKey !== key || !data.equals(bytes.subarray(middle))) return undefined;
    return {
      uses: uses.split(' '),
      data,
      isOld: Date.now() - stats.mtimeMs > MAX_AGE_MILLISECONDS,
    };
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

/** Writes another file, which then takes the name of the cache, so that nobody ever reads a part. False if it cannot. */
function writeCache(folder: string, name: string, bytes: () => Uint8Array): boolean {
  const temporary = path.join(folder, `.${name}.${process.pid}.tmp`);
  let fd: number | undefined;
  try {
    fd = fs.openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
    fs.writeFileSync(fd, bytes());
    fs.renameSync(temporary, path.join(folder, name));
    removeOldCaches(folder);
    return true;
  } catch {
    if (fd !== undefined) fs.rmSync(temporary, { force: true });
    return false;
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

function removeOldCaches(folder: string): void {
  const names = fs.readdirSync(folder);
  const ages = new Map(names.map((name) => [name, Date.now() - timeOf(path.join(folder, name))]));
  const ageOf = (name: string): number => ages.get(name) ?? 0;
  const surplus = names
    .filter((name) => CACHE_NAME.test(name))
    .sort((a, b) => ageOf(a) - ageOf(b))
    .slice(MAX_CACHES);
  const left = names.filter((name) => TEMPORARY_NAME.test(name) && ageOf(name) > MAX_WRITING_MILLISECONDS);
  for (const name of [...surplus, ...left]) fs.rmSync(path.join(folder, name), { force: true });
}

function timeOf(file: string): number {
  return fs.lstatSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/**
 * Whether a folder, which must not be a link, belongs to the user, and nobody else may write to it. Another user's home, which
 * `sudo` may keep, cannot be looked into.
 */
function isPrivate(folder: string): boolean {
  try {
    const stats = fs.lstatSync(folder, { throwIfNoEntry: false });
    return (
      stats?.isDirectory() === true &&
      stats.uid === process.geteuid?.() &&
      (stats.mode & GROUP_OR_OTHERS_WRITE) === 0
    );
  } catch {
    return false;
  }
}

/** The user's folder for caches of all programs, if one is known. */
function userCaches(): string | undefined {
  const { XDG_CACHE_HOME: caches = '', HOME: home = '' } = process.env;
  if (path.isAbsolute(caches)) return caches;
  return path.isAbsolute(home) ? path.join(home, '.cache') : undefined;
}

/** The user's folder for caches of this program, if it is there. */
function ownFolder(): string | undefined {
  const caches = userCaches();
  if (caches === undefined) return undefined;
  const folder = path.join(caches, 'synsum');
  return isPrivate(folder) ? folder : undefined;
}

/** Makes the user's folder, unless what it would lie in is not the user's: `sudo` may keep another user's $HOME. */
function makeOwnFolder(): string | undefined {
  const caches = userCaches();
  if (caches === undefined) return undefined;
  if (!fs.existsSync(caches) && isUsers(path.dirname(caches))) fs.mkdirSync(caches, { mode: 0o700 });
  if (!isUsers(caches)) return undefined;
  const folder = path.join(caches, 'synsum');
  fs.mkdirSync(folder, { mode: 0o700 });
  return folder;
}

function isUsers(folder: string): boolean {
  try {
    const stats = fs.statSync(folder, { throwIfNoEntry: false });
    return stats?.uid === process.geteuid?.() && ((stats?.mode ?? OTHERS_WRITE) & OTHERS_WRITE) === 0;
  } catch {
    return false;
  }
}
