// The file that a result is written to: checked and opened before the work begins.

import fs from 'node:fs';
import { STDIN_NAME } from '../capture/input.js';
import { type Output, openOutput } from '../files/output.js';
import { reasonOf } from '../files/system-error.js';
import type { Context } from './context.js';
import { describePrecious } from './precious-file.js';
import { UsageError } from './usage-error.js';

/** The file with this path, or standard output. @throws UsageError if it cannot be written, or is one of the sources */
export function openResult(path: string | undefined, sources: readonly string[], context: Context): Output {
  if (path === undefined) return context.stdout;
  refuseToOverwrite(path, sources);
  refusePrecious(path);
  try {
    return openOutput(path);
  } catch (error) {
    throw new UsageError(reasonOf(error), `-o ${path}`);
  }
}

/** Refuses to write a result over a source that it is made from. @throws UsageError */
export function refuseToOverwrite(output: string, sources: readonly string[], option = '-o'): void {
  const target = statOf(output);
  if (target === undefined || !target.isFile()) return;
  for (const name of sources) {
    const source = name === STDIN_NAME ? fs.fstatSync(0) : statOf(name);
    if (source?.ino === target.ino && source.dev === target.dev) {
      throw new UsageError('is one of the sources, expected another file to write to', `${option} ${output}`);
    }
  }
}

/** Refuses to write a result over a capture or an inventory, as when `save` was forgotten. @throws UsageError */
function refusePrecious(output: string): void {
  if (statOf(output)?.isFile() !== true) return;
  const found = describePrecious(output);
  if (found !== undefined) {
    throw new UsageError(`is ${found}, which a result does not replace; name another file`, `-o ${output}`);
  }
}

/** Refuses to replace a file that exists: it is the user's work, unless they say otherwise. @throws UsageError */
export function refuseExisting(path: string, option: string, { force }: { force?: true | undefined }): void {
  if (force !== true && statOf(path)?.isFile() === true) throw existsError(path, option);
}

function existsError(path: string, option: string): UsageError {
  return new UsageError('exists already; --force overwrites it', `${option} ${path}`);
}

/** Writes text as it is made; stops early when nobody reads it any more. */
export async function writeChunks(chunks: Promise<Iterable<string>>, output: Output): Promise<void> {
  for (const chunk of await chunks) if (!output.write(chunk)) break;
}

function statOf(path: string): fs.Stats | undefined {
  return fs.statSync(path, { throwIfNoEntry: false });
}
