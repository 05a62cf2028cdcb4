// Compiles src/hot to dist/tally/hot.wasm.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import binaryen from 'binaryen';
import { FIXED_END, INITIAL_PAGES, MAX_PAGES } from '../src/tally/layout.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const TARGET = `${root}dist/tally/hot.wasm`;

let compiled: Uint8Array | undefined;
const { error, stderr } = await asc.main(
  [
    path.relative(process.cwd(), `${root}src/hot/index.ts`),
    ...['--outFile', 'hot.wasm', '-O3', '--noAssert', '--runtime', 'minimal', '--use', 'abort='],
    ...['--importMemory', '--sharedMemory', '--enable', 'threads,bulk-memory'],
    ...['--initialMemory', String(INITIAL_PAGES), '--maximumMemory', String(MAX_PAGES)],
    ...['--memoryBase', String(FIXED_END)],
  ],
  {
    writeFile(name, contents) {
      if (name === 'hot.wasm') compiled = contents as Uint8Array;
    },
  },
);
if (error !== null || compiled === undefined) throw new Error(`src/hot cannot be compiled\n${stderr}`);

// The compiler inlines only small functions, but a call takes as long as most of these functions themselves.
const module = binaryen.readBinary(compiled);
const { BulkMemory, BulkMemoryOpt, MutableGlobals, NontrappingFPToInt, SignExt, ...features } =
  binaryen.Features;
module.setFeatures(
  features.Atomics | BulkMemory | BulkMemoryOpt | MutableGlobals | NontrappingFPToInt | SignExt,
);
binaryen.setOptimizeLevel(3);
binaryen.setShrinkLevel(0);
binaryen.setAlwaysInlineMaxSize(50);
binaryen.setFlexibleInlineMaxSize(400);
binaryen.setOneCallerInlineMaxSize(1000);
binaryen.setAllowInliningFunctionsWithLoops(true);
module.optimize();
module.optimize();
mkdirSync(path.dirname(TARGET), { recursive: true });
writeFileSync(TARGET, module.emitBinary());
