// The options of commands that compare: what counts as a change, and how changes are reported.

import { DEFAULT_GONE_PROBABILITY } from '../../inventory/changes/changes.js';
import { DIFF_FORMATS, type DiffFormat } from '../../views/index.js';
import { type CommandOf, InvalidArgumentError, Option, type OptionValues } from '../commander.js';
import {
  addNumericOption,
  addTimeZoneOption,
  type NumericOptions,
  type TimeZoneOptions,
} from './arrangement.js';
import { addOldSpelling, collect, GROUP, refuse } from './command.js';
import { addFilterOptions, type FilterOptions } from './filters.js';
import {
  addColorOption,
  addFormatOption,
  addMessageOptions,
  addOutputOption,
  type OutputOptions,
} from './output.js';

/** Decides which differences count as changes. */
export type ComparingOptions = {
  readonly changedClients?: true | undefined;
  readonly goneProbability: number;
  readonly ignore?: string[] | undefined;
};

export function addComparingOptions<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & ComparingOptions> {
  command
    .optionsGroup(GROUP.compare)
    .option('--changed-clients', 'also report services whose clients changed')
    .addOption(
      new Option(
        '--gone-probability <p>',
        'report a service as gone if its silence has at most this probability',
      )
        .default(DEFAULT_GONE_PROBABILITY)
        .argParser(parseProbability),
    )
    .option(
      '--ignore <pattern>',
      'leave out expected changes: MACHINE, MACHINE:SERVICE or :SERVICE, as under expected: in hosts.yaml; also A,B',
      collect,
    );
  return command as unknown as CommandOf<A, O & ComparingOptions>;
}

/** How changes are found, judged and reported. */
export type ChangeOptions = FilterOptions &
  NumericOptions &
  TimeZoneOptions &
  OutputOptions &
  ComparingOptions & {
    readonly format?: DiffFormat | undefined;
    readonly warning?: string | undefined;
    readonly critical?: string | undefined;
  };

export function addChangeOptions<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & ChangeOptions> {
  addComparingOptions(command);
  command
    .optionsGroup(GROUP.compare)
    .option(
      '--warning <range>',
      'with -f nagios: WARNING if the number of changes is outside this range (default: 0)',
    )
    .option(
      '--critical <range>',
      'with -f nagios: CRITICAL if the number of changes is outside this range (default: any)',
    );
  addOldSpelling(command, '--clients', 'changedClients');
  addTimeZoneOption(addNumericOption(addFilterOptions(command)));
  addFormatOption(command, DIFF_FORMATS, 'text');
  addMessageOptions(
    addOutputOption(addColorOption(command)),
    'also report what has not been seen yet, and how many changes were left out',
  );
  refuse(
    command,
    ['--sort', '-S', '--top', '--reverse'],
    'changes are reported by kind and machine, all of them',
  );
  refuse(command, ['--only', '--evidence'], 'changes say what is newly used; -v adds what only answered');
  refuse(command, ['--remote'], 'changes of remote machines are not reported');
  return command as unknown as CommandOf<A, O & ChangeOptions>;
}

/** @throws InvalidArgumentError */
function parseProbability(text: string): number {
  const probability = Number(text);
  if (!/^\d*\.?\d+(e-\d+)?$/i.test(text) || !(probability > 0 && probability < 1)) {
    throw new InvalidArgumentError('Expected a number between 0 and 1.');
  }
  return probability;
}
