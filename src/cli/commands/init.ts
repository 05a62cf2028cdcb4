// `synsum init [capture…]`: prints a hosts.yaml to start from.

import fs from 'node:fs';
import { type Output, openDescriptor } from '../../files/output.js';
import { makeStarter } from '../../inventory/starter/starter.js';
import { SHIPPED_HOSTS_FILE } from '../../names/find-hosts-file.js';
import { documentKindOf } from '../../sources/document-kind.js';
import { readSources } from '../../sources/read-sources.js';
import { Scope } from '../../tally/scope.js';
import { Tally } from '../../tally/tally.js';
import { renderStarter } from '../../views/starter.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from '../exit-codes.js';
import { checkSources, loadHosts } from '../inputs.js';
import type { InitOptions } from '../program.js';
import { showProgress } from '../progress.js';
import { reportProblems } from '../report.js';
import type { Context } from '../run.js';
import { abortOnSignals } from '../signals.js';
import { UsageError } from '../usage-error.js';

export async function initCommand(
  captures: readonly string[],
  options: InitOptions,
  context: Context,
): Promise<number> {
  checkSources(captures);
  const document = captures.find((name) => documentKindOf(name) !== undefined);
  if (document !== undefined) {
    throw new UsageError(
      'expected a capture: networks are guessed from addresses that only it has',
      document,
    );
  }
  // Before the work as well as when the file is made: nobody likes to hear it only afterwards.
  if (options.output !== undefined && options.force !== true && fs.existsSync(options.output)) {
    throw existsError(options.output);
  }
  const { names } = await loadHosts(options.hosts, context);
  if (captures.length === 0) {
    writeStarter(fs.readFileSync(SHIPPED_HOSTS_FILE, 'utf8'), options, context);
    return EXIT_DONE;
  }
  const tally = new Tally({ scope: Scope.everything() });
  const { progress, end } = showProgress(captures, context.stderr, false);
  const inventory = await readSources(captures, tally, { signal: abortOnSignals(), progress }).finally(end);
  const hasProblems = reportProblems(inventory.inputs, context.stderr);
  if (hasProblems && inventory.inputs.every(({ format }) => format === undefined)) return EXIT_USAGE;
  writeStarter(renderStarter(makeStarter(inventory, names)), options, context);
  return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
}

/** Writes the text where it was asked for; a file that exists is a user's work and stays unless they say so. */
function writeStarter(text: string, { output = '-', force = false }: InitOptions, context: Context): void {
  if (output === '-') {
    context.stdout.write(text);
    return;
  }
  let file: Output;
  try {
    file = openDescriptor(fs.openSync(output, force ? 'w' : 'wx'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw existsError(output);
    throw new UsageError((error as Error).message, `-o ${output}`);
  }
  file.write(text);
  file.close();
}

function existsError(output: string): UsageError {
  return new UsageError('exists already; --force overwrites it', `-o ${output}`);
}
