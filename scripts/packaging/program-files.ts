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
const PARSER = 'node_modules/pcap-parser';

/** Copies the program into a folder, with the one package that it loads from its own folder. */
export function placeProgram(unpacked: string, root: string, folder: string): void {
  for (const file of PROGRAM_FILES) copy(path.join(unpacked, file), path.join(folder, file));
  for (const part of ['package.json', 'lib']) {
    copy(path.join(root, PARSER, part), path.join(folder, PARSER, part));
  }
}

/** The licences of everything in the program that others wrote. */
export function thirdPartyLicences(unpacked: string, root: string): string {
  const others = readFileSync(path.join(unpacked, 'dist/THIRD-PARTY.txt'), 'utf8').trimEnd();
  const parser = readFileSync(path.join(root, PARSER, 'LICENSE'), 'utf8').trimEnd();
  return `${others}\n\n${'='.repeat(80)}\n\npcap-parser\n\n${parser}\n`;
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
