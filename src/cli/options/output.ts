// The options of output: its format, where it goes, and how much is said on standard error.

import { type CommandOf, Option, type OptionValues } from '../commander.js';
import { COLOR_CHOICES, type ColorChoice } from '../screen.js';
import { GROUP } from './command.js';

export type FormatOptions<Format extends string> = { readonly format?: Format | undefined };

export type OutputOptions = { readonly output?: string | undefined } & MessageOptions & ColorOptions;

export type MessageOptions = {
  readonly quiet?: true | undefined;
  readonly verbose?: true | undefined;
};

/** `otherwise` says which format is the default. */
export function addFormatOption<A extends unknown[], O extends OptionValues, Format extends string>(
  command: CommandOf<A, O>,
  formats: readonly Format[],
  otherwise: string,
): CommandOf<A, O & FormatOptions<Format>> {
  command
    .optionsGroup(GROUP.output)
    .addOption(new Option('-f, --format <format>', `output format (default: ${otherwise})`).choices(formats));
  return command as unknown as CommandOf<A, O & FormatOptions<Format>>;
}

export type ColorOptions = { readonly color?: ColorChoice | undefined };

export function addColorOption<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & ColorOptions> {
  command
    .optionsGroup(GROUP.output)
    .addOption(
      new Option('--color <when>', 'colour the result (default: auto, on a terminal)').choices(COLOR_CHOICES),
    );
  return command as unknown as CommandOf<A, O & ColorOptions>;
}

export function addOutputOption<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
  help = 'write the result to a file',
): CommandOf<A, O & { readonly output?: string | undefined }> {
  command.optionsGroup(GROUP.output).option('-o, --output <file>', help);
  return command as unknown as CommandOf<A, O & { readonly output?: string | undefined }>;
}

export type ForceOptions = { readonly force?: true | undefined };

export function addForceOption<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
): CommandOf<A, O & ForceOptions> {
  command.optionsGroup(GROUP.output).option('--force', 'overwrite the file');
  return command as unknown as CommandOf<A, O & ForceOptions>;
}

/** `verbose` is the help of -v. */
export function addMessageOptions<A extends unknown[], O extends OptionValues>(
  command: CommandOf<A, O>,
  verbose = 'report the inputs and every class of packets',
): CommandOf<A, O & MessageOptions> {
  command
    .optionsGroup(GROUP.output)
    .option('-q, --quiet', 'no totals on standard error, only problems')
    .option('-v, --verbose', verbose);
  return command as unknown as CommandOf<A, O & MessageOptions>;
}
