// The commands on inventories and their options, as data; see program.ts.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_GONE_PROBABILITY } from '../inventory/changes/changes.js';
import { DIFF_FORMATS, type DiffFormat, LIST_FORMATS, type ListFormat } from '../views/index.js';
import {
  addChoiceOptions,
  addOutputOptions,
  addReadingOptions,
  addSourceOptions,
  collect,
  type Done,
  HOSTS,
  optionsOf,
  parseCount,
  SOURCES,
  type SourceOptions,
} from './options.js';
import type { Context } from './run.js';

export interface ListOptions extends SourceOptions {
  readonly format?: ListFormat;
  readonly output?: string;
}

export interface HostsOptions extends ListOptions {
  readonly host?: readonly string[];
}

export interface ServicesOptions extends ListOptions {
  readonly server?: readonly string[];
  readonly service?: readonly string[];
}

export interface SaveOptions extends SourceOptions {
  readonly output?: string;
}

/** How changes are judged and told. */
export interface ChangeOptions {
  readonly clients?: boolean;
  readonly goneProbability: number;
  readonly ignore?: readonly string[];
  readonly format: DiffFormat;
  readonly warning?: string;
  readonly critical?: string;
  readonly verbose?: boolean;
}

export interface DiffOptions extends SourceOptions, ChangeOptions {
  readonly openUnused?: boolean;
  readonly output?: string;
}

export interface CheckOptions extends SourceOptions, ChangeOptions {
  readonly baseline: string;
  readonly dir: string;
  readonly state?: string;
  readonly settle: number;
  readonly update?: boolean;
}

export interface ScanOptions {
  readonly hosts?: string;
  readonly format?: ListFormat;
  readonly output?: string;
  readonly save?: string;
  readonly quiet?: boolean;
}

/** Seconds, for captures that are written without buffers. docs/check.md has what fits tcpdump -G. */
const DEFAULT_SETTLE = 60;
const MAX_SETTLE = 86_400;

const CHANGE_STATUS =
  '\nExit status: 0 no changes, 1 changes, 2 wrong usage or nothing to read, 3 some input could not be read\n' +
  'whole; with -f nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.';

export function addHostsCommand(program: Command, context: Context, done: Done): void {
  const command = program
    .command('hosts')
    .description('list the machines: names, addresses, what they offer and use, when they were seen')
    .argument('[source...]', SOURCES)
    .option('--host <pattern>', 'only these machines: name, address, CIDR or range; repeatable', collect);
  addListOptions(command).action(async (sources: string[]) => {
    const { hostsCommand } = await import('./commands/lists.js');
    done(await hostsCommand(sources, optionsOf<HostsOptions>(command), context));
  });
}

export function addServicesCommand(program: Command, context: Context, done: Done): void {
  const command = program
    .command('services')
    .description('list the services: server, port, product, connections, clients, how they are known')
    .argument('[source...]', SOURCES)
    .option('--server <pattern>', 'only these servers: name, address, CIDR, range or _; repeatable', collect)
    .option('--service <pattern>', 'only these services: name, port, range or 53/udp; repeatable', collect);
  addListOptions(command).action(async (sources: string[]) => {
    const { servicesCommand } = await import('./commands/lists.js');
    done(await servicesCommand(sources, optionsOf<ServicesOptions>(command), context));
  });
}

export function addSaveCommand(program: Command, context: Context, done: Done): void {
  const command = program
    .command('save')
    .description('write an inventory to a file that every command reads, as a baseline to compare with')
    .argument('[source...]', SOURCES);
  addOutputOptions(addSourceOptions(command)).action(async (sources: string[]) => {
    const { saveCommand } = await import('./commands/save.js');
    done(await saveCommand(sources, optionsOf<SaveOptions>(command), context));
  });
}

export function addDiffCommand(program: Command, context: Context, done: Done): void {
  const command = program
    .command('diff')
    .description('tell what changed since a baseline; nothing at all if nothing did')
    .argument('<baseline>', 'a saved inventory, a scan or a capture')
    .argument('<source...>', SOURCES);
  addOutputOptions(addChoiceOptions(addReadingOptions(command)));
  addChangeOptions(command)
    .option(
      '--open-unused',
      'of all sources: what a scan found open and no capture saw used, and what it did not find and is used',
    )
    .addHelpText('after', CHANGE_STATUS)
    .action(async (baseline: string, sources: string[]) => {
      const { diffCommand } = await import('./commands/diff.js');
      done(await diffCommand(baseline, sources, optionsOf<DiffOptions>(command), context));
    });
}

