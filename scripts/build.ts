// Builds dist/ from src/: the library as modules with their types, the program as one file, the port names.

import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const PROGRAM = `${root}dist/bin/synsum.cjs`;

rmSync(`${root}dist`, { recursive: true, force: true });
const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace(/package\.json$/, 'bin/tsc');
execFileSync(process.execPath, [tsc, '-p', root], { stdio: 'inherit' });

// One file and CommonJS, because Node starts it in half the time that it takes to find and link fifty modules.
// The packages stay outside, and are loaded when they are needed.
await build({
  absWorkingDir: root,
  entryPoints: ['src/main.ts'],
  outfile: PROGRAM,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Half the text is half the time to parse it. Names stay, for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  packages: 'external',
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'moduleUrl' },
  banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
});
chmodSync(PROGRAM, 0o755);

await import('./build-services.js');
