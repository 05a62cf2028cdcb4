// The options that commands share, as data, and how their values are read.

import type { Reader } from '../sources/input-result.js';
import { DEFAULT_MAX_ROWS, MAX_ROWS } from '../tally/layout.js';
import {
  type AnyCommand,
  type CommandOf,
  InvalidArgumentError,
  Option,
  type OptionValues,
} from './commander.js';

/** Takes the exit status of a command that has finished. */
export type Done = (status: number) => void;

// Type aliases, as an interface is not an object with any keys, which commander's types ask for.

/** How sources are read. */
export type ReadingOptions = {
  readonly hosts?: string | undefined;
  readonly outer?: true | undefined;
  readonly reader: Reader;
  readonly threads?: number | undefined;
  readonly maxRows?: number | undefined;
};

/** Which of the SYN-ACKs in them count. */
export type SelectionOptions = {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly allowDuplicates?: true | undefined;
};

/** Options of all commands that show or save what they read. */
export type SourceOptions = ReadingOptions &
  SelectionOptions & { readonly remote?: true | undefined; readonly quiet?: true | undefined };

export type OutputOptions = {
  readonly output?: string | undefined;
  readonly quiet?: true | undefined;
};

/** Each thread needs memory of its own, and no machine has more cores than this. */
const MAX_THREADS = 256;

const READERS: readonly Reader[] = ['fast', 'pcap-parser'];

/** Help for the argument that names what to read. */
export const SOURCES = 'captures, saved inventories and nmap XML, added together; - is standard input';
/** Help for --hosts. */
export const HOSTS = 'names of machines and services (default: the first of $SYNSUM_HOSTS, ./hosts.yaml, …)';

/** For commands that show or save what they read. */
export function addSourceOptions<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & SourceOptions> {
  addSelectionOptions(addReadingOptions(command)).option(
    '--remote',
    'show the addresses of remote machines instead of _',
  );
  return command as unknown as CommandOf<A, O & SourceOptions>;
}

export function addSelectionOptions<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & SelectionOptions> {
  command
    .option(
      '--since <time>',
      'count SYN-ACKs from this time on: 2026-05-31, 2026-05-31T14:00Z, 1780236000, or 24h ago',
    )
    .option('--until <time>', 'count SYN-ACKs before this time')
    .option('--allow-duplicates', 'count a capture again when two sources contain it');
  return command as unknown as CommandOf<A, O & SelectionOptions>;
}

export function addReadingOptions<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & ReadingOptions> {
  command
    .option('--hosts <file>', HOSTS)
    .option('--outer', 'count the outermost IP packet, and do not look into tunnels')
    .addOption(
      new Option(
        '--reader <reader>',
        'what finds the packets; pcap-parser is slow, and there to check results',
      )
        .choices(READERS)
        .default('fast'),
    )
    .addOption(
      new Option('--threads <n>', 'threads to read with (default: one per core)').argParser((text) =>
        parseCount(text, MAX_THREADS),
      ),
    )
    .addOption(
      new Option(
        '--max-rows <n>',
        `rows to keep in memory; beyond that the smallest are combined as (other) (default: ${DEFAULT_MAX_ROWS})`,
      ).argParser((text) => parseCount(text, MAX_ROWS)),
    );
  return command as unknown as CommandOf<A, O & ReadingOptions>;
}

export function addOutputOptions<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & OutputOptions> {
  command
    .option('-o, --output <file>', 'write the result to a file')
    .option('-q, --quiet', 'no totals on standard error, only problems');
  return command as unknown as CommandOf<A, O & OutputOptions>;
}

/**
 * The options of a command as the user wrote them, before or after its name. Those after the name win. Defaults come
 * last: commander's own optsWithGlobals would let the defaults of the program win over what stands after the name.
 */
export function optionsOf<A extends unknown[], O extends OptionValues>(command: CommandOf<A, O>): O {
  const commands: AnyCommand[] = [command];
  for (let parent: AnyCommand | null = command.parent; parent !== null; parent = parent.parent) {
    commands.push(parent);
  }
  const options: Record<string, unknown> = {};
  for (const isDefault of [true, false]) {
    for (const one of commands.toReversed()) {
      for (const [key, value] of Object.entries(one.opts())) {
        if ((one.getOptionValueSource(key) === 'default') === isDefault) options[key] = value;
      }
    }
  }
  return options as O;
}

/** Reads a whole number from 1 to the limit. @throws InvalidArgumentError */
export function parseCount(text: string, limit: number = Number.MAX_SAFE_INTEGER): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError('Expected a whole number, at least 1.');
  }
  if (count > limit) throw new InvalidArgumentError(`Expected at most ${limit}.`);
  return count;
}

/** Collects the values of an option that may be repeated. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
