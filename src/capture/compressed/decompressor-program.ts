// Decompresses with the system's own program, through its standard input and output.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { ByteSource } from '../byte-source.js';
import { CaptureError } from '../errors.js';
import type { Compression } from './compression.js';

/** The most that is quoted from a program's error message. */
const MAX_COMPLAINT_LENGTH = 200;

/**
 * Starts the program, which aborting `stop` ends. Returns undefined if there is no program of this name, or if it was
 * stopped before.
 * @throws CaptureError UNREADABLE
 */
export async function startDecompressor(
  program: string,
  stop: AbortSignal,
): Promise<ChildProcessWithoutNullStreams | undefined> {
  if (stop.aborted) return undefined;
  try {
    const child = spawn(program, ['-dc'], {
      // A terminal sends its signals to a whole group of processes. This one must not end before its output is read.
      detached: true,
      env: { ...process.env, LC_ALL: 'C' },
    });
    stop.addEventListener('abort', () => endAtOnce(child), { once: true });
    const started = once(child, 'spawn');
    // A later error also ends its output.
    child.on('error', () => {});
    await started;
    return child;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES') return undefined;
    throw new CaptureError('UNREADABLE', `could not start the program ${program}: ${message}`);
  }
}

/** The program has nothing to clean up. The pipes are closed even if a child of the program keeps them open. */
function endAtOnce(child: ChildProcessWithoutNullStreams): void {
  child.kill('SIGKILL');
  // The streams are missing if there were no descriptors left for them.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
}

/**
 * Returns the output of the program for the source.
 * @throws CaptureError DAMAGED_COMPRESSION, and errors of the source, after the last bytes that could be decompressed
 */
export async function* inflateWithProgram(
  child: ChildProcessWithoutNullStreams,
  source: ByteSource,
  compression: Compression['name'],
  program: string,
  stop: AbortSignal,
): AsyncGenerator<Uint8Array, undefined> {
  const end = new Promise<[code: number | null, signal: string | null]>((resolve) => {
    child.on('close', (...how) => resolve(how));
  });
  const complaint = collectComplaint(child.stderr);
  const writing = writeToProgram(source, child.stdin);
  for await (const chunk of child.stdout) yield chunk as Uint8Array;
  const [code, signal] = await end;
  if (stop.aborted) return;
  if (writing.failure !== undefined) throw writing.failure;
  const words = firstLine(complaint.text).replace(`${program}: `, '');
  if (code === 0 && words === '' && writing.isDone) return;
  const reason =
    words !== ''
      ? `says: ${words}`
      : signal !== null
        ? `was ended by ${signal}`
        : `ended with status ${code}`;
  // Only the program knows how far it has come.
  throw new CaptureError(
    'DAMAGED_COMPRESSION',
    `found a fault in the first ${source.offset} bytes of the ${compression}-compressed data; ` +
      `${program} ${reason}`,
  );
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

/** Collects the beginning of a program's error messages, and discards the rest. */
function collectComplaint(stderr: Readable): { readonly text: string } {
  const complaint = { text: '' };
  stderr.setEncoding('utf8').on('data', (text: string) => {
    if (complaint.text.length < MAX_COMPLAINT_LENGTH) complaint.text += text;
  });
  return complaint;
}

function firstLine(text: string): string {
  return text.trimStart().split('\n', 1)[0]?.trimEnd().slice(0, MAX_COMPLAINT_LENGTH) ?? '';
}
