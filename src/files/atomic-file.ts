// Replaces a file so that it holds either the old or the new contents, even if the program is killed or the power
// fails. Knows nothing about the contents.

import fs from 'node:fs';
import path from 'node:path';
import { openDescriptor, openOutput } from './output.js';

/** Must be committed or abandoned in the end. */
export interface AtomicFile {
  /** False once nobody reads any more. @throws the system's error if it cannot be written, as on a full disk */
  write(text: string): boolean;
  /** Replaces the file with what was written. @throws the system's error if it cannot */
  commit(): void;
  /** Leaves the file as it was, and no other file. Does nothing after a commit. */
  abandon(): void;
}

/** Paths of files that the process has open: replacing them would be no use. */
const OPEN_FILES = /^\/(?:proc|dev\/(?:fd|stdin|stdout|stderr))(?:\/|$)/;
/** Names that no file can have: the system reports why. */
const NO_FILE = /(?:^|\/)$/;
/** Errors by which systems say that they cannot sync a folder, or not for us. */
const NO_FOLDER_SYNC: readonly (string | undefined)[] = ['EINVAL', 'ENOTSUP', 'EPERM', 'EISDIR', 'EACCES'];

/**
 * Opens a file for a result, before the work begins. Anything but a regular file, such as a pipe, cannot be replaced
 * and is written to directly; `-` is standard output. A process may have a file open only once at a time.
 *
 * @throws the system's error if it cannot be written
 */
export function openAtomic(name: string): AtomicFile {
  const replaced = fs.statSync(name, { throwIfNoEntry: false });
  const isOpen = name === '-' || OPEN_FILES.test(path.resolve(name));
  if (isOpen || NO_FILE.test(name) || replaced?.isFile() === false) return openDirectly(name);
  const target = followLinks(name);
  // A user who may not write to the file may not replace it either, even if its folder would allow it.
  if (replaced !== undefined) fs.accessSync(target, fs.constants.W_OK);
  removeLeftOvers(target);
  return openReplacement(target, replaced);
}

function openDirectly(name: string): AtomicFile {
  const output = openOutput(name);
  let isOpen = true;
  const close = (): void => {
    if (isOpen) output.close();
    isOpen = false;
  };
  return { write: (text) => output.write(text), commit: close, abandon: close };
}

/** Writes to another file in the same folder, which then takes its place. */
function openReplacement(target: string, replaced: fs.Stats | undefined): AtomicFile {
  const temporary = temporaryName(target, process.pid);
  const fd = fs.openSync(temporary, 'wx', replaced === undefined ? 0o666 : replaced.mode & 0o777);
  const output = openDescriptor(fd, target);
  let isThere = true;
  const file: AtomicFile = {
    write: (text) => output.write(text),
    commit() {
      fs.fsyncSync(fd);
      fs.renameSync(temporary, target);
      isThere = false;
      output.close();
      syncFolder(path.dirname(target));
    },
    abandon() {
      if (!isThere) return;
      isThere = false;
      output.close();
      fs.rmSync(temporary, { force: true });
    },
  };
  try {
    if (replaced !== undefined) keepOwner(fd, replaced);
    return file;
  } catch (error) {
    file.abandon();
    throw error;
  }
}

/** Sets the owner and permissions of the new file to those of the old one, as far as the system allows. */
function keepOwner(fd: number, { uid, gid, mode }: fs.Stats): void {
  try {
    fs.fchownSync(fd, uid, gid);
  } catch (error) {
    // Only root may give files away.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
  fs.fchmodSync(fd, mode & 0o7777);
}

/** The file that a path leads to through symbolic links, whether or not it exists yet. */
function followLinks(name: string): string {
  try {
    return fs.realpathSync(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const target = path.join(fs.realpathSync(path.dirname(name)), path.basename(name));
  const isLink = fs.lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink ? followLinks(path.resolve(path.dirname(target), fs.readlinkSync(target))) : target;
}

function temporaryName(target: string, pid: number | string): string {
  return path.join(path.dirname(target), `.${path.basename(target)}.${pid}.tmp`);
}

/** Removes the temporary files of processes that were killed while they wrote this file. */
function removeLeftOvers(target: string): void {
  for (const name of namesIn(path.dirname(target))) {
    const [, pid] = /\.(\d+)\.tmp$/.exec(name) ?? [];
    if (pid === undefined || name !== path.basename(temporaryName(target, pid)) || isAlive(Number(pid)))
      continue;
    try {
      fs.rmSync(path.join(path.dirname(target), name), { force: true });
    } catch {
      // It belongs to somebody else, who may remove it.
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    // The folder may be written to, but not listed. If it does not exist, opening the file reports that.
    return [];
  }
}

/** Whether another process has this number. In containers, a process that was killed often had the same as ours. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Makes sure that the new name survives a power failure. */
function syncFolder(folder: string): void {
  let fd: number | undefined;
  try {
    fd = fs.openSync(folder, 'r');
    fs.fsyncSync(fd);
  } catch (error) {
    if (!NO_FOLDER_SYNC.includes((error as NodeJS.ErrnoException).code)) throw error;
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}
