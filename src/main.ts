// The program, which start.ts starts: everything real is in cli/run.ts, where tests can call it.

import { run } from './cli/run.js';

// Node opens a debugger on SIGUSR1, to which any program of this machine could connect.
process.on('SIGUSR1', () => {});

// All output is written by now. Without exit a read that a signal has cut off could keep the process waiting.
void run(process.argv.slice(2)).then((status) => process.exit(status));
