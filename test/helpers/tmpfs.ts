// File systems in memory that are full when a test wants it. Only root can mount them.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

function canMountTmpfs(): boolean {
  if (process.getuid?.() !== 0) return false;
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'synsum-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    fs.rmdirSync(folder);
  }
}

export const CAN_MOUNT: boolean = canMountTmpfs();

/** Mounts a file system of this size while a function runs. */
export async function withTmpfs(size: string, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'synsum-tmpfs-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  try {
    await use(folder);
  } finally {
    execFileSync('umount', ['-l', folder]);
    fs.rmdirSync(folder);
  }
}

/** Changes the size, or makes it read-only with `,ro`. */
export function resize(folder: string, size: string): void {
  for (let attempt = 0; ; attempt++) {
    try {
      execFileSync('mount', ['-o', `remount,size=${size}`, folder], { stdio: 'pipe' });
      return;
    } catch (error) {
      // The kernel closes the files of a process that has ended a moment later.
      if (attempt === 50) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}

/** Writes a file that takes all the room that is left. Returns its name. */
export function fill(folder: string): string {
  const file = path.join(folder, 'fill');
  const fd = fs.openSync(file, 'w');
  try {
    for (;;) fs.writeSync(fd, new Uint8Array(4096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    fs.closeSync(fd);
  }
  return file;
}
