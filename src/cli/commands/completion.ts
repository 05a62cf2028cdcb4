// `synsum completion SHELL`: prints the script by which a shell completes command lines of synsum.

import { visible } from '../../text/escape.js';
import { type AnyCommand, Argument } from '../commander.js';
import { type CommandLine, describeCommandLine } from '../completion/definition.js';
import type { Context } from '../context.js';
import { EXIT_DONE } from '../exit-codes.js';
import type { Done } from '../options/command.js';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
type Shell = (typeof SHELLS)[number];

const EXAMPLES = `
Examples:
  eval "$(synsum completion bash)"
  eval "$(synsum completion zsh)"
  synsum completion fish > ~/.config/fish/completions/synsum.fish
  synsum completion powershell | Out-String | Invoke-Expression`;

export function addCompletionCommand(program: AnyCommand, context: Context, done: Done): void {
  const command = program
    .command('completion')
    .description('print a script with which a shell completes commands, options and names')
    .usage('[options] <shell>')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .helpCommand(false)
    .addHelpText('after', EXAMPLES)
    .action(async (shell) => {
      const write = await writerFor(shell);
      context.stdout.write(write(describeCommandLine(program)));
      done(EXIT_DONE);
    });
  // The scripts ask it for names.
  command
    .command('names', { hidden: true })
    .description('print the names of a kind, one a line')
    .argument('<word...>', 'the shell, the kind of names, the word that is typed, and the words before it')
    .action(async (words) => {
      const { listNames } = await import('../completion/names.js');
      for (const name of await listNames(words, context)) context.stdout.write(`${visible(name)}\n`);
      done(EXIT_DONE);
    });
}

async function writerFor(shell: Shell): Promise<(line: CommandLine) => string> {
  switch (shell) {
    case 'bash':
      return (await import('../completion/bash.js')).writeBash;
    case 'zsh':
      return (await import('../completion/zsh.js')).writeZsh;
    case 'fish':
      return (await import('../completion/fish.js')).writeFish;
    case 'powershell':
      return (await import('../completion/powershell.js')).writePowerShell;
  }
}
