// The package as users get it: packed, and installed from the tarball into an empty folder.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from './program.js';

export interface Installed {
  /** The folder that it is installed in. */
  readonly folder: string;
  /** The installed package. */
  readonly root: string;
  /** The files in the tarball. */
  readonly files: readonly string[];
}

/** Takes some seconds; npm gets these options. The caller removes the folder. */
export function installPackage(...options: string[]): Installed {
  const folder = mkdtempSync(path.join(tmpdir(), 'synsum-'));
  // Without scripts: dist was built before the tests, and other tests are using it.
  const [packed] = JSON.parse(
    npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], ROOT),
  );
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  npm(['install', ...options, path.join(folder, packed.filename)], folder);
  return {
    folder,
    root: path.join(folder, 'node_modules/synsum'),
    files: packed.files.map((file: { path: string }) => file.path),
  };
}

function npm(args: readonly string[], cwd: string): string {
  return execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    stdio: 'pipe',
  });
}
