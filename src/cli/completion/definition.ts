// The command line as shells complete it: made from the definitions of the commands, which know nothing of shells.

import { readFileSync } from 'node:fs';
import { packageFile } from '../../files/package-root.js';
import { COLUMNS } from '../../inventory/summary/columns.js';
import type { AnyCommand } from '../commander.js';

/** Names that only synsum knows; `synsum completion names` prints them. */
type NameKind = 'machines' | 'services' | 'sensors' | 'zones';

/** Values that can be completed; with `free`, nothing can. */
export type Value =
  | { readonly kind: 'choices'; readonly choices: readonly string[] }
  | { readonly kind: 'files' | 'folders' | 'free' | NameKind };

export interface CompletionOption {
  /** As typed: `--client`, or `-f` and `--format`. */
  readonly flags: readonly string[];
  readonly help: string;
  /** The name of its value, and how it is completed; undefined if it has none. */
  readonly value: { readonly name: string; readonly completed: Value } | undefined;
  readonly isRepeatable: boolean;
}

export interface CompletionArgument {
  readonly name: string;
  readonly completed: Value;
  readonly isRepeatable: boolean;
}

export interface CompletionCommand {
  readonly name: string;
  readonly help: string;
  readonly options: readonly CompletionOption[];
  readonly args: readonly CompletionArgument[];
}

export interface CommandLine {
  /** The program without a command. */
  readonly main: CompletionCommand;
  readonly commands: readonly CompletionCommand[];
  /** All options that take a value, hidden ones too. */
  readonly flagsWithValue: readonly string[];
}

/** Options whose values are names, or of a list that is only in their help. */
const BY_FLAG: Readonly<Record<string, Value>> = {
  '--client': { kind: 'machines' },
  '--server': { kind: 'machines' },
  '--machine': { kind: 'machines' },
  '--ignore': { kind: 'machines' },
  '--service': { kind: 'services' },
  '--sensor': { kind: 'sensors' },
  '--tz': { kind: 'zones' },
  '--by': { kind: 'choices', choices: COLUMNS },
};

/** Values by what help calls them. All that are not here are free. */
const BY_NAME: Readonly<Record<string, Value>> = {
  file: { kind: 'files' },
  'file|url': { kind: 'files' },
  ruleset: { kind: 'files' },
  source: { kind: 'files' },
  capture: { kind: 'files' },
  baseline: { kind: 'files' },
  store: { kind: 'files' },
  folder: { kind: 'folders' },
  target: { kind: 'machines' },
};

const FREE: Value = { kind: 'free' };

/** Describes the command line, given the program with all its commands. */
export function describeCommandLine(program: AnyCommand): CommandLine {
  const commands = program.createHelp().visibleCommands(program);
  const names = commands.map((command) => command.name());
  const all = [program, ...program.commands].flatMap((command) => command.options);
  return {
    main: describe(program, names),
    commands: commands.map((command) => describe(command, names)),
    flagsWithValue: [...new Set(all.filter(({ required }) => required).flatMap(flagsOf))],
  };
}

function describe(command: AnyCommand, commandNames: readonly string[]): CompletionCommand {
  const help = command.createHelp();
  const options = help.visibleOptions(command).map((option): CompletionOption => {
    const { long, description, argChoices, parseArg } = option;
    const [, name] = /<(.*)>/.exec(option.flags) ?? [];
    const choices: Value | undefined = argChoices && { kind: 'choices', choices: argChoices };
    const completed = choices ?? BY_FLAG[long ?? ''] ?? BY_NAME[name ?? ''] ?? FREE;
    return {
      flags: flagsOf(option),
      help: description,
      value: name === undefined ? undefined : { name, completed },
      isRepeatable: parseArg !== undefined && argChoices === undefined && BY_FLAG[long ?? ''] !== undefined,
    };
  });
  const args = command.registeredArguments.map((argument): CompletionArgument => {
    const name = argument.name();
    const choices =
      argument.argChoices ?? (command.name() === 'help' && name === 'command' ? commandNames : undefined);
    const completed: Value = choices ? { kind: 'choices', choices } : (BY_NAME[name] ?? FREE);
    return { name, completed, isRepeatable: argument.variadic };
  });
  return { name: command.name(), help: command.description(), options, args };
}

function flagsOf(option: {
  readonly short?: string | undefined;
  readonly long?: string | undefined;
}): string[] {
  return [option.short, option.long].filter((flag) => flag !== undefined);
}

/** A word or text in single quotes, as bash, zsh and fish read it, if it has no backslash. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Returns a script of config/completion with the lines that depend on the commands. */
export function fillScript(file: string, lines: readonly string[]): string {
  const script = readFileSync(packageFile(`config/completion/${file}`), 'utf8');
  return script.replace('# TABLES\n', () => `${lines.join('\n')}\n`);
}
