// Help is data: every command and option says what it is for.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildProgram, run } from '../../src/cli/run.js';
import type { Output } from '../../src/files/output.js';
import { shell } from '../helpers/program.js';
import { hasNmap, NMAP_NOTE } from './lab.js';
import { makeFolder, OFFICE } from './office.js';

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

describe('help', async () => {
  const program = await buildProgram(context(), () => {});
  for (const command of [program, ...program.commands]) {
    test(`when ${command.name()} is checked, then it and all its options say what they are for`, () => {
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

  test('when it is asked for then every command is in it', async () => {
    const world = context();
    await run(['--help'], world);
    expect(program.commands.map((command) => command.name())).toEqual(
      expect.arrayContaining([
        'summary',
        'hosts',
        'services',
        'save',
        'diff',
        'check',
        'live',
        'scan',
        'init',
        'filter',
      ]),
    );
    for (const command of program.commands) {
      const [first = ''] = command.description().split(' ');
      expect(world.stdout.text).toMatch(new RegExp(`^  ${command.name()} .*${first}`, 'm'));
    }
  });

  test('when help is printed on 80 columns then its closing lines fit', async () => {
    for (const command of [
      'summary',
      'hosts',
      'services',
      'save',
      'diff',
      'check',
      'scan',
      'init',
      'filter',
    ]) {
      const world = context();
      await run([command, '--help'], world);
      expect(world.stdout.text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    }
    const world = context();
    await run(['--help'], world);
    expect(world.stdout.text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('when a command has more to say then that is in its help', async () => {
    for (const [command, text] of [
      ['diff', 'with -f nagios: 0 OK, 1 WARNING,\n2 CRITICAL, 3 UNKNOWN'],
      ['check', 'Exit status: 0 no changes, 1 changes'],
      ['scan', 'Everything after -- goes to nmap'],
    ] as const) {
      const world = context();
      expect(await run([command, '--help'], world)).toBe(0);
      expect(world.stdout.text).toContain(text);
    }
  });

  test.each(
    [
      ...program.commands.map((command) => [command.name(), '--help']),
      ['--help'],
      ['help'],
      ['--version'],
    ].map((args) => [args]),
  )('when %j is asked for, then it goes to standard output, and all is well', async (args) => {
    const world = context();
    expect(await run(args, world)).toBe(0);
    expect(world.stdout.text).not.toBe('');
    expect(world.stderr.text).toBe('');
  });
});

describe('the examples', () => {
  const { folder, write } = makeFolder();
  for (const name of ['capture.pcap', 'monday.pcap']) write(name, readFileSync(OFFICE));
  // Without its last record: the same one twice would be refused.
  write('tuesday.pcap', readFileSync(OFFICE).subarray(0, -84));
  write('synacks.pcap', readFileSync(OFFICE));
  // In the order in which they stand, as one writes what the next reads.
  const lines = async (...args: string[]): Promise<string[]> => {
    const world = context();
    await run([...args, '--help'], world);
    return [...world.stdout.text.matchAll(/^ {2}((?:synsum|ssh) .*)$/gm)].map(([, line = '']) => line);
  };

  test('when those of the program are run then all is well', async () => {
    const examples = await lines();
    expect(examples.length).toBeGreaterThan(4);
    for (const line of examples) {
      // ssh runs the command here.
      const ssh = `ssh() { shift; eval "\${1//\\/root\\//}"; }`;
      const { status, stderr } = await shell(`${ssh}; ${line}`, { cwd: folder });
      expect({ line, status, stderr }).toEqual({
        line,
        status: 0,
        stderr: expect.not.stringContaining('error'),
      });
    }
  });

  test.skipIf(!hasNmap)(`when that of scan is run then all is well${NMAP_NOTE}`, async () => {
    const [line = ''] = await lines('scan');
    const { status, stdout } = await shell(line.replace('192.0.2.0/24', '127.0.0.1'), { cwd: folder });
    expect({ line, status, stdout }).toMatchObject({ status: 0, stdout: expect.stringMatching(/^server,/) });
  });
});
