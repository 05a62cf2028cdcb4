// The script for fish: config/completion/synsum.fish with a line for each option of each command. complete(1).

import {
  type CommandLine,
  type CompletionArgument,
  type CompletionCommand,
  type CompletionOption,
  fillScript,
  type Value,
} from './definition.js';

export function writeFish({ main, commands, flagsWithValue }: CommandLine): string {
  return fillScript('synsum.fish', [
    `set -g __synsum_commands ${commands.map(({ name }) => name).join(' ')}`,
    `set -g __synsum_flags_with_value ${flagsWithValue.join(' ')}`,
    ...commands.map(
      ({ name, help }) => `complete -c synsum -n '__synsum_is main' -a ${name} -d ${quoted(help)}`,
    ),
    ...linesOf('main', { ...main, args: [] }),
    ...commands.flatMap((command) => linesOf(command.name, command)),
  ]);
}

function linesOf(name: string, { options, args }: CompletionCommand): string[] {
  const isOpen = args.some(({ completed, isRepeatable }) => isRepeatable && completed.kind === 'files');
  const noFiles = isOpen || name === 'main' ? [] : [`complete -c synsum -n '__synsum_is ${name}' -f`];
  return [
    ...noFiles,
    ...args.flatMap((argument, at) => argumentLine(name, argument, at)),
    ...options.map((option) => optionLine(name, option)),
  ];
}

function argumentLine(name: string, { completed, isRepeatable }: CompletionArgument, at: number): string[] {
  const condition = isRepeatable ? `__synsum_is ${name}` : `__synsum_argument ${name} ${at}`;
  const action = actionFor(completed);
  return action === '-f' || (isRepeatable && completed.kind === 'files')
    ? []
    : [`complete -c synsum -n '${condition}' ${action}`];
}

function optionLine(name: string, { flags, help, value }: CompletionOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const action = value === undefined ? '' : ` -r ${actionFor(value.completed)}`;
  return `complete -c synsum -n '__synsum_is ${name}' ${names.join(' ')}${action} -d ${quoted(help)}`;
}

function actionFor(value: Value): string {
  switch (value.kind) {
    case 'choices':
      return `-f -a ${quoted(value.choices.join(' '))}`;
    case 'files':
      return '-F';
    case 'folders':
      return `-f -a '(__fish_complete_directories (commandline -ct))'`;
    case 'free':
      return '-f';
    default:
      return `-f -a '(__synsum_names ${value.kind})'`;
  }
}

/** fish reads backslashes before these two in single quotes. */
function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
