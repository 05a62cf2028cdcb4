// Decompresses with the system's own program, through its standard input and output.

import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import type { ByteSource } from '../byte-source.js';
import { watchProgram } from '../child-program.js';
import { CaptureError } from '../errors.js';
import { filePosition } from '../file-position.js';
import type { OpenFile } from '../input.js';
import { readOutput } from '../program-output.js';
import type { Compression } from './compression.js';

/**
 * Returns the output of the program for the source, or for the file if that is the program's standard input. Each
 * piece is valid until the next is asked for.
 * @throws CaptureError DAMAGED_COMPRESSION, and errors of the source, after the last bytes that could be decompressed
 */
export async function* inflateWithProgram(
  child: ChildProcess,
  source: ByteSource,
  file: OpenFile | undefined,
  compression: Compression['name'],
  program: string,
  stop: AbortSignal,
): AsyncGenerator<Uint8Array, undefined> {
  const end = watchProgram(child, program);
  const writing = file === undefined ? writeToProgram(source, child.stdin as Writable) : undefined;
  yield* readOutput(child.stdout as Readable, file !== undefined);
  const { isSuccess, words, reason } = await end();
  if (stop.aborted) return;
  if (writing?.failure !== undefined) throw writing.failure;
  const { offset, isDone } = file === undefined ? { offset: source.offset, ...writing } : progressIn(file);
  if (isSuccess && words === '' && isDone) return;
  // Only the program knows how far it has come.
  throw new CaptureError(
    'DAMAGED_COMPRESSION',
    `found a fault in the first ${offset} bytes of the ${compression}-compressed data; ` +
      `${program} ${reason}`,
  );
}

/** How far a program has read its standard input, which has the same place in the file as this descriptor. */
function progressIn({ fd, begin }: OpenFile): { offset: number; isDone: boolean } {
  const { size } = fs.fstatSync(fd);
  const position = filePosition(fd);
  return position === undefined
    ? { offset: size, isDone: true }
    : { offset: position - begin, isDone: position >= size };
}

interface Writing {
  /** Whether everything was written to the program. */
  isDone: boolean;
  /** The error that ended the reading of the source. */
  failure?: unknown;
}

/** Writes the source to the program, as fast as the program reads it, until either ends. */
function writeToProgram(source: ByteSource, stdin: Writable): Writing {
  const writing: Writing = { isDone: false };
  // Each call of write reports the error too.
  stdin.on('error', () => {});
  const writeAll = async (): Promise<void> => {
    for (;;) {
      const piece = await source.take();
      if (piece.length === 0) break;
      const failure = await new Promise((resolve) => stdin.write(piece, resolve));
      if (failure) return;
    }
    writing.isDone = true;
  };
  writeAll()
    .catch((error: unknown) => {
      writing.failure = error;
    })
    .finally(() => stdin.end());
  return writing;
}
