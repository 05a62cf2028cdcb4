// The commands and their options, as data. Each action loads its code only when it runs, so that help and
// mistakes do not wait for it.

import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  COLUMNS,
  type Column,
  DEFAULT_COLUMNS,
  SORT_COLUMNS,
  type SortColumn,
} from '../inventory/summary/columns.js';
import { FORMATS, type Format } from '../views/index.js';
import {
  addOutputOptions,
  addSourceOptions,
  collect,
  type Done,
  optionsOf,
  parseCount,
  SOURCES,
  type SourceOptions,
} from './options.js';
import type { Context } from './run.js';

/** The options of a summary as commander gives them. */
export interface SummaryOptions extends SourceOptions {
  readonly numeric?: boolean;
  readonly by: readonly Column[];
  readonly sort?: SortColumn;
  readonly top?: number;
  readonly client?: readonly string[];
  readonly server?: readonly string[];
  readonly service?: readonly string[];
  readonly format?: Format;
  readonly output?: string;
}

export interface InitOptions {
  readonly hosts?: string;
  readonly output?: string;
  readonly force?: boolean;
}

/** The summary is what `synsum` does without the name of a command, and what `synsum summary` does. */
export function addSummaryCommand(program: Command, context: Context, done: Done): void {
  const summary = program
    .command('summary')
    .description('count SYN-ACKs by client, server and service (the default)');
  for (const command of [program, summary]) {
    addSummaryOptions(command).action(async (captures: string[]) => {
      const { summaryCommand } = await import('./commands/summary.js');
      done(await summaryCommand(captures, optionsOf<SummaryOptions>(command), context));
    });
  }
  program.addHelpText(
    'after',
    '\nExamples:\n' +
      '  synsum capture.pcap\n' +
      "  ssh root@router 'cat /root/synacks.pcap' | synsum -\n" +
      '  synsum --by server,service --sort count --top 20 monday.pcap tuesday.pcap\n' +
      '  synsum init -o hosts.yaml capture.pcap\n' +
      '  synsum save -o monday.json monday.pcap\n' +
      '  synsum diff monday.json tuesday.pcap\n' +
      '\nExit status: 0 done, 1 diff or check found changes, 2 wrong usage or nothing to read, 3 some input could\n' +
      'not be read whole.',
  );
}

function addSummaryOptions(command: Command): Command {
  command
    .argument('[source...]', SOURCES)
    .option('-n, --numeric', 'addresses and ports, no names')
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
    .addOption(
      new Option(
        '-f, --format <format>',
        'how to print (default: table on a terminal, else classic)',
      ).choices(FORMATS),
    );
  return addSourceOptions(
    addOutputOptions(command).option('-v, --verbose', 'say what became of every packet'),
  );
}

export function addInitCommand(program: Command, context: Context, done: Done): void {
  program
    .command('init')
    .description('print a hosts.yaml to start from, with what the captures show of this network')
    .argument('[capture...]', 'captures to read; - is standard input')
    .option('--hosts <file>', 'machines that this file names are left out')
    .option('-o, --output <file>', 'write it to a file; one that exists is left alone')
    .option('--force', 'overwrite the file')
    .action(async (captures: string[], _options: unknown, command: Command) => {
      const { initCommand } = await import('./commands/init.js');
      done(await initCommand(captures, optionsOf<InitOptions>(command), context));
    });
}

export function addFilterCommand(program: Command, context: Context, done: Done): void {
  program
    .command('filter')
    .description('print the capture filter for SYN-ACKs, and the commands to capture with it')
    .action(async () => {
      const { filterCommand } = await import('./commands/filter.js');
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
