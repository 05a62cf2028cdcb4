// Reads a whole file of limited size. Knows nothing of what is in it.

import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { createFileError } from './mistakes.js';

const CHUNK_SIZE = 64 * 1024;

/**
 * Reads a whole file. `file` is its name in messages, and `expected` describes the file that should be there.
 * @throws HostsFileError if it is missing, cannot be read, or is larger than `maxSize` bytes
 */
export function readFile(path: string, file: string, expected: string, maxSize: number): Buffer {
  try {
    const descriptor = openSync(path, 'r');
    try {
      return readWhole(descriptor, file, expected, maxSize);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw createFileError(file, describe(code), expected);
  }
}

/**
 * The same for a place where the file need not be: undefined if it is not there, or is in a folder that we may not
 * enter, so that nobody can say whether it is there.
 */
export function readFileIfThere(
  path: string,
  file: string,
  expected: string,
  maxSize: number,
): Buffer | undefined {
  try {
    statSync(path);
  } catch (error) {
    const code = codeOf(error);
    if (code !== undefined && ['ENOENT', 'ENOTDIR', 'EACCES'].includes(code)) return undefined;
  }
  return readRegularFile(path, file, expected, maxSize);
}

/** The same for a file that nobody named on the command line: a pipe or a device might keep the program waiting for ever. */
export function readRegularFile(path: string, file: string, expected: string, maxSize: number): Buffer {
  if (mayWait(path)) throw createFileError(file, 'a pipe or a device', expected);
  return readFile(path, file, expected, maxSize);
}

function mayWait(path: string): boolean {
  try {
    const stats = statSync(path);
    return !stats.isFile() && !stats.isDirectory();
  } catch {
    // Reading it says why it cannot be read.
    return false;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

function describe(code: string): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'no such file';
  return code === 'EACCES' ? 'a file without read permission' : `the error ${code}`;
}

// Not with readFileSync, because a pipe has no size that could be checked first.
function readWhole(descriptor: number, file: string, expected: string, maxSize: number): Buffer {
  const stats = fstatSync(descriptor);
  if (stats.isDirectory()) throw createFileError(file, 'a directory', expected);
  if (stats.size > maxSize) throw createSizeError(file, `${stats.size} bytes`, maxSize);
  const chunks: Buffer[] = [];
  for (let size = 0; size <= maxSize; ) {
    const chunk = Buffer.allocUnsafe(CHUNK_SIZE);
    const length = readSync(descriptor, chunk, 0, CHUNK_SIZE, null);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, length));
    size += length;
  }
  throw createSizeError(file, `more than ${maxSize} bytes`, maxSize);
}

function createSizeError(file: string, found: string, maxSize: number): Error {
  return createFileError(file, found, `at most ${maxSize} bytes (${maxSize / 1024 / 1024} MiB)`);
}
