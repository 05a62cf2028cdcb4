// The first code of the single executable. It writes the files of the program into the user's cache, once, and starts them
// there: threads, and V8's compiled code, need files.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { getRawAsset } from 'node:sea';

/** The build fills these in. */
declare const FILES: readonly string[];
declare const DIGEST: string;

const GROUP_OR_OTHERS_WRITE = 0o022;
/** Other versions that were written longer ago are removed. */
const MAX_DAYS = 30;

const program = path.join(findProgram(), 'dist/bin/synsum.cjs');
createRequire(program)(program);

/** The folder with the files; they are written if they are not there. */
function findProgram(): string {
  try {
    const caches = cacheHome();
    // A home that is not there is not made: accounts without one may name such a folder.
    if (!fs.existsSync(path.dirname(caches))) throw new Error('no home');
    const cache = path.join(caches, 'synsum');
    fs.mkdirSync(cache, { recursive: true, mode: 0o700 });
    const folder = path.join(cache, `program-${DIGEST}`);
    if (isOurs(cache)) {
      if (!isOurs(folder)) write(cache, folder);
      if (isOurs(folder)) return folder;
    }
  } catch {
    // There is no home, or it cannot be written to.
  }
  return writeForOneRun();
}

function cacheHome(): string {
  const { XDG_CACHE_HOME = '' } = process.env;
  if (path.isAbsolute(XDG_CACHE_HOME)) return XDG_CACHE_HOME;
  const home = os.homedir();
  if (!path.isAbsolute(home) || home === '/') throw new Error('no home');
  return path.join(home, '.cache');
}

/** Whether nobody but the user can have changed a folder. Files that others wrote would run with the user's rights. */
function isOurs(folder: string): boolean {
  const state = fs.lstatSync(folder, { throwIfNoEntry: false });
  if (state?.isDirectory() !== true) return false;
  return (
    process.platform === 'win32' ||
    (state.uid === process.getuid?.() && (state.mode & GROUP_OR_OTHERS_WRITE) === 0)
  );
}

/** Another run may write the same folder now: the one that is first keeps it. */
function write(cache: string, folder: string): void {
  const temporary = fs.mkdtempSync(path.join(cache, 'writing-'));
  try {
    writeFiles(temporary);
    fs.renameSync(temporary, folder);
  } catch {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
  const oldest = Date.now() - MAX_DAYS * 86_400_000;
  for (const name of fs.readdirSync(cache)) {
    const other = path.join(cache, name);
    const isVersion = /^(program-[0-9a-f]{32}|writing-\w{6})$/.test(name) && other !== folder;
    if (isVersion && fs.lstatSync(other).mtimeMs < oldest) fs.rmSync(other, { recursive: true, force: true });
  }
}

function writeForOneRun(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'synsum-program-'));
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  writeFiles(folder);
  return folder;
}

function writeFiles(folder: string): void {
  for (const file of FILES) {
    const target = path.join(folder, file);
    fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
    fs.writeFileSync(target, new Uint8Array(getRawAsset(file) as ArrayBuffer), { mode: 0o600 });
  }
}
