// Writes the style sheet and the script of reports, dist/views/html/page.css and page.js, each as one short text.

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

await build({
  absWorkingDir: root,
  entryPoints: [
    { in: 'src/views/html/page.css', out: 'page' },
    { in: 'src/views/html/page/main.ts', out: 'page' },
  ],
  outdir: 'dist/views/html',
  bundle: true,
  minify: true,
  format: 'iife',
  // Browsers of 2023, which have DecompressionStream.
  target: ['chrome113', 'firefox113', 'safari16.4'],
  charset: 'ascii',
  legalComments: 'none',
  logLevel: 'warning',
});
