// `synsum init [capture…]`: prints a hosts.yaml to start from.

import fs from 'node:fs';
import path from 'node:path';
import { STDIN_NAME } from '../../capture/input.js';
import { type Output, openDescriptor } from '../../files/output.js';
import { describeSystemError, reasonOf } from '../../files/system-error.js';
import { isSavedInventory } from '../../inventory/inventory.js';
import { makeStarter, type NamesFile, type Starter } from '../../inventory/starter/starter.js';
import { SHIPPED_HOSTS_FILE } from '../../names/find-hosts-file.js';
import { Names } from '../../names/names.js';
import type { DocumentKind } from '../../sources/document-kind.js';
import { isFolder } from '../../sources/expand.js';
import { inputKind } from '../../sources/input-kind.js';
import { readSources } from '../../sources/read-sources.js';
import { isStoreName } from '../../store/selection.js';
import { Scope } from '../../tally/scope.js';
import { Tally } from '../../tally/tally.js';
import { countNoun } from '../../text/count-noun.js';
import { visible } from '../../text/escape.js';
import { renderNamesFrom, renderStarter } from '../../views/starter.js';
import type { AnyCommand, OptionsOf } from '../commander.js';
import type { Context } from '../context.js';
import { nameOfInput, reportOrigins, reportProblems, reportReading } from '../diagnostics.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from '../exit-codes.js';
import { loadHosts } from '../hosts-option.js';
import { collect, type Done, GROUP, optionsOf } from '../options/command.js';
import { addMessageOptions } from '../options/output.js';
import { addNamesOption } from '../options/reading.js';
import { showProgress } from '../progress.js';
import { abortOnSignals } from '../signals.js';
import { expandFolders, refuseRepeatedStdin } from '../sources.js';
import { UsageError } from '../usage-error.js';

type Options = OptionsOf<typeof addCommand>;

export function addInitCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = addCommand(program);
  command.action(async (captures) => done(await init(captures, optionsOf(command), context)));
}

function addCommand(program: AnyCommand) {
  const command = program
    .command('init')
    .description('print a hosts.yaml to start from, with what captures show of this network')
    .argument('[capture...]', 'captures to read, or directories of them; - is standard input')
    .optionsGroup(GROUP.reading)
    .option(
      '--names-from <file>',
      'take names from a hosts file or DHCP leases; repeatable (default: /etc/hosts and the usual leases, if they name a machine)',
      collect,
    )
    .optionsGroup(GROUP.output)
    .option('-o, --output <file>', 'write to a file, unless it exists')
    .option('--force', 'replace the file; its old contents are kept in FILE.old');
  return addNamesOption(addMessageOptions(command), 'leave out machines that this file names');
}

async function init(named: readonly string[], options: Options, context: Context): Promise<number> {
  refuseRepeatedStdin(named);
  const captures = await expandFolders(named, context);
  const signal = abortOnSignals();
  for (const name of captures) {
    const kind = await inputKind(name, signal);
    if (kind === 'inventory' || kind === 'nmap') throw documentError(name, kind);
  }
  // Checked before the work, and again when the file is created.
  if (options.output !== undefined && options.force !== true && fs.existsSync(options.output)) {
    throw keptError(options.output);
  }
  const { quiet = false, verbose = false } = options;
  const { names, file: hostsFile, notes: namesNotes } = await loadHosts(options.names, context);
  const files = await readNamesFiles(options.namesFrom, context);
  if (captures.length === 0) {
    const shipped = fs.readFileSync(SHIPPED_HOSTS_FILE, 'utf8');
    const asked = files.filter(({ isAskedFor }) => isAskedFor);
    const added = asked.length === 0 ? [] : [...renderNamesFrom(asked), ''];
    writeStarter(`${shipped}${added.join('\n')}`, options, context);
    return EXIT_DONE;
  }
  const tally = new Tally({ scope: Scope.everything() });
  const { progress, end } = showProgress(captures, context.stderr, quiet);
  const inventory = await readSources(captures, tally, { signal, progress }).finally(end);
  const saved = inventory.inputs.find(isSavedInventory);
  if (saved !== undefined) throw documentError(saved.name, 'inventory');
  if (inventory.scans.length > 0) throw documentError(STDIN_NAME, 'nmap');
  const hasProblems = reportProblems(inventory.inputs, context.stderr);
  if (hasProblems && inventory.inputs.every(({ format }) => format === undefined)) return EXIT_USAGE;
  const starter = makeStarter(inventory, names, files);
  writeStarter(renderStarter(starter), options, context);
  if (!quiet) {
    if (options.output !== undefined) context.stderr.write(`${describeStarter(options.output, starter)}\n`);
    if (verbose) reportOrigins({ hostsFile, namesNotes }, context.stderr);
    reportReading(inventory, context.stderr, verbose);
  }
  return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
}

