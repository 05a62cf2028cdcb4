// Shared by all groups of options: the headings of help, how values are read, and how the options of a command are
// collected from both sides of its name.

import {
  type AnyCommand,
  type CommandOf,
  InvalidArgumentError,
  Option,
  type OptionValues,
} from '../commander.js';
import { UsageError } from '../usage-error.js';

/** Takes the exit status of a command that has finished. */
export type Done = (status: number) => void;

/** The headings of help, in the order in which every command has them. */
export const GROUP = {
  compare: 'Comparing:',
  filter: 'Choosing what counts:',
  rules: 'Making rules:',
  rulesCheck: 'Checking rules:',
  arrange: 'Arranging the result:',
  output: 'Output:',
  reading: 'Names and reading:',
  other: 'Other:',
} as const;

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

/** Keeps an old spelling of an option working, without showing it in help. Both set the same value. */
export function addOldSpelling(command: AnyCommand, flags: string, name: string): void {
  const takesMany = name === 'machine';
  const option = new Option(flags, `the old spelling of --${name}`).hideHelp();
  option.attributeName = () => name;
  command.addOption(takesMany ? option.argParser(collect) : option);
}

/** Common options without a value. */
const SWITCH = /--(?:numeric|reverse|remote|evidence)$|^-\w$/;

/** Why commands refuse some of the common options, by command and option. */
const refusals = new WeakMap<AnyCommand, Map<string, string>>();

/** Refuses an option that other commands have, with a sentence that says why. `flags` are those without a value. */
export function refuse(command: AnyCommand, flags: readonly string[], reason: string): void {
  const reasons = refusals.get(command) ?? new Map<string, string>();
  refusals.set(command, reasons);
  for (const flag of flags) {
    // The value is optional, because the reason must be given even without one.
    const option = new Option(SWITCH.test(flag) ? flag : `${flag} [value]`, `refused: ${reason}`).hideHelp();
    reasons.set(option.attributeName(), reason);
    command.addOption(option);
  }
}

/**
 * The options of a command as the user wrote them, before or after its name. Those after the name win. Defaults come
 * last: commander's own optsWithGlobals would let the defaults of the program win over what stands after the name.
 * @throws UsageError for an option that the command does not have, or refuses
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
        if ((one.getOptionValueSource(key) === 'default') !== isDefault) continue;
        if (!isDefault) checkGiven(command, one, key, value);
        options[key] = value;
      }
    }
  }
  return options as O;
}

/** @throws UsageError if an option that stands before the name of the command means nothing to it */
function checkGiven(command: AnyCommand, given: AnyCommand, key: string, value: unknown): void {
  const flag = longFlagOf(given, key);
  const reason = refusals.get(command)?.get(key);
  if (reason !== undefined) throw new UsageError(reason, flag);
  if (given === command) return;
  const own = command.options.find((option) => option.attributeName() === key);
  if (own === undefined) throw new UsageError(`synsum ${command.name()} has no such option`, flag);
  if (own.argChoices !== undefined && !own.argChoices.includes(String(value))) {
    throw new UsageError(`found ${value}, expected one of ${own.argChoices.join(', ')}`, flag);
  }
}

function longFlagOf(command: AnyCommand, key: string): string {
  const found = command.options.find((option) => option.attributeName() === key);
  return found?.long ?? found?.short ?? `--${key}`;
}
