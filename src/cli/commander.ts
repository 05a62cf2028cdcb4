// commander, with the types of @commander-js/extra-typings, which know a command's options from their flags. Those
// are types alone: nothing is loaded for them.

import type * as typed from '@commander-js/extra-typings';
import * as commander from 'commander';

export const Command: typeof typed.Command = commander.Command as unknown as typeof typed.Command;
export const Option: typeof typed.Option = commander.Option as unknown as typeof typed.Option;
export const Argument: typeof typed.Argument = commander.Argument as unknown as typeof typed.Argument;
export const InvalidArgumentError: typeof typed.InvalidArgumentError = commander.InvalidArgumentError;
export const CommanderError: typeof typed.CommanderError = commander.CommanderError;

/** A command with these arguments and options, whatever its parent's are. */
export type CommandOf<Args extends unknown[], Options extends typed.OptionValues> = typed.Command<
  Args,
  Options
>;
/** A command of which nothing is known yet, or nothing matters. */
// biome-ignore lint/suspicious/noExplicitAny: a command takes its place in the type of what it is passed to.
export type AnyCommand = typed.Command<any, any, any>;
export type { OptionValues } from '@commander-js/extra-typings';
/** The options of the command that a function returns. */
// biome-ignore lint/suspicious/noExplicitAny: any function will do.
export type OptionsOf<F extends (...parameters: any) => AnyCommand> = ReturnType<ReturnType<F>['opts']>;
