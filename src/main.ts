// The program, which start.ts starts: everything real is in cli/run.ts, where tests can call it.

import { run } from './cli/run.js';

// All output is written by now. Without exit a read that a signal has cut off could keep the process waiting.
void run(process.argv.slice(2)).then((status) => process.exit(status));
