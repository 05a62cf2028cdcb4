// Help is data: every command and option says what it is for.

import { describe, expect, test } from 'vitest';
import type { Output } from '../../src/cli/output.js';
import { buildProgram, run } from '../../src/cli/run.js';

function memoryOutput(): Output & { text: string } {
  return {
    text: '',
    isTerminal: false,
    write(text) {
      this.text += text;
      return true;
    },
    close() {},
  };
}

function context(): {
  stdout: Output & { text: string };
  stderr: Output & { text: string };
  env: NodeJS.ProcessEnv;
  cwd: string;
} {
  return { stdout: memoryOutput(), stderr: memoryOutput(), env: {}, cwd: '/' };
}

describe('help', () => {
  const program = buildProgram(context(), () => {});
  for (const command of [program, ...program.commands]) {
    test(`when ${command.name()} is looked at, then it and all its options say what they are for`, () => {
      expect(command.description()).not.toBe('');
      for (const option of command.options) expect(option.description, option.flags).not.toBe('');
      for (const argument of command.registeredArguments) expect(argument.description).not.toBe('');
    });
  }

  test('when the summary is spelled out, then it has the options of the default command', () => {
    const flags = (options: readonly { flags: string }[]): string[] => options.map((option) => option.flags);
    const summary = program.commands.find((command) => command.name() === 'summary');
    expect(flags(program.options).filter((flag) => !flag.includes('--version'))).toEqual(
      flags(summary?.options ?? []),
    );
  });

  test.each([[['--help']], [['help']], [['summary', '--help']], [['--version']]])(
    'when %j is asked for, then it goes to standard output, and all is well',
    async (args) => {
      const world = context();
      expect(await run(args, world)).toBe(0);
      expect(world.stdout.text).not.toBe('');
      expect(world.stderr.text).toBe('');
    },
  );
});
