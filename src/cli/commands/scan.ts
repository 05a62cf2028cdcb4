// `synsum scan TARGET…`: runs nmap, and lists what it finds. The only command that sends packets.

import { SERVICE_COLUMNS } from '../../inventory/lists/service-list.js';
import { NmapError, type NmapProgress, type NmapRun, runNmap } from '../../sources/nmap/run-nmap.js';
import { visible } from '../../text/escape.js';
import { LIST_FORMATS } from '../../views/index.js';
import type { AnyCommand, OptionsOf } from '../commander.js';
import type { Context } from '../context.js';
import { reportProblems } from '../diagnostics.js';
import { reportUnmatched } from '../empty-result.js';
import { EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from '../exit-codes.js';
import { loadHosts } from '../hosts-option.js';
import { openSave } from '../inventory-file.js';
import { LIST_DEFAULT, orderOf, writeList } from '../listing.js';
import { addNumericOption, addOrderOptions, addTimeZoneOption } from '../options/arrangement.js';
import { type Done, GROUP, optionsOf, refuse } from '../options/command.js';
import { addServerFilters } from '../options/filters.js';
import {
  addColorOption,
  addForceOption,
  addFormatOption,
  addMessageOptions,
  addOutputOption,
} from '../options/output.js';
import { addNamesOption } from '../options/reading.js';
import { openResult, refuseExisting } from '../output-file.js';
import { parseFilter } from '../pattern-options.js';
import { duration, showLine } from '../progress.js';
import { abortOnSignals } from '../signals.js';
import { UsageError } from '../usage-error.js';
import { viewOfServices } from './services.js';

type Options = OptionsOf<typeof addCommand>;

const HELP = `
Runs nmap -sV on the targets that answer.
Everything after -- goes to nmap unchanged:
  synsum scan --save base.json 192.0.2.0/24 -- -p 1-1024 -T4
Scan only what is yours, or what you have permission to scan.`;

/** The options of synsum and of nmap are kept apart. */
const AFTER = "(put nmap's options after --, as in synsum scan 192.0.2.0/24 -- -p 80)";

/** nmap writes one report in XML, and synsum reads it. */
const TAKEN_OPTIONS = /^--?o[XA]/;
/** With these, nmap takes its targets from a file or makes them up. */
const TARGET_OPTIONS = /^--?i[LR]/;

export function addScanCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = addCommand(program);
  command.action(async (operands) => {
    const { targets, extra } = splitOperands(operands, program);
    done(await scan(targets, extra, optionsOf(command), context));
  });
}

function addCommand(program: AnyCommand) {
  const command = program
    .command('scan')
    .description('run nmap to find machines and services, and list what it finds')
    .usage('[options] <target...> [-- nmap options]')
    .argument('<target...>', 'addresses, names, 192.0.2.0/24 or 192.0.2.1-50, as nmap takes them');
  const listed = addTimeZoneOption(
    addOrderOptions(addNumericOption(addServerFilters(command)), SERVICE_COLUMNS),
  );
  const written = addMessageOptions(
    addOutputOption(addColorOption(addFormatOption(listed, LIST_FORMATS, LIST_DEFAULT))),
  )
    .optionsGroup(GROUP.output)
    .option('--save <file>', 'write an inventory, as synsum save does');
  const full = addNamesOption(addForceOption(written)).addHelpText('after', HELP);
  full.configureOutput({
    outputError: (text, write) =>
      write(text.includes('unknown option') ? `${text.trimEnd()}\n${AFTER}\n` : text),
  });
  refuse(full, ['--client'], 'a scan finds no clients; a capture shows them');
  refuse(full, ['--since', '--until', '--only', '--evidence'], 'a scan shows what is open now');
  return full;
}

/** Commander returns what stands before and after `--` as one list. */
function splitOperands(
  operands: readonly string[],
  program: AnyCommand,
): { targets: readonly string[]; extra: readonly string[] } {
  const { rawArgs } = program as AnyCommand & { readonly rawArgs: readonly string[] };
  const separator = rawArgs.indexOf('--');
  const misplaced = rawArgs
    .slice(0, separator < 0 ? undefined : separator)
    .find((word) => /^-o[NXSGA]$/.test(word));
  if (misplaced !== undefined) throw new UsageError(AFTER.slice(1, -1), misplaced);
  const count = separator < 0 ? 0 : rawArgs.length - separator - 1;
  const end = operands.length - count;
  return { targets: operands.slice(0, end), extra: operands.slice(end) };
}

async function scan(
  targets: readonly string[],
  extra: readonly string[],
  options: Options,
  context: Context,
): Promise<number> {
  const taken = extra.find((option) => TAKEN_OPTIONS.test(option));
  if (taken !== undefined) {
    throw new UsageError('not allowed here: --save keeps what nmap finds (-oN and -oG may be used)', taken);
  }
  if (targets.length === 0 && !extra.some((option) => TARGET_OPTIONS.test(option))) {
    throw new UsageError('synsum: no target given, expected one before --');
  }
  const filter = parseFilter(options, { isTcp: false });
  const { names, file: hostsFile, notes: namesNotes } = await loadHosts(options.names, context);
  const output = openResult(options.output, [hostsFile], context);
  if (options.save !== undefined) refuseExisting(options.save, '--save', options);
  const save = options.save === undefined ? undefined : openSave(options.save, '--save');
  try {
    const { inventory, messages } = await run(targets, extra, options, context);
    for (const line of messages) context.stderr.write(`synsum: nmap: ${visible(line)}\n`);
    const hasProblems = reportProblems(inventory.inputs, context.stderr);
    const isEmpty = inventory.scans.every(({ hosts }) => hosts.length === 0);
    if (isEmpty && hasProblems) return EXIT_USAGE;
    save?.write(inventory);
    const view = viewOfServices({ ...filter, ...orderOf(options) });
    reportUnmatched(inventory, { names }, view.searched, options, context);
    await writeList(inventory, { names, hostsFile, namesNotes }, options, view, output, context);
    return hasProblems ? EXIT_INCOMPLETE : EXIT_DONE;
  } finally {
    save?.abandon();
  }
}

async function run(
  targets: readonly string[],
  extra: readonly string[],
  { quiet }: Options,
  { stderr }: Context,
): Promise<NmapRun> {
  const line = showLine(stderr, quiet === true);
  const onProgress = (progress: NmapProgress): void => line.show(describeProgress(progress));
  try {
    return await runNmap(targets, extra, { signal: abortOnSignals(), onProgress });
  } catch (error) {
    throw error instanceof NmapError ? new UsageError(`synsum: ${error.message}`) : error;
  } finally {
    line.end();
  }
}

/** As in `nmap: Service scan, 43%, 12 s left, machines done: 5`. */
export function describeProgress({ task, percent, remaining, hostsCompleted }: NmapProgress): string {
  const parts = [`nmap: ${visible(task)}`, `${Math.floor(percent)}%`];
  if (remaining !== undefined) parts.push(`${duration(remaining)} left`);
  parts.push(`machines done: ${hostsCompleted}`);
  return `synsum: ${parts.join(', ')}`;
}
