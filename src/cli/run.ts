// Runs a command line, and returns the exit status.

import { readFileSync } from 'node:fs';
import { type Output, OutputError } from '../files/output.js';
import { packageFile } from '../files/package-root.js';
import { CountError } from '../tally/count-error.js';
import { MemoryError } from '../tally/memory-error.js';
import { nearest } from '../text/nearest.js';
import { COMMAND_NAMES, type CommandName } from './command-names.js';
import { type AnyCommand, Command, CommanderError, Option } from './commander.js';
import { addSummaryCommand } from './commands/summary.js';
import { type Context, processContext } from './context.js';
import { EXIT_CHANGES, EXIT_DONE, EXIT_INCOMPLETE, EXIT_USAGE } from './exit-codes.js';
import { type Done, GROUP } from './options/command.js';
import { UsageError } from './usage-error.js';

type AddCommand = (program: AnyCommand, context: Context, done: Done) => void;

/** The commands besides the summary, in the order in which the help lists them. Each is loaded only when needed. */
const COMMANDS: Readonly<Record<Exclude<CommandName, 'summary' | 'help'>, () => Promise<AddCommand>>> = {
  hosts: async () => (await import('./commands/hosts.js')).addHostsCommand,
  services: async () => (await import('./commands/services.js')).addServicesCommand,
  save: async () => (await import('./commands/save.js')).addSaveCommand,
  diff: async () => (await import('./commands/diff.js')).addDiffCommand,
  check: async () => (await import('./commands/check.js')).addCheckCommand,
  live: async () => (await import('./commands/live.js')).addLiveCommand,
  scan: async () => (await import('./commands/scan.js')).addScanCommand,
  report: async () => (await import('./commands/report.js')).addReportCommand,
  map: async () => (await import('./commands/map.js')).addMapCommand,
  rules: async () => (await import('./commands/rules.js')).addRulesCommand,
  init: async () => (await import('./commands/init.js')).addInitCommand,
  record: async () => (await import('./commands/record.js')).addRecordCommand,
  push: async () => (await import('./commands/push.js')).addPushCommand,
  history: async () => (await import('./commands/history.js')).addHistoryCommand,
  filter: async () => (await import('./commands/filter.js')).addFilterCommand,
  doctor: async () => (await import('./commands/doctor.js')).addDoctorCommand,
  completion: async () => (await import('./commands/completion.js')).addCompletionCommand,
};

/** Runs a command line, given its words without those for Node and the program. Never throws. */
export async function run(argv: readonly string[], context: Context = processContext()): Promise<number> {
  let isLost = false;
  const { stderr } = context;
  /** Messages that cannot be written do not keep the result from being written, but the status shows it. */
  const messages: Output = {
    ...stderr,
    write(text) {
      try {
        return stderr.write(text);
      } catch {
        isLost = true;
        return false;
      }
    },
  };
  const status = await runUnlessFull(argv, { ...context, stderr: messages });
  return isLost && status <= EXIT_CHANGES ? EXIT_INCOMPLETE : status;
}

async function runUnlessFull(argv: readonly string[], context: Context): Promise<number> {
  try {
    return await runCommand(argv, context);
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    context.stderr.write(`synsum: ${error.output}: ${error.message}\n`);
    return EXIT_INCOMPLETE;
  }
}

/** @throws OutputError */
async function runCommand(argv: readonly string[], context: Context): Promise<number> {
  let status: number = EXIT_DONE;
  const done: Done = (result) => {
    status = result;
  };
  const [first, second] = argv;
  if (first === 'help' && second !== undefined && !COMMAND_NAMES.some((name) => name === second)) {
    const command = nearest(second, COMMAND_NAMES);
    const hint = command === undefined ? 'synsum --help lists the commands' : `did you mean ${command}?`;
    context.stderr.write(`synsum: ${JSON.stringify(second)} is not a command; ${hint}\n`);
    return EXIT_USAGE;
  }
  if (argv.some((word) => word.includes('://'))) {
    // Before anything could print it.
    const { findPassword } = await import('../store/selection.js');
    const fault = argv.map((word) => findPassword(word)).find((found) => found !== undefined);
    if (fault !== undefined) {
      context.stderr.write(`synsum: ${fault}\n`);
      return EXIT_USAGE;
    }
  }
  const program = await buildProgram(context, done, argv);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    // Commander has written what it found. It throws for help and version too.
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT_DONE;
      if (!PLUGIN.test(argv.join(' '))) return EXIT_USAGE;
      const { reportUnknown } = await import('./comparison.js');
      return reportUnknown(error.message, context.stdout);
    }
    if (error instanceof OutputError) throw error;
    context.stderr.write(`${describeError(error as Error)}\n`);
    return EXIT_USAGE;
  }
}

/** Mistakes of users, and forged files, need no stack trace. */
function describeError(error: Error): string {
  if (error instanceof UsageError) return error.message;
  return `synsum: ${error instanceof CountError || error instanceof MemoryError ? error.message : (error.stack ?? error)}`;
}

/** On a command line that was not understood, only this shows that Nagios reads the answer. */
const PLUGIN = /(?:^| )(?:-\w*f|--format)[ =]?nagios(?: |$)/;

/** Words that may ask for the list of all commands. */
const HELP = /^(help|--help|-\w*h)$/;

/**
 * The whole command line as data: names, options and their help. Given the words of a command line, it leaves out the
 * commands that these cannot mean: most runs need only one.
 */
export async function buildProgram(
  context: Context,
  done: Done,
  argv?: readonly string[],
): Promise<AnyCommand> {
  const program = new Command('synsum')
    .description(
      'Reports which machines serve what to whom, from captured SYN-ACKs.\n\n' +
        'A server accepts a TCP connection with a packet that has SYN and ACK set. synsum counts these packets by ' +
        'client, server and service. Remote machines are shown as an underscore.',
    )
    .addHelpOption(new Option('-h, --help', 'print this help').helpGroup(GROUP.other))
    .helpCommand('help [command]', 'print the help of a command')
    // The column of options is wide: on 80 columns, 37 are left for what they do.
    .configureHelp({ minWidthToWrap: 20 })
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(inOneVoice(text)),
    });
  addSummaryCommand(program, context, done);
  program.optionsGroup(GROUP.other).version(readVersion(), '-V, --version', 'print the version');
  // A script for a shell knows all commands.
  const needsAll = argv === undefined || (argv[0] === 'completion' && argv[1] !== 'names');
  for (const [name, load] of Object.entries(COMMANDS)) {
    if (needsAll || argv.includes(name) || argv.some((word) => HELP.test(word))) {
      (await load())(program, context, done);
    }
  }
  return program;
}

/** Options that other programs have, or other commands, and what they are called here. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  '--port': 'Ports are services: --service 80',
  '--from': 'Did you mean --client?',
  '--src': 'Did you mean --client?',
  '--source': 'Did you mean --client?',
  '--to': 'Did you mean --server?',
  '--dst': 'Did you mean --server?',
  '--destination': 'Did you mean --server?',
  '--names-from': '--names-from belongs to init; other commands use names_from: in hosts.yaml',
};

/** Makes a message of commander begin as all others do: `synsum: unknown option '--foo'`. */
function inOneVoice(text: string): string {
  const message = text.replace(/^error: /, 'synsum: ');
  const [, option = ''] = /unknown option '(--[\w-]+)/.exec(text) ?? [];
  const meant = OTHER_WORDS[option];
  if (meant === undefined) return message;
  return `${message.replace(/\n\(Did you mean .*\)\n/, '\n')}(${meant})\n`;
}

function readVersion(): string {
  const text = readFileSync(packageFile('package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
