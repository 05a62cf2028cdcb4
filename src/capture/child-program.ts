// Programs of the system that decompress or convert captures: started, ended, and their complaints collected.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { CaptureError } from './errors.js';

/** The most that is quoted from a program's error message. */
const MAX_COMPLAINT_LENGTH = 200;

/**
 * Starts the program, which aborting `stop` ends. Its standard input is a pipe, or the file with the descriptor `stdin`.
 * Returns undefined if there is no program of this name, or if it was stopped before.
 * @throws CaptureError UNREADABLE
 */
export async function startProgram(
  program: string,
  args: readonly string[],
  stop: AbortSignal,
  stdin: 'pipe' | number = 'pipe',
): Promise<ChildProcess | undefined> {
  if (stop.aborted) return undefined;
  try {
    const child = spawn(program, args, {
      // A terminal sends its signals to a whole group of processes. This one must not end before its output is read.
      detached: true,
      env: { ...process.env, LC_ALL: 'C' },
      stdio: [stdin, 'pipe', 'pipe'],
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
function endAtOnce(child: ChildProcess): void {
  child.kill('SIGKILL');
  // The streams are missing if there were no descriptors left for them.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
}

export interface ProgramEnd {
  readonly isSuccess: boolean;
  /** The first line of its error messages, without its name; empty if it wrote none. */
  readonly words: string;
  /** Why it failed, as in `ended with status 1`. */
  readonly reason: string;
}

/** Collects what a program that has just been started says, and returns a function that waits for its end. */
export function watchProgram(child: ChildProcess, program: string): () => Promise<ProgramEnd> {
  const end = new Promise<[code: number | null, signal: string | null]>((resolve) => {
    child.on('close', (...how) => resolve(how));
  });
  const complaint = collectComplaint(child.stderr as Readable);
  return async () => {
    const [code, signal] = await end;
    const words = firstLine(complaint.text).replace(`${program}: `, '');
    const how = signal !== null ? `was ended by ${signal}` : `ended with status ${code}`;
    return { isSuccess: code === 0, words, reason: words !== '' ? `says: ${words}` : how };
  };
}

/** Collects the beginning of a program's error messages, and discards the rest. */
function collectComplaint(stderr: Readable): { readonly text: string } {
  const complaint = { text: '' };
  stderr.setEncoding('utf8').on('data', (text: string) => {
    if (complaint.text.length < MAX_COMPLAINT_LENGTH) complaint.text += text;
  });
  return complaint;
}

/** The warning that tshark writes first for root is not about the capture. */
function firstLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  const line = lines.find((each) => each !== '' && !each.startsWith('Running as user ')) ?? '';
  return line.slice(0, MAX_COMPLAINT_LENGTH);
}