function documentError(name: string, kind: DocumentKind): UsageError {
  const found = kind === 'nmap' ? 'an XML document' : isStoreName(name) ? 'a store' : 'a JSON document';
  const reason = 'networks are guessed from the addresses of all machines, which only captures contain';
  return new UsageError(`found ${found}, expected a capture: ${reason}`, nameOfInput(name));
}

/** Reads the files that the user names, or those in the usual places. @throws UsageError if one cannot be read */
async function readNamesFiles(
  asked: readonly string[] | undefined,
  { cwd, stderr }: Context,
): Promise<NamesFile[]> {
  const { readNamesFrom, USUAL_PLACES } = await import('../../names/from/read-names.js');
  return (asked ?? USUAL_PLACES).flatMap((name) => {
    const file = path.resolve(cwd, name);
    const isAskedFor = asked !== undefined;
    try {
      fs.accessSync(file, fs.constants.R_OK);
    } catch (error) {
      if (isAskedFor) throw new UsageError(describeSystemError(error), `--names-from ${name}`);
      return [];
    }
    const nothing = { local: [], hosts: [], services: [], expected: [] };
    const { hosts, warnings } = readNamesFrom([{ file, format: undefined }], nothing, cwd, { mayWait: true });
    if (isAskedFor) for (const warning of warnings) stderr.write(`synsum: ${warning}\n`);
    return [{ file, isAskedFor, names: new Names({ ...nothing, given: hosts }) }];
  });
}

/** Writes the text to its file. One that exists is the user's work, so its contents are kept in another file. */
function writeStarter(text: string, { output = '-', force }: Options, context: Context): void {
  if (output === '-') {
    context.stdout.write(text);
    return;
  }
  let file: Output;
  try {
    if (force === true) keepOldContents(output, text, context);
    file = openDescriptor(fs.openSync(output, force === true ? 'w' : 'wx'), `-o ${output}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw keptError(output);
    throw new UsageError(reasonOf(error), `-o ${output}`);
  }
  file.write(text);
  file.close();
}

/** Copies a file that is about to be replaced to the first free name, unless the new contents are the same. */
function keepOldContents(file: string, text: string, { stderr }: Context): void {
  if (fs.statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return;
  if (fs.readFileSync(file, 'utf8') === text) return;
  for (let number = 1; ; number++) {
    const kept = `${file}.old${number === 1 ? '' : number}`;
    try {
      fs.copyFileSync(file, kept, fs.constants.COPYFILE_EXCL);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw error;
    }
    stderr.write(
      `synsum: ${visible(file)}: its names are not in the new file; the old one is kept as ${visible(kept)}\n`,
    );
    return;
  }
}

function keptError(output: string): UsageError {
  if (isFolder(output)) return new UsageError('found a directory, expected a file', `-o ${output}`);
  return new UsageError(
    `exists already, and keeps its names; write to another file, such as ${output}.new, and copy what is new`,
    `-o ${output}`,
  );
}

/** As in `synsum: hosts.yaml: 2 networks, 4 machines to name`. */
function describeStarter(
  output: string,
  { networks, machines, moreMachines, unnamedPorts }: Starter,
): string {
  const ports = unnamedPorts.length === 0 ? [] : [`${countNoun(unnamedPorts.length, 'port')} to name`];
  const parts = [
    countNoun(networks.length, 'network'),
    `${countNoun(machines.length + moreMachines, 'machine')} to name`,
    ...ports,
  ];
  return `synsum: ${visible(output)}: ${parts.join(', ')}`;
}
