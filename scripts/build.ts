// Builds dist/ from src/: the library as modules with their types, the program as one file, the port names, the style
// and script of reports, and the manual pages.

import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { writeLicences } from './build-licences.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const START = `${root}dist/bin/synsum.cjs`;
const PROGRAM = `${root}dist/bin/program.cjs`;
/** The programs of threads. */
const WORKERS = ['worker', 'segment-worker'] as const;

rmSync(`${root}dist`, { recursive: true, force: true });
const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace(/package\.json$/, 'bin/tsc');
execFileSync(process.execPath, [tsc, '-p', root], { stdio: 'inherit' });

// The program is one CommonJS file, because Node starts it in half the time that it takes to find and link fifty modules.
// It includes the packages, so that V8's compiled code for them is cached too.
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  charset: 'ascii',
  format: 'cjs',
  // It uses deprecated functions, about which Node does not warn if it is in node_modules.
  external: ['pcap-parser', '@photostructure/sqlite', '@clickhouse/client'],
  // Half the text takes half the time to parse. Names are kept for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  supported: { 'dynamic-import': false },
  define: { 'import.meta.url': 'moduleUrl' },
  logLevel: 'warning',
  metafile: true,
} satisfies BuildOptions;
const MODULE_URL = "const moduleUrl = require('node:url').pathToFileURL(__filename).href;";

/** Commander loads node:child_process for commands that are separate programs. There are none, and loading it is slow. */
const withoutChildProcess: Plugin = {
  name: 'without-child-process',
  setup(build) {
    build.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/commander/') ? { path: 'child_process', namespace: 'empty' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: '' }));
  },
};

// An old Node must understand it well enough to say that it is too old.
const start = await build({ ...shared, target: 'es2015', entryPoints: ['src/start.ts'], outfile: START });
const workers = await Promise.all(
  WORKERS.map((name) =>
    build({
      ...shared,
      entryPoints: [`src/${name}.ts`],
      outfile: `${root}dist/bin/${name}.cjs`,
      banner: { js: MODULE_URL },
    }),
  ),
);
const program = await build({
  ...shared,
  entryPoints: ['src/main.ts'],
  outfile: PROGRAM,
  banner: { js: `(function (require, __filename) {${MODULE_URL}` },
  footer: { js: '})' },
  plugins: [withoutChildProcess],
});
chmodSync(START, 0o755);
// start.ts reads the program as Latin-1, which is faster than UTF-8.
if (/[^\0-\x7f]/.test(readFileSync(PROGRAM, 'utf8'))) throw new Error(`${PROGRAM} is not ASCII`);
writeLicences([start, ...workers, program].map(({ metafile }) => metafile));

await import('./build-hot.js');
await import('./build-page.js');
await import('./build-services.js');
await import('./build-man.js');
