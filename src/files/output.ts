// Where results and messages go: a file descriptor, written to synchronously. A reader that has gone away (`| head`)
// is not an error: nobody wants the rest.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import { devNull } from 'node:os';

export interface Output {
  readonly isTerminal: boolean;
  /** False once nobody reads any more. @throws the system's error if it cannot be written, as on a full disk */
  write(text: string): boolean;
  close(): void;
}

export function openDescriptor(fd: number): Output {
  let isOpen = true;
  return {
    isTerminal: isTerminal(fd),
    write(text) {
      isOpen &&= writeAll(fd, Buffer.from(text));
      return isOpen;
    },
    close() {
      if (fd > 2) fs.closeSync(fd);
    },
  };
}

/**
 * Whether a terminal is at the other end. The module that knows is slow to load, so files, pipes and the null device
 * are ruled out first.
 */
export function isTerminal(fd: number): boolean {
  try {
    const stats = fs.fstatSync(fd);
    if (!stats.isCharacterDevice() || stats.rdev === fs.statSync(devNull).rdev) return false;
    // Node 20.0 to 20.15 and 22.0 to 22.2 have no process.getBuiltinModule.
    return (createRequire(import.meta.url)('node:tty') as typeof import('node:tty')).isatty(fd);
  } catch {
    // The descriptor is closed.
    return false;
  }
}

/** Opens a file for a result, and empties it, before the work begins. `-` is standard output. */
export function openOutput(path: string): Output {
  return openDescriptor(path === '-' ? 1 : fs.openSync(path, 'w'));
}

/** How long to wait for a slow reader when a pipe does not block. */
const RETRY_MILLISECONDS = 5;

function writeAll(fd: number, bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += fs.writeSync(fd, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return false;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MILLISECONDS);
    }
  }
  return true;
}
