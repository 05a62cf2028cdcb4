// The options that commands share, as data, and how their values are read.

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Reader } from '../sources/input-result.js';
import { DEFAULT_MAX_ROWS, MAX_ROWS } from '../tally/layout.js';

/** Told the exit status when a command is through. */
export type Done = (status: number) => void;

/** How captures, saved inventories and scans are read, as commander gives it. */
export interface SourceOptions {
  readonly hosts?: string;
  readonly remote?: boolean;
  readonly since?: string;
  readonly until?: string;
  readonly outer?: boolean;
  readonly reader: Reader;
  readonly threads?: number;
  readonly maxRows?: number;
  readonly allowDuplicates?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** Each takes memory of its own, and no machine has more cores to give them. */
const MAX_THREADS = 256;

const READERS: readonly Reader[] = ['fast', 'pcap-parser'];

export const SOURCES =
  'captures, saved inventories and nmap XML, added up to one answer; - is standard input';
export const HOSTS = 'names of machines and services (default: the first of $SYNSUM_HOSTS, ./hosts.yaml, …)';

/** For commands that show, or keep, what they read. */
export function addSourceOptions(command: Command): Command {
  return addChoiceOptions(addReadingOptions(command)).option(
    '--remote',
    'show the addresses of remote machines instead of _',
  );
}

/** Which of the SYN-ACKs count. */
export function addChoiceOptions(command: Command): Command {
  return command
    .option(
      '--since <time>',
      'only SYN-ACKs from then on: 2026-05-31, 2026-05-31T14:00Z, 1780236000, or 24h ago',
    )
    .option('--until <time>', 'only SYN-ACKs before then')
    .option('--allow-duplicates', 'count a capture twice that two of the sources have in them');
}

export function addReadingOptions(command: Command): Command {
  return command
    .option('--hosts <file>', HOSTS)
    .option('--outer', 'do not look into tunnels: the outermost IP packet decides, not the innermost')
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
    );
}

export function addOutputOptions(command: Command): Command {
  return command
    .option('-o, --output <file>', 'write the result to a file')
    .option('-q, --quiet', 'no totals on standard error, only what went wrong');
}

/**
 * The options of a command as the user wrote them, before its name or behind it. What stands behind it wins; defaults
 * come last, as commander's own optsWithGlobals would let those of the program win.
 */
export function optionsOf<T>(command: Command): T {
  const commands = [command];
  for (let parent = command.parent; parent !== null; parent = parent.parent) commands.push(parent);
  const options: Record<string, unknown> = {};
  for (const isDefault of [true, false]) {
    for (const one of commands.toReversed()) {
      for (const [key, value] of Object.entries(one.opts())) {
        if ((one.getOptionValueSource(key) === 'default') === isDefault) options[key] = value;
      }
    }
  }
  return options as T;
}

export function parseCount(text: string, limit: number = Number.MAX_SAFE_INTEGER): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError('Expected a whole number from 1 on.');
  }
  if (count > limit) throw new InvalidArgumentError(`Expected at most ${limit}.`);
  return count;
}

export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
