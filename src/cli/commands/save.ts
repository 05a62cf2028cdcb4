// `synsum save -o FILE [source…]`: writes an inventory, which every command reads.

import { fileLength } from '../../files/file-length.js';
import { documentKindOf } from '../../sources/document-kind.js';
import type { AnyCommand } from '../commander.js';
import type { Context } from '../context.js';
import { reportListing, reportOrigins } from '../diagnostics.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from '../exit-codes.js';
import { openSave } from '../inventory-file.js';
import { addRemoteOption, addTimeZoneOption } from '../options/arrangement.js';
import { type Done, optionsOf, refuse } from '../options/command.js';
import { addDuplicatesOption, addTimeOptions } from '../options/filters.js';
import type { SourceOptions } from '../options/listing.js';
import {
  addForceOption,
  addMessageOptions,
  addOutputOption,
  type ForceOptions,
  type OutputOptions,
} from '../options/output.js';
import { addAcrossOption, addFilesOption, addReadingOptions, SOURCES } from '../options/reading.js';
import { refuseExisting, refuseToOverwrite } from '../output-file.js';
import { readNamed, resolveSources } from '../reading.js';
import { namedSources } from '../sources.js';
import { UsageError } from '../usage-error.js';

/** A service that a filter left out of a baseline would be reported as new. */
const WHOLE = 'an inventory is saved whole; filter and sort it when you read it';

export function addSaveCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = addCommand(program);
  command.action(async (sources) => done(await save(sources, optionsOf(command), context)));
}

function addCommand(program: AnyCommand) {
  const command = program
    .command('save')
    .description('write an inventory (to -o FILE, else standard output) to compare with later')
    .argument('[source...]', SOURCES);
  const chosen = addTimeZoneOption(addRemoteOption(addDuplicatesOption(addTimeOptions(command))));
  const written = addForceOption(addOutputOption(chosen, 'write to a file, unless it exists'));
  const full = addAcrossOption(addFilesOption(addReadingOptions(addMessageOptions(written))));
  refuse(full, ['--client', '--server', '--service'], WHOLE);
  refuse(full, ['--sort', '--top', '--reverse', '--only', '--evidence'], WHOLE);
  refuse(full, ['-n, --numeric'], 'names are applied when an inventory is read, not when it is saved');
  refuse(full, ['-f, --format'], 'an inventory is always JSON');
  return full;
}

async function save(
  named: readonly string[],
  options: SourceOptions & OutputOptions & ForceOptions,
  context: Context,
): Promise<number> {
  const sources = await namedSources(named, options, context);
  const { output = '-', quiet = false, verbose = false } = options;
  if (output === '-' && context.stdout.isTerminal) {
    throw new UsageError('synsum: an inventory is for programs; name a file for it with -o');
  }
  // An inventory may replace one that it includes, but no other source.
  refuseToOverwrite(output, sources.filter(isOther));
  if (!sources.includes(output)) refuseExisting(output, '-o', options);
  const settings = await resolveSources(options, context);
  const file = openSave(output, '-o');
  try {
    const request = { digests: true, clients: true, hours: true, evidence: true };
    const { inventory, hasProblems, isEmpty } = await readNamed(sources, settings, context, request);
    if (isEmpty && hasProblems) return EXIT_USAGE;
    refuseToOverwrite(
      output,
      inventory.inputs.filter(({ format }) => format === undefined).map(({ name }) => name),
    );
    // A stream that is interrupted counts as complete. Files are read before streams.
    const isCut = inventory.inputs.length < sources.length || sources.every(isFile);
    if (isEmpty || (settings.signal.aborted && isCut)) {
      throw new UsageError('stopped before everything was read; nothing was written', `-o ${output}`);
    }
    file.write(inventory);
    if (!quiet) {
      if (verbose) reportOrigins(settings, context.stderr);
      reportListing(
        inventory,
        settings.names,
        { items: 'rows', count: inventory.tally.countRows() },
        context.stderr,
        verbose,
      );
    }
    return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
  } finally {
    file.abandon();
  }
}

function isOther(name: string): boolean {
  return documentKindOf(name) !== 'inventory';
}

function isFile(name: string): boolean {
  return fileLength(name) !== undefined;
}
