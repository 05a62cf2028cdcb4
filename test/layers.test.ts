// The design as a test: which room of src may import from which. Data flows in one direction, and so do imports.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));
const CONTRIBUTING = readFileSync(path.join(SRC, '../CONTRIBUTING.md'), 'utf8');

const GROUND_FLOOR = ['ip', 'text', 'files'];

/** Each room (the first part of a file's path) and those below it. Imports of types count like any other. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  // Runs before the program, and compiles it.
  start: [],
  ip: [],
  text: [],
  files: [],
  capture: GROUND_FLOOR,
  decode: [],
  tally: [...GROUND_FLOOR, 'capture', 'decode'],
  // Compiled to WebAssembly. The files that it imports hold only numbers.
  hot: ['capture', 'decode', 'tally'],
  walk: [...GROUND_FLOOR, 'capture', 'decode', 'tally'],
  names: GROUND_FLOOR,
  firewall: GROUND_FLOOR,
  inventory: [...GROUND_FLOOR, 'tally', 'names', 'firewall'],
  store: [...GROUND_FLOOR, 'tally', 'names', 'inventory'],
  sources: [...GROUND_FLOOR, 'capture', 'decode', 'tally', 'walk', 'names', 'inventory', 'store'],
  views: [...GROUND_FLOOR, 'firewall', 'inventory'],
  cli: [
    ...GROUND_FLOOR,
    'start',
    'capture',
    'tally',
    'names',
    'firewall',
    'inventory',
    'store',
    'sources',
    'views',
  ],
  '.': [
    ...GROUND_FLOOR,
    'capture',
    'tally',
    'walk',
    'names',
    'inventory',
    'sources',
    'views',
    'cli',
    'start',
  ],
};

/** One sentence does not describe a room or wing with more files than this. */
const MAX_FILES = 22;

/** Protocols nest in one another, and so do their decoders. */
const MAY_HAVE_CIRCLES = 'decode/';

/** The room that a file is in, by the first part of its path; `.` for those at the door. */
function roomOf(file: string): string {
  const [room = '.', ...rest] = file.split('/');
  return rest.length === 0 ? '.' : room;
}

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

/** The files that import one another, directly or through others, by Tarjan's algorithm. */
function findCircles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const numbers = new Map<string, number>();
  const open: string[] = [];
  const visit = (file: string): number => {
    const number = numbers.size;
    numbers.set(file, number);
    open.push(file);
    let lowest = number;
    for (const other of graph.get(file) ?? []) {
      if (!numbers.has(other)) lowest = Math.min(lowest, visit(other));
      else if (open.includes(other)) lowest = Math.min(lowest, numbers.get(other) as number);
    }
    if (lowest === number) {
      const circle = open.splice(open.indexOf(file));
      if (circle.length > 1) circles.push(circle.sort());
    }
    return lowest;
  };
  for (const file of graph.keys()) if (!numbers.has(file)) visit(file);
  return circles;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports = files.flatMap(importsOf);

describe('layers', () => {
  test('when a room is added, it has its place in the design', () => {
    expect(new Set(files.map(roomOf))).toEqual(new Set(Object.keys(MAY_IMPORT)));
  });

  test('when a room or wing is added, the map in CONTRIBUTING.md shows it', () => {
    const map = [...CONTRIBUTING.matchAll(/^\| `(\w+)\/` +\|.*\|(.*)\|$/gm)].map(
      ([, room = '', wings = '']) =>
        [room, [...wings.matchAll(/(\w+)\/`/g)].map(([, wing]) => wing)] as const,
    );
    const rooms = new Map<string, string[]>();
    for (const file of files) {
      const [room = '', ...rest] = file.split('/');
      if (rest.length === 0) continue;
      const wings = rooms.get(room) ?? [];
      const [wing] = rest.length > 1 ? rest : [];
      if (wing !== undefined && !wings.includes(wing)) wings.push(wing);
      rooms.set(room, wings);
    }
    expect(map.map(([room]) => room).sort()).toEqual([...rooms.keys()].sort());
    for (const [room, wings] of map)
      expect([room, wings]).toEqual([room, expect.arrayContaining(rooms.get(room) ?? [])]);
  });

  test('when a file imports from another room, that room is below its own', () => {
    expect(imports.length).toBeGreaterThan(50);
    const upward = imports.filter(({ from, to }) => {
      const [own, other] = [roomOf(from), roomOf(to)];
      return own !== other && MAY_IMPORT[own]?.includes(other) !== true;
    });
    expect(upward).toEqual([]);
  });

  test('when the hot path imports from another room, that file holds only numbers, which both compilers read', () => {
    const shared = new Set(
      imports
        .filter(({ from, to }) => roomOf(from) === 'hot' && roomOf(to) !== 'hot')
        .map(({ to }) => `${to}.ts`),
    );
    expect(shared.size).toBeGreaterThan(0);
    for (const file of shared) {
      const statements = readFileSync(path.join(SRC, file), 'utf8')
        .replaceAll(/\/\*.*?\*\/|\/\/.*/gs, '')
        .split(';')
        .filter((statement) => statement.trim() !== '');
      for (const statement of statements) {
        expect([file, statement.trim()]).toEqual([
          file,
          expect.stringMatching(/^export const \w+(: i32)? = [^'"`{}[\]]+$/),
        ]);
      }
    }
  });

  test('when files import one another, types included, they do not go round in a circle', () => {
    const graph = new Map(
      files.map((file) => {
        const own = imports.filter(({ from }) => from === file);
        return [file, own.map(({ to }) => to.replace(/(\.js)?$/, '.ts'))];
      }),
    );
    expect(findCircles(new Map([...graph, ['a', ['b']], ['b', ['c']], ['c', ['a']]]))).toContainEqual([
      'a',
      'b',
      'c',
    ]);
    const circles = findCircles(graph).filter(
      (circle) => !circle.every((file) => file.startsWith(MAY_HAVE_CIRCLES)),
    );
    expect(circles).toEqual([]);
  });

  test('when a folder is opened, it has few enough files to take in at a glance', () => {
    const counts = new Map<string, number>();
    for (const file of files) {
      const folder = path.dirname(file);
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    expect([...counts].filter(([, count]) => count > MAX_FILES)).toEqual([]);
  });

  test('when a file is opened, it is short enough to read in one go', () => {
    const long = files.filter((file) => readFileSync(path.join(SRC, file), 'utf8').split('\n').length > 400);
    expect(long).toEqual([]);
  });
});
