// The program with other releases of Node, whose caches V8 may not mix: some releases crash on one another's.

import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Compiler, cacheKey, nameFor, thisCompiler } from '../../src/start/cache-key.js';
import { nodeRelease } from '../helpers/node-releases.js';
import { ROOT } from '../helpers/program.js';
import { ARGS, EXPECTED, type Installation, makeInstallation, run } from './installation.js';

/** The oldest release that works, two that crash on each other's caches, and the newest of each major release. */
const SUPPORTED = ['20.0.0', '20.16.0', '20.20.2', '22.23.3', '24.21.0'];
const TOO_OLD = '18.20.8';

const nodes = new Map([...SUPPORTED, TOO_OLD].map((version) => [version, nodeRelease(version)]));
const areHere = [...nodes.values()].every((node) => node !== undefined);
const NOTE = areHere ? '' : ' (skipped: other releases of Node cannot be downloaded)';

let installed: Installation;
beforeAll(() => {
  installed = makeInstallation();
});
afterAll(() => rmSync(installed.root, { recursive: true }));

const COMMANDS: readonly (readonly string[])[] = [
  ARGS,
  ['hosts', ...ARGS],
  ['services', ...ARGS],
  ['save', ...ARGS],
  ['scan', 'samples/office.pcap', 'samples/office.pcap'],
  ['init', 'samples/office.pcap'],
  ['filter'],
  ['--help'],
  ['--format', 'json', ...ARGS],
];

describe('releases of Node', () => {
  test.skipIf(!areHere)(`when any release has made the cache then every other one works${NOTE}`, async () => {
    const outputs: unknown[] = [];
    for (const maker of SUPPORTED) {
      for (const cache of installed.caches()) rmSync(path.join(installed.bin, cache));
      await run(installed, { node: nodes.get(maker) as string });
      expect(installed.caches()).toHaveLength(1);
      for (const user of SUPPORTED) {
        for (const time of ['first', 'second']) {
          const { status, stdout, stderr } = await run(installed, { node: nodes.get(user) as string });
          expect({ maker, user, time, status }).toEqual({ maker, user, time, status: 0 });
          expect(stdout).toContain(EXPECTED);
          outputs.push(stdout + stderr);
        }
      }
      expect(installed.caches()).toHaveLength(SUPPORTED.length);
    }
    expect(new Set(outputs).size).toBe(1);
  });

  test.skipIf(!areHere)(`when they run all commands then their answers are the same${NOTE}`, async () => {
    for (const args of COMMANDS) {
      const expected = await run(installed, { args });
      for (const version of SUPPORTED) {
        const result = await run(installed, { node: nodes.get(version) as string, args });
        expect({ version, args, ...result }).toEqual({ version, args, ...expected });
      }
    }
  });

  test.skipIf(!areHere)(
    `when the address space is limited then they work, or one line says how${NOTE}`,
    () => {
      const runLimited = (version: string, options = ''): { status: number | null; text: string } => {
        const script = 'ulimit -v 4000000; exec "$0" "$@"';
        const { status, stdout, stderr } = spawnSync(
          'sh',
          ['-c', script, nodes.get(version) as string, path.join(installed.bin, 'synsum.cjs'), ...ARGS],
          { cwd: ROOT, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: options } },
        );
        return { status, text: stdout + stderr };
      };
      const needed = 'synsum: no address space: expected about 12 GB to be allowed (`ulimit -v`)';
      const option = '--disable-wasm-trap-handler';
      for (const version of SUPPORTED) {
        const isOptional = version !== '20.0.0';
        const isLine = isOptional ? `${needed}; 2 GB suffice with NODE_OPTIONS=${option}\n` : `${needed}\n`;
        const found = runLimited(version);
        if (version.startsWith('24'))
          expect(found).toEqual({ status: 0, text: expect.stringContaining(EXPECTED) });
        else expect({ version, ...found }).toEqual({ version, status: 2, text: isLine });
        if (!isOptional) continue;
        expect(runLimited(version, option)).toEqual({ status: 0, text: expect.stringContaining(EXPECTED) });
      }
    },
  );

  test.skipIf(!areHere)(`when Node is too old then one line says so${NOTE}`, async () => {
    expect(await run(installed, { node: nodes.get(TOO_OLD) as string })).toEqual({
      status: 2,
      stdout: '',
      stderr: `synsum: needs Node 20 or later, found ${TOO_OLD}\n`,
    });
  });

  test('when package.json names the oldest release then it is the one that is tested', () => {
    const { engines } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    expect(engines.node).toBe(`>=${SUPPORTED[0]?.split('.')[0]}`);
    expect(readFileSync(path.join(ROOT, 'src/start/node-version.ts'), 'utf8')).toContain(
      `OLDEST_MAJOR = ${SUPPORTED[0]?.split('.')[0]};`,
    );
  });
});

describe('the key of a cache', () => {
  const STATE = { size: 1, mtimeMs: 2, ctimeMs: 3 };

  test('when anything about the compiler or the text differs then the key differs', () => {
    const here = thisCompiler(STATE);
    expect(here).toMatchObject({ version: process.version, arch: process.arch, v8: process.versions.v8 });
    const others: readonly Partial<Compiler>[] = [
      { arch: 'arm64' },
      { arch: 'ia32' },
      { version: 'v20.16.0' },
      { platform: 'darwin' },
      { v8: '11.3.244.8-node.99' },
      { options: ['--no-lazy', ''] },
      { options: ['--jitless', ''] },
      { options: ['', '--max-lazy'] },
      { options: ['--max-lazy'] },
      ...['size', 'mtimeMs', 'ctimeMs'].map((field) => ({ executable: { ...STATE, [field]: 4 } })),
    ];
    const keys = others.map((other) => cacheKey({ ...here, ...other }, STATE));
    const states = [STATE, ...['size', 'mtimeMs', 'ctimeMs'].map((field) => ({ ...STATE, [field]: 4 }))];
    keys.push(...states.map((state) => cacheKey(here, state)));
    expect(new Set(keys).size).toBe(others.length + states.length);
    expect(new Set(keys.map(nameFor)).size).toBe(keys.length);
    expect(cacheKey(thisCompiler(STATE), STATE)).toBe(cacheKey(here, STATE));
  });
});
