// The commands and their options, as data. Each action loads its code only when it runs, so that help and
// mistakes do not wait for it.

import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  COLUMNS,
  type Column,
  DEFAULT_COLUMNS,
  SORT_COLUMNS,
  type SortColumn,
} from '../inventory/columns.js';
import type { Reader } from '../sources/captures.js';
import { DEFAULT_MAX_ROWS, MAX_ROWS } from '../tally/layout.js';
import { FORMATS, type Format } from '../views/index.js';
import type { Context } from './run.js';

/** Told the exit status when a command is through. */
type Done = (status: number) => void;

/** Each takes memory of its own, and no machine has more cores to give them. */
const MAX_THREADS = 256;

const READERS: readonly Reader[] = ['fast', 'pcap-parser'];

/** The options of a summary as commander gives them. */
export interface SummaryOptions {
  readonly hosts?: string;
  readonly numeric?: boolean;
  readonly remote?: boolean;
  readonly by: readonly Column[];
  readonly sort?: SortColumn;
  readonly top?: number;
  readonly client?: readonly string[];
  readonly server?: readonly string[];
  readonly service?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly outer?: boolean;
  readonly format?: Format;
  readonly output?: string;
  readonly reader: Reader;
  readonly threads?: number;
  readonly maxRows?: number;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

export interface InitOptions {
  readonly hosts?: string;
  readonly output?: string;
  readonly force?: boolean;
}

const CAPTURES = 'captures to read, summed into one answer; - is standard input';
const HOSTS = 'names of machines and services (default: the first of $SYNSUM_HOSTS, ./hosts.yaml, …)';

/** The summary is what `synsum` does without the name of a command, and what `synsum summary` does. */
export function addSummaryCommand(program: Command, context: Context, done: Done): void {
  const summary = program
    .command('summary')
    .description('count SYN-ACKs by client, server and service (the default)');
  for (const command of [program, summary]) {
    addSummaryOptions(command).action(async (captures: string[]) => {
      const { summaryCommand } = await import('./summary.js');
      done(await summaryCommand(captures, command.optsWithGlobals<SummaryOptions>(), context));
    });
  }
  program.addHelpText(
    'after',
    '\nExamples:\n' +
      '  synsum capture.pcap\n' +
      "  ssh root@router 'cat /root/synacks.pcap' | synsum -\n" +
      '  synsum --by server,service --sort count --top 20 monday.pcap tuesday.pcap\n' +
      '  synsum init -o hosts.yaml capture.pcap\n' +
      '\nExit status: 0 done, 2 wrong usage or nothing to read, 3 some input could not be read whole.',
  );
}

function addSummaryOptions(command: Command): Command {
  return command
    .argument('[capture...]', CAPTURES)
    .option('--hosts <file>', HOSTS)
    .option('-n, --numeric', 'addresses and ports, no names')
    .option('--remote', 'show the addresses of remote machines instead of _')
    .addOption(
      new Option('--by <columns>', `group by these, of ${COLUMNS.join(', ')}`)
        .default(DEFAULT_COLUMNS, DEFAULT_COLUMNS.join(','))
        .argParser(parseColumns),
    )
    .addOption(new Option('--sort <column>', 'sort by this column').choices(SORT_COLUMNS))
    .addOption(
      new Option('--top <n>', 'only the first N rows, the busiest without --sort').argParser((text) =>
        parseCount(text),
      ),
    )
    .option('--client <pattern>', 'only these clients: name, address, CIDR, range or _; repeatable', collect)
    .option('--server <pattern>', 'only these servers, likewise; repeatable', collect)
    .option('--service <pattern>', 'only these services: name, port or port range; repeatable', collect)
    .option(
      '--since <time>',
      'only SYN-ACKs from then on: 2026-05-31, 2026-05-31T14:00Z, 1780236000, or 24h ago',
    )
    .option('--until <time>', 'only SYN-ACKs before then')
    .option('--outer', 'do not look into tunnels: the outermost IP packet decides, not the innermost')
    .addOption(
      new Option(
        '-f, --format <format>',
        'how to print (default: table on a terminal, else classic)',
      ).choices(FORMATS),
    )
    .option('-o, --output <file>', 'write the result to a file')
    .addOption(
      new Option('--reader <reader>', 'what finds the packets: pcap-parser is slow, to check results with')
        .choices(READERS)
        .default('fast'),
    )
    .addOption(
      new Option('--threads <n>', 'threads to read with (default: one for each core)').argParser((text) =>
        parseCount(text, MAX_THREADS),
      ),
    )
    .addOption(
      new Option(
        '--max-rows <n>',
        `rows to keep in memory; beyond it the smallest are added up as (other) (default: ${DEFAULT_MAX_ROWS})`,
      ).argParser((text) => parseCount(text, MAX_ROWS)),
    )
    .option('-q, --quiet', 'no totals on standard error, only what went wrong')
    .option('-v, --verbose', 'say what became of every packet');
}

export function addInitCommand(program: Command, context: Context, done: Done): void {
  program
    .command('init')
    .description('print a hosts.yaml to start from, with what the captures show of this network')
    .argument('[capture...]', CAPTURES)
    .option('--hosts <file>', 'machines that this file names are left out')
    .option('-o, --output <file>', 'write it to a file; one that exists is left alone')
    .option('--force', 'overwrite the file')
    .action(async (captures: string[], _options: unknown, command: Command) => {
      const { initCommand } = await import('./init.js');
      done(await initCommand(captures, command.optsWithGlobals<InitOptions>(), context));
    });
}

export function addFilterCommand(program: Command, context: Context, done: Done): void {
  program
    .command('filter')
    .description('print the capture filter for SYN-ACKs, and the commands to capture with it')
    .action(async () => {
      const { filterCommand } = await import('./filter.js');
      done(filterCommand(context));
    });
}

function parseColumns(text: string): Column[] {
  const columns = text.split(',').map((column) => column.trim());
  const unknown = columns.find((column) => !COLUMNS.includes(column as Column));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(
      `Found ${JSON.stringify(unknown)}, expected some of ${COLUMNS.join(', ')}.`,
    );
  }
  if (new Set(columns).size < columns.length) throw new InvalidArgumentError('A column is named twice.');
  return columns as Column[];
}

function parseCount(text: string, limit: number = Number.MAX_SAFE_INTEGER): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError('Expected a whole number from 1 on.');
  }
  if (count > limit) throw new InvalidArgumentError(`Expected at most ${limit}.`);
  return count;
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
