// Runs the program once, and writes V8's compiled code for it to `PROGRAM.cache`: `node code-cache.mjs PROGRAM ARGUMENT…`.

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';

const [program, ...argv] = process.argv.slice(2);
const script = new Script(readFileSync(program, 'latin1'), { filename: program });
process.argv = [process.execPath, program, ...argv];
process.on('exit', () => writeFileSync(`${program}.cache`, script.createCachedData()));
script.runInThisContext()(createRequire(program), program);
