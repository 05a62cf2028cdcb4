// Has the system's own program decompress: it reads what we write to it, and we read what it writes.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { ByteSource } from '../byte-source.js';
import { CaptureError } from '../errors.js';
import type { Compression } from './compression.js';

/** Of what a program says of a fault, one line of this length is enough. */
const MAX_COMPLAINT_LENGTH = 200;

/**
 * Starts the program, to be ended by aborting `stop`; undefined if there is none of this name, or if it was
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
      // A terminal sends its signals to a whole group of processes; this one is to go on when we end our reading.
      detached: true,
      env: { ...process.env, LC_ALL: 'C' },
    });
    stop.addEventListener('abort', () => endAtOnce(child), { once: true });
    const started = once(child, 'spawn');
    // What comes later shows in the end of its output, too.
    child.on('error', () => {});
    await started;
    return child;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES') return undefined;
    throw new CaptureError('UNREADABLE', `could not start the program ${program}: ${message}`);
  }
}

/** It has nothing to tidy up. The pipes are let go of even where a child of its own holds on to them. */
function endAtOnce(child: ChildProcessWithoutNullStreams): void {
  child.kill('SIGKILL');
  // Without a descriptor to spare there are none.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
}

/**
 * What the program makes of the source.
 * @throws CaptureError DAMAGED_COMPRESSION, and what the source throws, behind the last bytes that could be had
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
  const feeding = feedProgram(source, child.stdin);
  for await (const chunk of child.stdout) yield chunk as Uint8Array;
  const [code, signal] = await end;
  if (stop.aborted) return;
  if (feeding.failure !== undefined) throw feeding.failure;
  const words = firstLine(complaint.text).replace(`${program}: `, '');
  if (code === 0 && words === '' && feeding.isDone) return;
  const reason =
    words !== ''
      ? `says: ${words}`
      : signal !== null
        ? `was ended by ${signal}`
        : `ended with status ${code}`;
  // How far it has got only the program knows.
  throw new CaptureError(
    'DAMAGED_COMPRESSION',
    `found a fault in the ${compression}-compressed data, in the first ${source.offset} bytes, expected none; ` +
      `${program} ${reason}`,
  );
}

interface Feeding {
  /** True once all was written to the program. */
  isDone: boolean;
  /** Why the source could not be read to its end. */
  failure?: unknown;
}

/** Writes all of the source to the program, as fast as it takes it, until it takes no more. */
function feedProgram(source: ByteSource, stdin: Writable): Feeding {
  const feeding: Feeding = { isDone: false };
  // That it takes no more is told to each writing, too.
  stdin.on('error', () => {});
  const feed = async (): Promise<void> => {
    for (;;) {
      const piece = await source.take();
      if (piece.length === 0) break;
      const failure = await new Promise((resolve) => stdin.write(piece, resolve));
      if (failure) return;
    }
    feeding.isDone = true;
  };
  feed()
    .catch((error: unknown) => {
      feeding.failure = error;
    })
    .finally(() => stdin.end());
  return feeding;
}

/** Collects the beginning of what a program says, and lets it say the rest to nobody. */
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
