// `npm run release [FOLDER]`: writes everything that a release consists of, by default into release/. The same commit and the
// same tools make the same bytes.
// With --built, dist/ is taken as it is. SYNSUM_NODE names the Node that becomes the single executable; without it, it is this one.

import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeChecksums } from './packaging/checksums.js';
import { buildDebianPackage } from './packaging/debian.js';
import { buildExecutable, whyNotEmbedded } from './packaging/executable.js';
import { packageData } from './packaging/package-data.js';
import { writeSbom } from './packaging/sbom.js';

const OWNER_MAY_EXECUTE = 0o100;

const root = fileURLToPath(new URL('..', import.meta.url));
const words = process.argv.slice(2);
const isBuilt = words.includes('--built');
const folder = path.resolve(words.find((word) => !word.startsWith('--')) ?? path.join(root, 'release'));

// https://reproducible-builds.org/specs/source-date-epoch/
process.env['SOURCE_DATE_EPOCH'] ??= lastCommitTime();

if (!isBuilt) execFileSync('npm', ['run', 'build', '--silent'], { cwd: root, stdio: 'inherit' });
settlePermissions();
clear(folder);
const { name, version } = packageData(root);
const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
execFileSync('npm', pack, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
writeSbom(root, path.join(folder, `${name}-${version}.cdx.json`));
copyFileSync(path.join(root, 'scripts/packaging/Containerfile'), path.join(folder, 'Containerfile'));
const tarball = path.join(folder, `${name}-${version}.tgz`);
const node = process.env['SYNSUM_NODE'] ?? process.execPath;
const whyNot = whyNotEmbedded(node);
if (whyNot === undefined) await buildExecutable(root, tarball, folder, node);
else console.error(`release: ${whyNot}, so there is no single executable`);
if (isInstalled('dpkg-deb')) buildDebianPackage(root, tarball, folder);
else console.error('release: dpkg-deb is not installed, so there is no Debian package');
writeChecksums(folder);
for (const file of readdirSync(folder).sort()) console.log(path.join(folder, file));

function lastCommitTime(): string {
  return execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }).trim();
}

/** Clones and builds have the permissions that the umask leaves, and npm packs them as they are. */
function settlePermissions(): void {
  const list = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [packed] = JSON.parse(
    execFileSync('npm', list, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  for (const { path: file } of packed.files as { path: string }[]) {
    const isExecutable = (statSync(path.join(root, file)).mode & OWNER_MAY_EXECUTE) !== 0;
    chmodSync(path.join(root, file), isExecutable ? 0o755 : 0o644);
  }
}

/** Removes an earlier release. @throws Error for a folder of other things */
function clear(folder: string): void {
  if (existsSync(folder)) {
    const files = readdirSync(folder);
    if (files.length > 0 && !files.includes('SHA256SUMS'))
      throw new Error(`${folder}: not a release; choose an empty folder`);
    rmSync(folder, { recursive: true });
  }
  mkdirSync(folder, { recursive: true });
}

function isInstalled(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
