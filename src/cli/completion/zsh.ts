// The script for zsh: config/completion/synsum.zsh with a function for each command, whose options _arguments completes.
// zshcompsys(1).

import {
  type CommandLine,
  type CompletionCommand,
  type CompletionOption,
  fillScript,
  quoted,
  type Value,
} from './definition.js';

export function writeZsh({ main, commands, flagsWithValue }: CommandLine): string {
  const described = commands.map(({ name, help }) => quoted(`${name}:${help.replaceAll(':', '\\:')}`));
  const isOneOf = (words: readonly string[]): string => `[[ $1 == (${words.join('|')}) ]]`;
  return fillScript('synsum.zsh', [
    '_synsum_commands() {',
    '  local -a commands',
    '  commands=(',
    ...described.map((text) => `    ${text}`),
    '  )',
    '  _describe -t commands command commands "$@"',
    '}\n',
    `_synsum_is_command() { ${isOneOf(commands.map(({ name }) => name))}; }\n`,
    `_synsum_takes_value() { ${isOneOf(flagsWithValue)}; }\n`,
    ...commands.map((command) => functionOf(`_synsum_of_${command.name}`, command, argumentSpecs(command))),
    functionOf('_synsum_main', main, ["'1: :_synsum_first'", ...argumentSpecs(main)]),
  ]);
}

function functionOf(name: string, { options }: CompletionCommand, args: readonly string[]): string {
  const specs = [...options.map(optionSpec), ...args];
  return [`${name}() {`, `  _arguments -s -S \\\n    ${specs.join(' \\\n    ')}`, '}\n'].join('\n');
}

function optionSpec({ flags, help, value, isRepeatable }: CompletionOption): string {
  const text = `[${help.replace(/[[\]:]/g, '\\$&')}]`;
  const rest =
    value === undefined ? text : `${text}:${escapeColons(value.name)}:${actionFor(value.completed)}`;
  const [first = '', ...others] = flags;
  if (first === '-h') return `'(- *)'{${flags.join(',')}}${quoted(rest)}`;
  const assigned = (flag: string): string =>
    value !== undefined && flag.startsWith('--') ? `${flag}=` : flag;
  if (others.length === 0) return quoted(`${isRepeatable ? '*' : ''}${assigned(first)}${rest}`);
  return `'(${flags.join(' ')})'{${flags.map(assigned).join(',')}}${quoted(rest)}`;
}

function argumentSpecs({ args }: CompletionCommand): string[] {
  return args.map(({ name, completed, isRepeatable }) =>
    quoted(`${isRepeatable ? '*' : ''}:${escapeColons(name)}:${actionFor(completed)}`),
  );
}

function escapeColons(text: string): string {
  return text.replaceAll(':', '\\:');
}

function actionFor(value: Value): string {
  switch (value.kind) {
    case 'choices':
      return `(${value.choices.join(' ')})`;
    case 'files':
      return '_files';
    case 'folders':
      return '_files -/';
    case 'free':
      return ' ';
    default:
      return `_synsum_names ${value.kind}`;
  }
}
