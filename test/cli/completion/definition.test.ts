// Completion is made from the definitions of the commands: nothing may be missing, and no word may mean two things.

import { describe, expect, test } from 'vitest';
import { describeCommandLine } from '../../../src/cli/completion/definition.js';
import { buildProgram } from '../../../src/cli/run.js';

const nowhere = { isTerminal: false, write: () => true, close: () => {} };
const program = await buildProgram({ stdout: nowhere, stderr: nowhere, env: {}, cwd: '/' }, () => {});
const { main, commands, flagsWithValue } = describeCommandLine(program);

/** Values that nothing can complete, by what help calls them. */
const FREE = ['time', 'n', 'p', 'range', 'seconds', 'text', 'hours,days', 'size', 'name', 'url'];

describe('the command line that shells complete', () => {
  test('when it is compared with the help, then it has every command and every option', () => {
    const help = program.createHelp();
    expect(commands.map(({ name }) => name)).toEqual(
      help.visibleCommands(program).map((command) => command.name()),
    );
    for (const { name, options } of commands.filter((command) => command.name !== 'help')) {
      const command = program.commands.find((one) => one.name() === name);
      const flags = command && help.visibleOptions(command).map((option) => option.flags.replace(/ <.*/, ''));
      expect(options.map((option) => option.flags.join(', '))).toEqual(flags);
    }
    expect(main.options.map(({ flags }) => flags.at(-1))).toContain('--version');
  });

  test('when an option has a value, then it is decided how it is completed', () => {
    const undecided = commands.flatMap(({ options, args }) => [
      ...options.filter(({ value }) => value?.completed.kind === 'free').map(({ value }) => value?.name),
      ...args.filter(({ completed }) => completed.kind === 'free').map(({ name }) => name),
    ]);
    expect([...new Set(undecided)].filter((name) => !FREE.includes(name as string))).toEqual([]);
  });

  test('when a flag takes a value in one command, then it does in all that have it', () => {
    for (const { name, options } of [main, ...commands]) {
      for (const { flags, value } of options) {
        for (const flag of flags) {
          expect({ name, flag, takesValue: flagsWithValue.includes(flag) }).toEqual({
            name,
            flag,
            takesValue: value !== undefined,
          });
        }
      }
    }
  });

  test('when choices are words of a shell, then they need no quotes', () => {
    const choices = commands.flatMap(({ options, args }) =>
      [...options.map(({ value }) => value?.completed), ...args.map(({ completed }) => completed)].flatMap(
        (value) => (value?.kind === 'choices' ? value.choices : []),
      ),
    );
    expect(choices.length).toBeGreaterThan(50);
    for (const choice of choices) expect(choice).toMatch(/^[\w-]+$/);
  });
});
