// The script for PowerShell: config/completion/synsum.ps1 with tables of what completes a word.

import { type CommandLine, type CompletionCommand, fillScript, type Value } from './definition.js';

export function writePowerShell({ main, commands, flagsWithValue }: CommandLine): string {
  const all = [{ ...main, name: 'main', args: [] }, ...commands];
  return fillScript('synsum.ps1', [
    `$flagsWithValue = ${list(flagsWithValue)}`,
    '    $commands = [ordered]@{',
    ...commands.map(({ name, help }) => `        ${quoted(name)} = ${quoted(help)}`),
    '    }',
    '    $options = @{',
    ...all.flatMap(optionTable),
    '    }',
    '    $values = @{',
    ...all.flatMap(valueTable),
    '    }',
    '    $arguments = @{',
    ...all.flatMap(argumentTable),
    '    }',
  ]);
}

function optionTable({ name, options }: CompletionCommand): string[] {
  const flags = options.flatMap((option) => option.flags.map((flag) => ({ flag, help: option.help })));
  // Keys of a table do not differ by case alone.
  const known = new Set<string>();
  const kept = flags.filter(({ flag }) => !known.has(flag.toLowerCase()) && known.add(flag.toLowerCase()));
  return [
    `        ${quoted(name)} = [ordered]@{`,
    ...kept.map(({ flag, help }) => `            ${quoted(flag)} = ${quoted(help)}`),
    '        }',
  ];
}

function valueTable({ name, options }: CompletionCommand): string[] {
  return options.flatMap(({ flags, value }) => {
    const found = value && answerFor(value.completed);
    return found === undefined ? [] : flags.map((flag) => `        ${quoted(`${name} ${flag}`)} = ${found}`);
  });
}

function argumentTable({ name, args }: CompletionCommand): string[] {
  return args.flatMap(({ completed, isRepeatable }, at) => {
    const found = answerFor(completed);
    return found === undefined ? [] : [`        ${quoted(`${name} ${isRepeatable ? '*' : at}`)} = ${found}`];
  });
}

/** A list: how it is completed, and the choices. Undefined leaves it to PowerShell. */
function answerFor(value: Value): string | undefined {
  switch (value.kind) {
    case 'choices':
      return list(['choices', ...value.choices]);
    case 'files':
    case 'folders':
    case 'free':
      return undefined;
    default:
      return list([value.kind]);
  }
}

function list(texts: readonly string[]): string {
  return `@(${texts.map(quoted).join(', ')})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
