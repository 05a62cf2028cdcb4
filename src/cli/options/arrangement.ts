// The options that arrange rows: in which order, how many, and whether by name.

import { clockOf } from '../../text/clock.js';
import { type CommandOf, InvalidArgumentError, Option, type OptionValues } from '../commander.js';
import { GROUP, parseCount } from './command.js';

export type NumericOptions = { readonly numeric?: true | undefined };

/** The order of rows, and how many are shown. */
export type OrderOptions<Column extends string = string> = {
  readonly sort?: Column | undefined;
  readonly top?: number | undefined;
  readonly reverse?: true | undefined;
};

export type TimeZoneOptions = { readonly tz?: string | undefined };

export function addTimeZoneOption<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & TimeZoneOptions> {
  command
    .optionsGroup(GROUP.arrange)
    .addOption(
      new Option(
        '--tz <zone>',
        'zone of the times shown, and of --by day: local, utc (the default) or a name such as Europe/Berlin; without it, --since and --until are local',
      ).argParser(parseZone),
    );
  return command as unknown as CommandOf<A, O & TimeZoneOptions>;
}

/** @throws InvalidArgumentError */
function parseZone(text: string): string {
  try {
    clockOf(text);
    return text;
  } catch {
    throw new InvalidArgumentError('Expected local, utc or a time zone such as Europe/Berlin.');
  }
}

export type RemoteOptions = { readonly remote?: true | undefined };

export function addNumericOption<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & NumericOptions> {
  command.optionsGroup(GROUP.arrange).option('-n, --numeric', 'addresses and ports instead of names');
  return command as unknown as CommandOf<A, O & NumericOptions>;
}

export function addRemoteOption<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & RemoteOptions> {
  command
    .optionsGroup(GROUP.arrange)
    .option('--remote', 'show the addresses of remote machines instead of _');
  return command as unknown as CommandOf<A, O & RemoteOptions>;
}

export function addOrderOptions<A extends unknown[], O extends OptionValues, Column extends string>(
  command: CommandOf<A, O>,
  columns: readonly Column[],
): CommandOf<A, O & OrderOptions<Column>> {
  command
    .optionsGroup(GROUP.arrange)
    .addOption(new Option('--sort <column>', 'sort by this column').choices(columns))
    .addOption(new Option('-S', 'the busiest first: --sort count').implies({ sort: 'count' }))
    .addOption(
      new Option('--top <n>', 'only the first N rows; without --sort the N busiest').argParser((text) =>
        parseCount(text),
      ),
    )
    .option('--reverse', 'reverse the order, before --top');
  return command as unknown as CommandOf<A, O & OrderOptions<Column>>;
}