export function addCheckCommand(program: Command, context: Context, done: Done): void {
  const command = program
    .command('check')
    .description('tell what changed in the captures of a folder that were not looked at before; for cron')
    .requiredOption('--baseline <file>', 'the saved inventory to compare with')
    .requiredOption('--dir <folder>', 'the folder of captures')
    .option('--state <file>', 'remembers what was looked at (default: the baseline with .state behind it)')
    .addOption(
      new Option('--settle <seconds>', 'leave captures alone that were written to in the last seconds')
        .default(DEFAULT_SETTLE)
        .argParser((text) => (text === '0' ? 0 : parseCount(text, MAX_SETTLE))),
    )
    .option('--update', 'accept the changes: the baseline is written anew with all that was looked at');
  addChangeOptions(addReadingOptions(command))
    .addHelpText('after', CHANGE_STATUS)
    .action(async () => {
      const { checkCommand } = await import('./commands/check.js');
      done(await checkCommand(optionsOf<CheckOptions>(command), context));
    });
}

export function addScanCommand(program: Command, context: Context, done: Done): void {
  const command = program
    .command('scan')
    .description('let nmap look for machines and services, and list what it finds')
    .usage('[options] <target...> [-- nmap options]')
    .argument('<target...>', 'addresses, names, 192.0.2.0/24 or 192.0.2.1-50, as nmap has them')
    .option('--hosts <file>', HOSTS)
    .option('--save <file>', 'write an inventory, as synsum save does')
    .addOption(listFormatOption());
  addOutputOptions(command)
    .addHelpText(
      'after',
      '\nRuns nmap -sV on the targets that answer. What stands behind -- goes to nmap as it is:\n' +
        '  synsum scan --save base.json 192.0.2.0/24 -- -p 1-1024 -T4\n' +
        'Scan only what is yours, or what you may.',
    )
    .action(async (operands: string[]) => {
      const { scanCommand } = await import('./commands/scan.js');
      const { targets, extra } = splitOperands(operands, program);
      done(await scanCommand(targets, extra, optionsOf<ScanOptions>(command), context));
    });
}

/** Commander hands over what stands before and behind `--` as one list. */
function splitOperands(
  operands: readonly string[],
  program: Command,
): { targets: readonly string[]; extra: readonly string[] } {
  const { rawArgs } = program as Command & { readonly rawArgs: readonly string[] };
  const separator = rawArgs.indexOf('--');
  const count = separator < 0 ? 0 : rawArgs.length - separator - 1;
  const end = operands.length - count;
  return { targets: operands.slice(0, end), extra: operands.slice(end) };
}

function addChangeOptions(command: Command): Command {
  return command
    .option('--clients', 'tell also which services have other clients than before')
    .addOption(
      new Option(
        '--gone-probability <p>',
        'a silent service is gone where such a silence would be at most so likely',
      )
        .default(DEFAULT_GONE_PROBABILITY)
        .argParser(parseProbability),
    )
    .option(
      '--ignore <pattern>',
      'leave out what is known: MACHINE, MACHINE:SERVICE or :SERVICE, as expected: in hosts.yaml; repeatable',
      collect,
    )
    .addOption(new Option('-f, --format <format>', 'how to print').choices(DIFF_FORMATS).default('text'))
    .option('--warning <range>', 'with -f nagios: numbers of changes that are no warning (default: 0)')
    .option('--critical <range>', 'with -f nagios: numbers of changes that are not critical (default: any)')
    .option('-v, --verbose', 'tell also what was not seen yet, and how many changes were left out');
}

function addListOptions(command: Command): Command {
  return addOutputOptions(addSourceOptions(command).addOption(listFormatOption()));
}

function listFormatOption(): Option {
  return new Option('-f, --format <format>', 'how to print (default: table on a terminal, else csv)').choices(
    LIST_FORMATS,
  );
}

function parseProbability(text: string): number {
  const probability = Number(text);
  if (!/^\d*\.?\d+(e-\d+)?$/i.test(text) || !(probability > 0 && probability < 1)) {
    throw new InvalidArgumentError('Expected a number between 0 and 1.');
  }
  return probability;
}
