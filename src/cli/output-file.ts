// The file that a result goes to: checked and opened before the work begins.

import { type Output, openOutput } from '../files/output.js';
import { checkOutput } from './inputs.js';
import type { Context } from './run.js';
import { UsageError } from './usage-error.js';

/** The file with this path, or standard output. @throws UsageError if it cannot be written, or is one of the sources */
export function resolveOutput(
  path: string | undefined,
  sources: readonly string[],
  context: Context,
): Output {
  if (path === undefined) return context.stdout;
  checkOutput(path, sources);
  try {
    return openOutput(path);
  } catch (error) {
    throw new UsageError((error as Error).message, `-o ${path}`);
  }
}
