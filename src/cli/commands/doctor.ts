// `synsum doctor`: checks what synsum needs, and what it can use, on this machine.

import { type AnyCommand, Option, type OptionsOf } from '../commander.js';
import type { Context } from '../context.js';
import type { Check } from '../doctor/check.js';
import { EXIT_CHANGES, EXIT_DONE } from '../exit-codes.js';
import { type Done, GROUP, optionsOf } from '../options/command.js';
import { addNamesOption } from '../options/reading.js';
import { screenOf } from '../screen.js';

type Options = OptionsOf<typeof addCommand>;

const HELP = `
Examples:
  synsum doctor
  synsum doctor --store history.db -f json

Each line begins with ok, missing (optional, and not installed) or broken.

Exit status: 0 nothing is broken, 1 something is.`;

export function addDoctorCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = addCommand(program);
  command.action(async () => done(await examine(optionsOf(command), context)));
}

function addCommand(program: AnyCommand) {
  const command = program
    .command('doctor')
    .description('check what synsum needs and can use on this machine, and which hosts.yaml applies')
    .optionsGroup(GROUP.reading)
    .option('--store <file|url>', 'also check that this store can be asked');
  return addNamesOption(command)
    .optionsGroup(GROUP.output)
    .addOption(
      new Option('-f, --format <format>', 'output format')
        .choices(['table', 'json'] as const)
        .default('table' as const),
    )
    .addHelpText('after', HELP);
}

async function examine({ names, store, format }: Options, context: Context): Promise<number> {
  const [{ checkInstallation }, { checkPrograms }, settings] = await Promise.all([
    import('../doctor/installation.js'),
    import('../doctor/programs.js'),
    import('../doctor/settings.js'),
  ]);
  const checks = [
    ...(await checkInstallation()),
    await settings.checkHosts(names, context),
    ...(store === undefined ? [] : [await settings.checkStore(store)]),
    settings.checkTerminal(context),
    settings.checkTimeZone(context),
    ...(await checkPrograms(context.env)),
  ];
  const { stdout } = context;
  stdout.write(
    format === 'json' ? writeJson(checks) : writeTable(checks, screenOf(stdout, 'never', context).width),
  );
  return checks.some(({ state }) => state === 'broken') ? EXIT_CHANGES : EXIT_DONE;
}

function writeJson(checks: readonly Check[]): string {
  return `${JSON.stringify({ schema: 'synsum.doctor', version: 1, checks }, null, 2)}\n`;
}

function writeTable(checks: readonly Check[], width = Number.POSITIVE_INFINITY): string {
  const names = Math.max(...checks.map(({ name }) => name.length));
  const states = Math.max(...checks.map(({ state }) => state.length));
  const indent = states + names + 4;
  return checks
    .map(({ name, state, text }) => {
      const [first = '', ...others] = wrap(text, width - indent);
      const lines = [`${state.padEnd(states)}  ${name.padEnd(names)}  ${first}`];
      return [...lines, ...others.map((line) => `${' '.repeat(indent)}${line}`), ''].join('\n');
    })
    .join('');
}

/** Breaks a text at blanks. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
