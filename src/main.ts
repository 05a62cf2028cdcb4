// The program, which start.ts starts: everything real is in cli/run.ts, where tests can call it.

import { writeSync } from 'node:fs';
import { type Context, processContext } from './cli/context.js';
import { EXIT_USAGE } from './cli/exit-codes.js';
import { run } from './cli/run.js';
import { describeFolderError } from './files/system-error.js';

// Node opens a debugger on SIGUSR1, to which any program of this machine could connect.
process.on('SIGUSR1', () => {});

// All output is written by now. Without exit a read that a signal has cut off could keep the process waiting.
void run(process.argv.slice(2), contextOrExit()).then((status) => process.exit(status));

/** A process may be in a folder that has been removed. */
function contextOrExit(): Context {
  try {
    return processContext();
  } catch (error) {
    writeSync(2, `synsum: the current folder: ${describeFolderError(error)}; change to another one\n`);
    process.exit(EXIT_USAGE);
  }
}
