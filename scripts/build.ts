// Builds dist/ from src/: the library as modules with their types, the program as one file, the port names.

import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const START = `${root}dist/bin/synsum.cjs`;
const PROGRAM = `${root}dist/bin/program.cjs`;
const WORKER = `${root}dist/bin/worker.cjs`;

rmSync(`${root}dist`, { recursive: true, force: true });
const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace(/package\.json$/, 'bin/tsc');
execFileSync(process.execPath, [tsc, '-p', root], { stdio: 'inherit' });

// One file and CommonJS, because Node starts it in half the time that it takes to find and link fifty modules.
// With the packages: what V8 compiled of them is then kept too.
const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  charset: 'ascii',
  format: 'cjs',
  // Node forgives packages what is deprecated, as long as they are where packages are.
  external: ['pcap-parser'],
  // Half the text is half the time to parse it. Names stay, for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'moduleUrl' },
  logLevel: 'warning',
};
const MODULE_URL = "const moduleUrl = require('node:url').pathToFileURL(__filename).href;";

/** Commander loads it for commands that are programs of their own. There are none, and it takes long. */
const withoutChildProcess: Plugin = {
  name: 'without-child-process',
  setup(build) {
    build.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/commander/') ? { path: 'child_process', namespace: 'empty' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: '' }));
  },
};

await build({ ...shared, entryPoints: ['src/start.ts'], outfile: START });
await build({ ...shared, entryPoints: ['src/worker.ts'], outfile: WORKER, banner: { js: MODULE_URL } });
await build({
  ...shared,
  entryPoints: ['src/main.ts'],
  outfile: PROGRAM,
  banner: { js: `(function (require, __filename) {${MODULE_URL}` },
  footer: { js: '})' },
  plugins: [withoutChildProcess],
});
chmodSync(START, 0o755);
// start.ts reads it as Latin-1, which is faster.
if (/[^\0-\x7f]/.test(readFileSync(PROGRAM, 'utf8'))) throw new Error(`${PROGRAM} is not ASCII`);

await import('./build-hot.js');
await import('./build-services.js');

const sample = ['samples/office.pcap', '--hosts', 'samples/hosts.yaml'];
execFileSync(process.execPath, ['scripts/code-cache.mjs', PROGRAM, ...sample], {
  cwd: root,
  stdio: 'ignore',
});
