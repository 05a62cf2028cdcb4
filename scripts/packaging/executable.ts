// A single executable: Node itself, with the program as one blob in it (https://nodejs.org/api/single-executable-applications.html).

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { inject } from 'postject';
import { packageData } from './package-data.js';
import { filesIn, placeProgram, thirdPartyLicences } from './program-files.js';

/** Node looks for it in its own bytes. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
/** From here on, Node has SQLite: an executable cannot load packages. */
const OLDEST = [22, 13] as const;

/** Says why this Node cannot be the one in the executable; undefined if it can. `../LICENSE` must be there. */
export function whyNotEmbedded(node: string): string | undefined {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  return isOld ? `${version} is older than ${OLDEST.join('.')}` : undefined;
}

/** Writes synsum-VERSION-PLATFORM, and the licences of all that is in it. */
export async function buildExecutable(
  root: string,
  tarball: string,
  folder: string,
  node: string,
): Promise<void> {
  const work = mkdtempSync(path.join(tmpdir(), 'synsum-sea-'));
  try {
    execFileSync('tar', ['-xzf', tarball, '-C', work]);
    const unpacked = path.join(work, 'package');
    const tree = path.join(work, 'tree');
    placeProgram(unpacked, root, tree);
    const files = filesIn(tree);
    const main = path.join(work, 'launcher.cjs');
    await build({
      absWorkingDir: root,
      entryPoints: [path.join(root, 'scripts/packaging/launcher.ts')],
      outfile: main,
      bundle: true,
      platform: 'node',
      target: 'node22',
      format: 'cjs',
      define: { FILES: JSON.stringify(files), DIGEST: JSON.stringify(digestOf(tree, files)) },
    });
    const blob = path.join(work, 'blob');
    // Relative paths: the blob contains that of the launcher.
    const config = {
      main: path.basename(main),
      output: path.basename(blob),
      disableExperimentalSEAWarning: true,
      assets: Object.fromEntries(files.map((file) => [file, path.join(path.basename(tree), file)])),
    };
    writeFileSync(path.join(work, 'sea.json'), JSON.stringify(config));
    execFileSync(node, ['--experimental-sea-config', 'sea.json'], { cwd: work, stdio: 'pipe' });
    const [platform, arch] = execFileSync(node, ['-p', 'process.platform + " " + process.arch'], {
      encoding: 'utf8',
    })
      .trim()
      .split(' ');
    const { name, version } = packageData(root);
    const executable = path.join(folder, `${name}-${version}-${platform}-${arch}`);
    copyFileSync(node, executable);
    chmodSync(executable, 0o755);
    await inject(executable, 'NODE_SEA_BLOB', readFileSync(blob), { sentinelFuse: FUSE });
    const own = readFileSync(path.join(unpacked, 'LICENSE'), 'utf8');
    const nodes = readFileSync(path.join(path.dirname(node), '../LICENSE'), 'utf8');
    const rule = `\n${'='.repeat(80)}\n\n`;
    writeFileSync(`${executable}.LICENCES.txt`, [own, thirdPartyLicences(unpacked, root), nodes].join(rule));
  } finally {
    rmSync(work, { recursive: true });
  }
}

function digestOf(tree: string, files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(path.join(tree, file)));
  return hash.digest('hex').slice(0, 32);
}
