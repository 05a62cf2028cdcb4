// The package as users get it: packed, checked, installed from the tarball into an empty folder, run.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from './helpers/program.js';

let folder: string;
let files: string[];

const npm = (args: string[], cwd: string): string =>
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    stdio: 'pipe',
  });

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'synsum-'));
  // Scripts are left out: dist was built before the tests, and is in use by others of them.
  const [packed] = JSON.parse(
    npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], ROOT),
  );
  files = packed.files.map((file: { path: string }) => file.path);
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  npm(['install', path.join(folder, packed.filename)], folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the package', () => {
  test('when it is packed, then it holds the program, its data and its docs, and nothing else', () => {
    for (const needed of [
      'dist/bin/synsum.cjs',
      'dist/index.d.ts',
      'dist/names/services.txt',
      'config/hosts.yaml',
      'LICENSE',
    ]) {
      expect(files).toContain(needed);
    }
    expect(files.filter((file) => /^(src|test|scripts|\.ci)\//.test(file))).toEqual([]);
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

  test('when it is imported, then the library does what the program does', () => {
    const script = `
      import { loadNames, readInventory, render, summarize } from 'synsum';
      const sample = 'node_modules/synsum/samples/';
      const { names } = await loadNames({ hosts: sample + 'hosts.yaml', env: {}, cwd: '.' });
      const inventory = await readInventory([sample + 'office.pcap'], { names });
      const summary = summarize(inventory, names, { by: ['server', 'service'], sort: 'count', top: 1 });
      for (const text of await render('classic', summary)) process.stdout.write(text);
    `;
    writeFileSync(path.join(folder, 'library.js'), script);
    const stdout = execFileSync(process.execPath, ['library.js'], { cwd: folder, encoding: 'utf8' });
    expect(stdout).toBe('   9179 pluto                rsync\n');
  });

  test('when its dependencies are counted, then they are the chosen six', () => {
    const { dependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    expect(Object.keys(dependencies).sort()).toEqual([
      'cli-table3',
      'commander',
      'fzstd',
      'pcap-parser',
      'saxes',
      'yaml',
    ]);
  });
});
