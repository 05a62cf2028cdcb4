// The door of the library, from the packed tarball: its example is type-checked and run, and what it declares is a
// whole: every export is documented, every type can be named, nothing of the hot path is in sight.

import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, cpSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import {
  API,
  type Checker,
  type Project,
  SymbolFlags,
  type Symbol as TsSymbol,
} from 'typescript/unstable/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Installed, installPackage } from './helpers/packed.js';
import { ROOT } from './helpers/program.js';

const TSC = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace(/package\.json$/, 'bin/tsc');

/** As strict as a user can be; skipLibCheck would hide what is wrong with the declarations of the package. */
const COMPILER_OPTIONS = {
  target: 'es2023',
  module: 'nodenext',
  lib: ['es2023'],
  types: ['node'],
  typeRoots: [path.join(ROOT, 'node_modules/@types')],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
};

const LIBRARY_DOC = readFileSync(path.join(ROOT, 'docs/library.md'), 'utf8');
const blocksOf = (language: string): string[] =>
  [...LIBRARY_DOC.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, text = '']) => text,
  );
const [EXAMPLE = '', ...OTHER_EXAMPLES] = blocksOf('ts');
const [OUTPUT = ''] = blocksOf('text');

let installed: Installed;
let api: API;
let project: Project;

beforeAll(() => {
  installed = installPackage();
  const { folder, root } = installed;
  cpSync(path.join(root, 'samples/office.pcap'), path.join(folder, 'office.pcap'));
  cpSync(path.join(root, 'samples/hosts.yaml'), path.join(folder, 'hosts.yaml'));
  writeFileSync(path.join(folder, 'example.ts'), EXAMPLE);
  // They continue the first one, and each other.
  writeFileSync(path.join(folder, 'all.ts'), [EXAMPLE, ...OTHER_EXAMPLES].join('\n'));
  const config = path.join(folder, 'tsconfig.json');
  writeFileSync(config, JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['*.ts'] }));
  api = new API({ cwd: folder });
  [project] = api.updateSnapshot({ openProject: config }).getProjects() as [Project];
});
afterAll(() => {
  api.close();
  rmSync(installed.folder, { recursive: true });
});

describe('the example', () => {
  test('when it is read in src/index.ts, then it is that of docs/library.md, in ten lines', () => {
    const [, atTheDoor] =
      /\/\*\n([\s\S]*?)\*\//.exec(readFileSync(path.join(ROOT, 'src/index.ts'), 'utf8')) ?? [];
    expect(atTheDoor).toBe(EXAMPLE);
    const lines = EXAMPLE.split('\n').filter((line) => line !== '');
    expect(lines.length).toBeLessThanOrEqual(10);
  });

  test('when a user compiles it under strict, then there are no errors, in the package either', () => {
    expect(compile()).toBe('');
  });

  test('when it is run, then it prints what docs/library.md says, and the others run too', () => {
    const { folder } = installed;
    expect(compile('--noEmit', 'false', '--outDir', 'out')).toBe('');
    const office = openSync(path.join(folder, 'office.pcap'), 'r');
    const run = (file: string): string =>
      execFileSync(process.execPath, [`out/${file}.js`], {
        cwd: folder,
        encoding: 'utf8',
        stdio: [office, 'pipe', 'pipe'],
      });
    expect(run('example')).toBe(OUTPUT);
    const all = run('all');
    expect(all.startsWith(OUTPUT)).toBe(true);
    closeSync(office);
    expect(all).toContain('pluto:22 has 0 local');
    expect(all).toContain('12092 SYN-ACKs of 12092 packets\n');
    expect(all).toContain('0 services added, 0 gone\n');
  });

  test('when it reads several captures, then the threads of the installed package count them', () => {
    const { folder } = installed;
    const script = `
      import { loadNames, readInventory } from 'synsum';
      const { names } = await loadNames();
      const { totals, inputs } = await readInventory(['office.pcap', 'office.pcap'], { names, threads: 2 });
      console.log(totals.synAcks, inputs.map(({ problems }) => problems.length).join());
    `;
    writeFileSync(path.join(folder, 'threads.js'), script);
    const stdout = execFileSync(process.execPath, ['threads.js'], { cwd: folder, encoding: 'utf8' });
    expect(stdout).toBe('24184 0,0\n');
  });
});

/** What the compiler prints: its errors, with their places. */
function compile(...options: readonly string[]): string {
  const { stdout } = spawnSync(process.execPath, [TSC, '-p', '.', ...options], {
    cwd: installed.folder,
    encoding: 'utf8',
  });
  return stdout;
}

/** The exports of the door, aliases resolved. */
function exportsOf({ checker, program }: Project): Map<string, TsSymbol> {
  const door = program.getSourceFile(path.join(installed.root, 'dist/index.d.ts'));
  const symbol = door && checker.getSymbolAtLocation(door);
  if (symbol === undefined) throw new Error('the door has no declarations');
  return new Map(
    checker.getExportsOfModule(symbol).map((item) => [item.name, checker.getAliasedSymbol(item)]),
  );
}

function declarationsOf(symbol: TsSymbol): Node[] {
  return symbol.declarations.flatMap((handle) => handle.resolve(project) ?? []);
}

/** The types that a declaration names, and the values whose types it takes. */
function namedIn(node: Node, checker: Checker): TsSymbol[] {
  const found: TsSymbol[] = [];
  const visit = (child: Node): void => {
    if (child.kind === SyntaxKind.Identifier) {
      const symbol = checker.getSymbolAtLocation(child);
      if (symbol !== undefined) found.push(symbol);
    }
    child.forEachChild(visit);
  };
  visit(node);
  return found;
}

const IS_TYPE: readonly SyntaxKind[] = [
  SyntaxKind.InterfaceDeclaration,
  SyntaxKind.TypeAliasDeclaration,
  SyntaxKind.ClassDeclaration,
];

describe('the declarations', () => {
  test('when an export is looked up, then it is documented', () => {
    const { checker } = project;
    const all = exportsOf(project);
    expect(all.size).toBeGreaterThan(60);
    const undocumented = [...all]
      .filter(([, symbol]) => symbol.getDocumentationComment(checker).length < 20)
      .map(([name]) => name);
    expect(undocumented).toEqual([]);
  });

  test('when a declaration names a type of the package, then the door exports that type', () => {
    const { checker } = project;
    const all = exportsOf(project);
    const exported = new Set([...all.values()].map(({ id }) => id));
    const hidden = new Set<string>();
    for (const [name, symbol] of all) {
      for (const declaration of declarationsOf(symbol)) {
        for (const alias of namedIn(declaration, checker)) {
          const named = alias.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(alias) : alias;
          const types = declarationsOf(named).filter(({ kind }) => IS_TYPE.includes(kind));
          const isOurs = types.some((type) => type.getSourceFile().fileName.startsWith(installed.root));
          if (isOurs && !exported.has(named.id)) hidden.add(`${named.name} in ${name}`);
        }
      }
    }
    expect([...hidden]).toEqual([]);
  });

  test('when members are listed, then none is of the hot path', () => {
    const members = [...exportsOf(project).values()].flatMap((symbol) =>
      [...symbol.getMembers().values()].map((member) => `${symbol.name}.${member.name}`),
    );
    expect(members).toContain('Inventory.totals');
    const ofHotPath =
      /\.(window|count(Records|Blocks)|setInterface|forgetInterfaces|last(Time|Seconds)|add[46]|rows[46]|engine\w*|takePart|foldIfFull|tally)$/;
    expect(members.filter((member) => ofHotPath.test(member))).toEqual([]);
  });
});
