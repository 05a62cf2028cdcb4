// The files of the program without the library, taken from the unpacked tarball of npm.

import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Everything that the program reads: packageFile() in src/ names it. */
const PROGRAM_FILES = [
  'package.json',
  'config',
  'dist/bin',
  'dist/names/services.txt',
  'dist/names/aliases.txt',
  'dist/tally/hot.wasm',
  'dist/views/html/page.css',
  'dist/views/html/page.js',
];
/** The packages that the program loads from its own folder, and does not contain; all are plain JavaScript. */
const PACKAGES = [
  { name: 'pcap-parser', code: 'lib' },
  { name: '@clickhouse/client', code: 'dist' },
];

/** Copies the program into a folder, with the packages that it loads. */
export function placeProgram(unpacked: string, root: string, folder: string): void {
  for (const file of PROGRAM_FILES) copy(path.join(unpacked, file), path.join(folder, file));
  for (const { name, code } of PACKAGES) {
    const [from, to] = [root, folder].map((top) => path.join(top, 'node_modules', name)) as [string, string];
    copy(path.join(from, 'package.json'), path.join(to, 'package.json'));
    for (const file of filesIn(path.join(from, code)).filter((file) => file.endsWith('.js'))) {
      copy(path.join(from, code, file), path.join(to, code, file));
    }
  }
}

/** The licences of everything in the program that others wrote. */
export function thirdPartyLicences(unpacked: string, root: string): string {
  const others = readFileSync(path.join(unpacked, 'dist/THIRD-PARTY.txt'), 'utf8');
  const loaded = PACKAGES.map(({ name }) => {
    const text = readFileSync(path.join(root, 'node_modules', name, 'LICENSE'), 'utf8');
    return `${name}\n\n${text.replaceAll('\r\n', '\n')}`;
  });
  return [others, ...loaded].map((text) => `${text.trimEnd()}\n`).join(`\n${'='.repeat(80)}\n\n`);
}

export function copy(from: string, to: string): void {
  mkdirSync(path.dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true });
}

/** Regular files of a tree, as paths from its top, sorted. */
export function filesIn(tree: string): string[] {
  return readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(tree, path.join(entry.parentPath, entry.name)))
    .sort();
}
