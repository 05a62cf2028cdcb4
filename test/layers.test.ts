// The design as a test: which folder of src may import from which. Data flows one way, so imports do.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/** Each folder and those below it. Import of types counts like any other. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  // Text for eyes and files, whatever it says.
  text: [],
  capture: [],
  decode: [],
  tally: ['capture', 'decode'],
  // Compiled for WebAssembly: it shares nothing with the others but where things are in memory.
  hot: ['tally'],
  names: [],
  inventory: ['tally', 'names', 'text'],
  sources: ['capture', 'decode', 'tally', 'names', 'inventory'],
  views: ['inventory', 'text'],
  cli: ['capture', 'tally', 'names', 'inventory', 'sources', 'views', 'text'],
  '.': ['capture', 'tally', 'names', 'inventory', 'sources', 'views', 'cli'],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, target = '']) => ({
    from: file,
    to: path.join(path.dirname(file), target),
  }));
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports = files.flatMap(importsOf);

describe('layers', () => {
  test('when a folder is added, it has its place in the design', () => {
    expect(new Set(files.map((file) => path.dirname(file)))).toEqual(new Set(Object.keys(MAY_IMPORT)));
  });

  test('when a file imports another folder, that folder is below its own', () => {
    expect(imports.length).toBeGreaterThan(50);
    const upward = imports.filter(({ from, to }) => {
      const [own, other] = [path.dirname(from), path.dirname(to)];
      return own !== other && MAY_IMPORT[own]?.includes(other) !== true;
    });
    expect(upward).toEqual([]);
  });

  test('when a file is read, it is short enough to be seen whole', () => {
    const long = files.filter((file) => readFileSync(path.join(SRC, file), 'utf8').split('\n').length > 400);
    expect(long).toEqual([]);
  });
});
