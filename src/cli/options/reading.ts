// The options that say what is read and how, and where names come from.

import type { Reader } from '../../sources/input-result.js';
import { ACROSS, type Across } from '../../store/selection.js';
import { DEFAULT_MAX_ROWS, MAX_ROWS } from '../../tally/layout.js';
import { type CommandOf, Option, type OptionValues } from '../commander.js';
import { addOldSpelling, GROUP, parseCount } from './command.js';

// Type aliases, as an interface is not an object with any keys, which commander's types ask for.

export type NamesOptions = { readonly names?: string | undefined };

/** How sources are read. */
export type ReadingOptions = NamesOptions & {
  readonly outer?: true | undefined;
  readonly reader: Reader;
  readonly threads?: number | undefined;
  readonly maxRows?: number | undefined;
};

export type AcrossOption = { readonly across?: Across | undefined };

/** Each thread needs memory of its own, and no machine has more cores than this. */
const MAX_THREADS = 256;

const READERS: readonly Reader[] = ['fast', 'pcap-parser'];

/** Help for the argument that names what to read. */
export const SOURCES =
  'captures, directories of captures, saved inventories and nmap XML, added together; - is standard input';

export function addNamesOption<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
  help = 'names of machines and services (default: the first of $SYNSUM_HOSTS, ./hosts.yaml, ~/.config/synsum/hosts.yaml and /etc/synsum/hosts.yaml)',
): CommandOf<A, O & NamesOptions> {
  command.optionsGroup(GROUP.reading).option('--names <file>', help);
  addOldSpelling(command, '--hosts <file>', 'names');
  return command as unknown as CommandOf<A, O & NamesOptions>;
}

export type FilesOptions = { readonly filesFrom?: string | undefined };

export function addFilesOption<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & FilesOptions> {
  command
    .optionsGroup(GROUP.reading)
    .option(
      '--files-from <file>',
      'also read the sources that this file lists, one to a line or NUL-separated',
    );
  return command as unknown as CommandOf<A, O & FilesOptions>;
}

export function addReadingOptions<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & ReadingOptions> {
  addNamesOption(command)
    .option('--outer', 'count the outermost IP packet, and do not look into tunnels')
    .addOption(
      new Option('--reader <reader>', 'pcap-parser: a second, slower reader, to check results with')
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

/** For commands that read several sources into one answer. */
export function addAcrossOption<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & AcrossOption> {
  command
    .optionsGroup(GROUP.reading)
    .addOption(
      new Option(
        '--across <how>',
        'for sensors of a store on the same path: their sum, or in each hour the one that saw most (default: sum)',
      ).choices(ACROSS),
    );
  return command as unknown as CommandOf<A, O & AcrossOption>;
}
