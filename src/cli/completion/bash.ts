// The script for bash: config/completion/synsum.bash with functions that look up what completes a word.

import {
  type CommandLine,
  type CompletionCommand,
  type CompletionOption,
  fillScript,
  quoted,
  type Value,
} from './definition.js';

export function writeBash({ main, commands, flagsWithValue }: CommandLine): string {
  const all = [...commands, { ...main, name: 'main' }];
  return fillScript('synsum.bash', [
    `_synsum_commands() { echo ${quoted(commands.map(({ name }) => name).join(' '))}; }\n`,
    caseOf('_synsum_is_command', [[commands.map(({ name }) => name), 'return 0']], 'return 1'),
    caseOf('_synsum_takes_value', [[flagsWithValue, 'return 0']], 'return 1'),
    caseOf(
      '_synsum_options',
      all.map((command) => [[command.name], `_synsum_words ${quoted(flagsOf(command).join(' '))}`]),
    ),
    caseOf('_synsum_value', valueCases(commands), '_synsum_nothing'),
    caseOf('_synsum_argument', commands.flatMap(argumentCases), '_synsum_nothing'),
  ]);
}

type Case = readonly [patterns: readonly string[], action: string];

function caseOf(name: string, cases: readonly Case[], otherwise?: string): string {
  return [
    `${name}() {`,
    '  case "$1" in',
    ...cases.map(([patterns, action]) => `    ${patterns.map(pattern).join('|')}) ${action} ;;`),
    ...(otherwise === undefined ? [] : [`    *) ${otherwise} ;;`]),
    '  esac',
    '}\n',
  ].join('\n');
}

/** A star stands for any text; everything else for itself. */
function pattern(text: string): string {
  return text.replace(/[^\w*-]/g, '\\$&');
}

function flagsOf({ options }: CompletionCommand): string[] {
  return options.flatMap(({ flags }) => flags);
}

/** Options by what completes their values: most are the same in all commands that have them. */
function valueCases(commands: readonly CompletionCommand[]): Case[] {
  const actions = new Map<string, Map<string, string[]>>();
  for (const { name, options } of commands) {
    for (const option of options) {
      const action = actionOf(option);
      if (action === undefined) continue;
      for (const flag of option.flags) {
        const ofFlag = actions.get(flag) ?? new Map<string, string[]>();
        actions.set(flag, ofFlag);
        ofFlag.set(action, [...(ofFlag.get(action) ?? []), `${name} ${flag}`]);
      }
    }
  }
  const patterns = new Map<string, string[]>();
  for (const [flag, byAction] of actions) {
    for (const [action, names] of byAction) {
      patterns.set(action, [
        ...(patterns.get(action) ?? []),
        ...(byAction.size === 1 ? [`* ${flag}`] : names),
      ]);
    }
  }
  return [...patterns].map(([action, names]) => [names, action]);
}

function actionOf({ value }: CompletionOption): string | undefined {
  return value && actionFor(value.completed);
}

function actionFor(value: Value): string {
  switch (value.kind) {
    case 'choices':
      return `_synsum_words ${quoted(value.choices.join(' '))}`;
    case 'files':
      return '_synsum_files';
    case 'folders':
      return '_synsum_folders';
    case 'free':
      return '_synsum_nothing';
    default:
      return `_synsum_names ${value.kind}`;
  }
}

function argumentCases({ name, args }: CompletionCommand): Case[] {
  return args.map(({ completed, isRepeatable }, at) => [
    [`${name} ${isRepeatable ? '*' : at}`],
    actionFor(completed),
  ]);
}
