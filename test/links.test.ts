// Every link in the documents leads somewhere, and every file that they name exists.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DOCUMENTS, type DocumentFile, proseOf } from './helpers/documents.js';
import { ROOT } from './helpers/program.js';

/** The anchors of headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...proseOf(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}

interface Link {
  readonly from: DocumentFile;
  readonly target: string;
}

const links: readonly Link[] = DOCUMENTS.flatMap((from) =>
  [...proseOf(from.text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ from, target })),
);
const inside = links.filter(({ target }) => !/^[a-z]+:/.test(target));

/** The path of a link's target from the root of the project. */
function pathOf({ from, target }: Link): string {
  const [file = ''] = target.split('#');
  return file === '' ? from.file : path.join(path.dirname(from.file), file);
}

describe('the documents', () => {
  test('when a link is followed, then its file is there', () => {
    expect(inside.length).toBeGreaterThan(30);
    const broken = inside.filter((link) => !existsSync(path.join(ROOT, pathOf(link))));
    expect(broken.map(({ from, target }) => `${from.file}: ${target}`)).toEqual([]);
  });

  test('when a link has an anchor, then its document has that heading', () => {
    const withAnchor = inside.filter(({ target }) => target.includes('#'));
    expect(withAnchor.length).toBeGreaterThan(5);
    const broken = withAnchor.filter((link) => {
      const document = DOCUMENTS.find(({ file }) => file === pathOf(link));
      const [, anchor = ''] = link.target.split('#');
      return document === undefined || !anchorsOf(document.text).includes(anchor);
    });
    expect(broken.map(({ from, target }) => `${from.file}: ${target}`)).toEqual([]);
  });

  test('when a link leaves the project, then it is encrypted', () => {
    const outside = links.filter(({ target }) => /^[a-z]+:/.test(target)).map(({ target }) => target);
    expect(outside.filter((target) => !target.startsWith('https://'))).toEqual([]);
  });

  test('when a file or folder of the project is named, then it is there', () => {
    const roots = ['src', 'test', 'docs', 'bench', 'config', 'samples', 'scripts', '.ci'];
    const named = DOCUMENTS.flatMap(({ file, text }) =>
      [...proseOf(text).matchAll(/`((?:[\w.-]+\/)+[\w.-]*)`/g)]
        .map(([, name = '']) => name)
        .filter((name) => roots.includes(name.split('/')[0] as string))
        .map((name) => ({ file, name })),
    );
    expect(named.length).toBeGreaterThan(20);
    const missing = named
      // The example of a new decoder, and what the benchmarks write.
      .filter(({ name }) => !name.includes('two-bytes') && name !== 'bench/captures/')
      .filter(({ name }) => !existsSync(path.join(ROOT, name)));
    expect(missing).toEqual([]);
  });

  test('when CONTRIBUTING.md follows a SYN-ACK, then the files on its way are there', () => {
    const { text } = DOCUMENTS.find(({ file }) => file === 'CONTRIBUTING.md') as DocumentFile;
    const [, way = ''] = /^## From file to row$([\s\S]*?)^## /m.exec(text) ?? [];
    const named = [...way.matchAll(/`([\w/-]+\.ts)`/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !existsSync(path.join(ROOT, 'src', name)))).toEqual([]);
  });
});
