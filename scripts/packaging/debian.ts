// A Debian package of the program, for all architectures, made from the tarball of npm: it has the same files. The library is
// not in it. scripts/packaging/debian/ has the texts.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { packageData, releaseTime } from './package-data.js';
import { copy, filesIn, placeProgram, thirdPartyLicences } from './program-files.js';

const HOME = 'usr/share/synsum';
const DOC = 'usr/share/doc/synsum';
/** The first Debian package of a version. */
const REVISION = '1';

/** Writes synsum_VERSION-1_all.deb into a folder. */
export function buildDebianPackage(root: string, tarball: string, folder: string): void {
  const work = mkdtempSync(path.join(tmpdir(), 'synsum-deb-'));
  try {
    execFileSync('tar', ['-xzf', tarball, '-C', work]);
    const tree = path.join(work, 'tree');
    const { version } = packageData(root);
    placeProgram(path.join(work, 'package'), root, path.join(tree, HOME));
    placeCommand(tree);
    placeCompletions(tree);
    placeManual(path.join(work, 'package/dist/man'), tree);
    placeDocuments(path.join(work, 'package'), tree, root, version);
    placeControl(tree, root, version);
    settle(tree);
    const file = path.join(folder, `synsum_${version}-${REVISION}_all.deb`);
    // One thread of xz: its blocks would depend on the number of cores.
    const options = ['--root-owner-group', '--threads-max=1', '-Zxz', '--build'];
    execFileSync('dpkg-deb', [...options, tree, file], { stdio: ['ignore', 'ignore', 'inherit'] });
  } finally {
    rmSync(work, { recursive: true });
  }
}

function placeCommand(tree: string): void {
  mkdirSync(path.join(tree, 'usr/bin'), { recursive: true });
  symlinkSync('../share/synsum/dist/bin/synsum.cjs', path.join(tree, 'usr/bin/synsum'));
}

/** The scripts that `synsum completion` prints, where each shell looks for them. */
function placeCompletions(tree: string): void {
  const program = path.join(tree, HOME, 'dist/bin/synsum.cjs');
  const places = {
    bash: 'bash-completion/completions/synsum',
    zsh: 'zsh/vendor-completions/_synsum',
    fish: 'fish/vendor_completions.d/synsum.fish',
  };
  for (const [shell, place] of Object.entries(places)) {
    const script = execFileSync(process.execPath, [program, 'completion', shell], { encoding: 'utf8' });
    write(path.join(tree, 'usr/share', place), script);
  }
  for (const file of readdirSync(path.dirname(program)).filter((name) => name.endsWith('.cache'))) {
    rmSync(path.join(path.dirname(program), file));
  }
}

function placeManual(from: string, tree: string): void {
  for (const page of readdirSync(from)) {
    writeGzip(path.join(tree, 'usr/share/man/man1', `${page}.gz`), readFileSync(path.join(from, page)));
  }
}

function placeDocuments(from: string, tree: string, root: string, version: string): void {
  copy(path.join(from, 'docs'), path.join(tree, DOC, 'docs'));
  for (const file of ['README.md', 'SECURITY.md']) copy(path.join(from, file), path.join(tree, DOC, file));
  copy(path.join(from, 'samples'), path.join(tree, DOC, 'samples'));
  copy(textFile(root, 'README.Debian'), path.join(tree, DOC, 'README.Debian'));
  writeGzip(path.join(tree, DOC, 'changelog.gz'), readFileSync(path.join(from, 'CHANGELOG.md')));
  const entry = fill(readFileSync(textFile(root, 'changelog'), 'utf8'), version);
  writeGzip(path.join(tree, DOC, 'changelog.Debian.gz'), Buffer.from(entry));
  copy(textFile(root, 'copyright'), path.join(tree, DOC, 'copyright'));
  write(path.join(tree, DOC, 'THIRD-PARTY.txt'), thirdPartyLicences(from, root));
}

function placeControl(tree: string, root: string, version: string): void {
  // In KiB, rounded up for each file.
  const sizes = filesIn(tree).map((file) => Math.ceil(statSync(path.join(tree, file)).size / 1024));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const control = fill(readFileSync(textFile(root, 'control'), 'utf8'), version).replace(
    '@SIZE@',
    String(total),
  );
  write(
    path.join(tree, 'usr/share/lintian/overrides/synsum'),
    readFileSync(textFile(root, 'overrides'), 'utf8'),
  );
  const sums = filesIn(tree).map((file) => execFileSync('md5sum', [file], { cwd: tree, encoding: 'utf8' }));
  write(path.join(tree, 'DEBIAN/control'), control);
  write(path.join(tree, 'DEBIAN/md5sums'), sums.join(''));
  copy(textFile(root, 'prerm'), path.join(tree, 'DEBIAN/prerm'));
}

function fill(text: string, version: string): string {
  const { DEBFULLNAME = 'The synsum authors', DEBEMAIL = 'synsum@example.org' } = process.env;
  return text
    .replaceAll('@VERSION@', `${version}-${REVISION}`)
    .replaceAll('@MAINTAINER@', `${DEBFULLNAME} <${DEBEMAIL}>`)
    .replaceAll('@DATE@', releaseTime().toUTCString().replace('GMT', '+0000'));
}

function textFile(root: string, name: string): string {
  return path.join(root, 'scripts/packaging/debian', name);
}

/** Sets the same permissions and times everywhere, whatever the umask was. */
function settle(tree: string): void {
  const time = releaseTime();
  const executable = ['DEBIAN/prerm', `${HOME}/dist/bin/synsum.cjs`];
  for (const entry of readdirSync(tree, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const isOpen = entry.isDirectory() || executable.includes(path.relative(tree, file));
    if (!entry.isSymbolicLink()) chmodSync(file, isOpen ? 0o755 : 0o644);
    lutimesSync(file, time, time);
  }
  chmodSync(tree, 0o755);
  lutimesSync(tree, time, time);
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Without a name or a time in its header. */
function writeGzip(file: string, bytes: Uint8Array): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, gzipSync(bytes, { level: 9 }));
}
