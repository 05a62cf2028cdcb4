#!/usr/bin/env node
// Starts the program with what V8 compiled of it when it was built: to compile it anew takes longer than most runs.
// Another version of Node refuses that, and compiles.

import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';

const PROGRAM = `${__dirname}/program.cjs`;

const cachedData = readIfThere(`${PROGRAM}.cache`);
const script = new Script(readFileSync(PROGRAM, 'latin1'), {
  filename: PROGRAM,
  ...(cachedData === undefined ? {} : { cachedData }),
});
script.runInThisContext()(require, PROGRAM);

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
