// Where results and messages go: a file descriptor, written to synchronously. A reader that has gone away (`| head`)
// is not an error: nobody wants the rest.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import { devNull } from 'node:os';

export const STDOUT_NAME = 'standard output';

export interface Output {
  readonly isTerminal: boolean;
  /** Returns the width of the terminal, if it is one and knows its width. */
  columns?(): number | undefined;
  /** False once nobody reads any more. @throws OutputError if it cannot be written, as on a full disk */
  write(text: string): boolean;
  /** @throws OutputError, because some file systems report only now that there was no space */
  close(): void;
}

/** An output could not be written. The message is the system's. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
  /** The system's code, for example `ENOSPC`. */
  readonly code: string | undefined;

  /** `output` is a file, an option with a file, or the name of a standard stream. */
  constructor(
    cause: unknown,
    readonly output: string,
  ) {
    super((cause as Error).message);
    this.code = (cause as NodeJS.ErrnoException).code;
  }
}

/** `name` names the output in errors. */
export function openDescriptor(fd: number, name: string): Output {
  let isOpen = true;
  return {
    isTerminal: isTerminal(fd),
    columns: () => columnsOf(fd),
    write(text) {
      try {
        isOpen &&= writeAll(fd, Buffer.from(text));
        return isOpen;
      } catch (error) {
        throw new OutputError(error, name);
      }
    },
    close() {
      try {
        if (fd > 2) fs.closeSync(fd);
      } catch (error) {
        throw new OutputError(error, name);
      }
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

/** A terminal reports 0 if it does not know. */
function columnsOf(fd: number): number | undefined {
  const stream = fd === 2 ? process.stderr : process.stdout;
  return stream.columns > 0 ? stream.columns : undefined;
}

/** Opens a file for a result, and empties it, before the work begins. `-` is standard output. */
export function openOutput(path: string): Output {
  return path === '-' ? openDescriptor(1, STDOUT_NAME) : openDescriptor(fs.openSync(path, 'w'), path);
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

/** Whether a file descriptor is a pipe. */
export function isPipe(fd: number): boolean {
  try {
    return fs.fstatSync(fd).isFIFO();
  } catch {
    return false;
  }
}
