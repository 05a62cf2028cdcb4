// Runs the command line and gives the exit status. What commands need of the process is in Context, so that
// tests can run them in their own.

import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { type Output, openDescriptor } from '../files/output.js';
import { packageFile } from '../files/package-root.js';
import { CountError } from '../tally/count-error.js';
import { EXIT_DONE, EXIT_USAGE } from './exit-codes.js';
import {
  addCheckCommand,
  addDiffCommand,
  addHostsCommand,
  addSaveCommand,
  addScanCommand,
  addServicesCommand,
} from './inventory-program.js';
import { addFilterCommand, addInitCommand, addSummaryCommand } from './program.js';
import { UsageError } from './usage-error.js';

/** The world as a command sees it. */
export interface Context {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

export async function run(argv: readonly string[], context: Context = processContext()): Promise<number> {
  let status: number = EXIT_DONE;
  const program = buildProgram(
    context,
    (result) => {
      status = result;
    },
    argv,
  );
  try {
    await program.parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    // Commander has said what it found; help and version are no errors.
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT_DONE;
      if (!PLUGIN.test(argv.join(' '))) return EXIT_USAGE;
      const { tellUnknown } = await import('./changes.js');
      return tellUnknown(error.message, context.stdout);
    }
    context.stderr.write(`${describeError(error as Error)}\n`);
    return EXIT_USAGE;
  }
}

/** What is a mistake of the user, or of who forged a file, needs no stack. */
function describeError(error: Error): string {
  if (error instanceof UsageError) return error.message;
  return `synsum: ${error instanceof CountError ? error.message : (error.stack ?? error)}`;
}

/** Of a command line that was not understood nothing else tells that Nagios will read the answer. */
const PLUGIN = /(?:^| )(?:-\w*f|--format)[ =]?nagios(?: |$)/;

/** The commands beside the summary, in the order in which the help lists them. */
const COMMANDS: Readonly<Record<string, typeof addHostsCommand>> = {
  hosts: addHostsCommand,
  services: addServicesCommand,
  save: addSaveCommand,
  diff: addDiffCommand,
  check: addCheckCommand,
  scan: addScanCommand,
  init: addInitCommand,
  filter: addFilterCommand,
};

/** Words that may ask for the list of all commands. */
const HELP = /^(help|--help|-\w*h)$/;

/**
 * The whole command line as data: names, options and their help. Given the words of a command line, the commands that
 * these cannot mean are left out: their options are many, and most runs want none of them.
 */
export function buildProgram(
  context: Context,
  done: (status: number) => void,
  argv?: readonly string[],
): Command {
  const program = new Command('synsum')
    .description(
      'Tells which machines serve what to whom, from captured SYN-ACKs.\n\n' +
        'Each accepted TCP connection begins with one packet that has SYN and ACK set, sent by the server.\n' +
        'synsum counts them by client, server and service. Remote machines are written as an underscore.',
    )
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    });
  addSummaryCommand(program, context, done);
  for (const [name, add] of Object.entries(COMMANDS)) {
    if (argv === undefined || argv.includes(name) || argv.some((word) => HELP.test(word))) {
      add(program, context, done);
    }
  }
  return program;
}

function processContext(): Context {
  return { stdout: openDescriptor(1), stderr: openDescriptor(2), env: process.env, cwd: process.cwd() };
}

function readVersion(): string {
  const text = readFileSync(packageFile('package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
