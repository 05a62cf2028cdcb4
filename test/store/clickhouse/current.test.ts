// Tests of a fleet again with servers of a current version, which the package chdb has inside: Debian's is old.
// SYNSUM_FLEET=all runs all of them.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { IS_CURRENT } from '../../helpers/clickhouse.js';
import { ROOT } from '../../helpers/program.js';

const FOUND = findPackage();
const SKIPPED =
  ' (skipped: the package chdb is not installed; npm install --prefix node_modules/.cache/chdb chdb@3.4.0)';
const isNightly = process.env['SYNSUM_FLEET'] === 'all';
const MORE = ['failures', 'late', 'copies', 'kill', 'stream', 'unnamed', '../push'];
const TESTS = ['fleet', 'export', 'upkeep', ...(isNightly ? MORE : [])].map((name) =>
  path.join('test/store/clickhouse', `${name}.test.ts`),
);

/** The folder of the package, installed here or in the cache, which leaves package.json alone. */
function findPackage(): string | undefined {
  for (const folder of [ROOT, `${ROOT}node_modules/.cache/chdb/`]) {
    try {
      return path.dirname(createRequire(`${folder}package.json`).resolve('chdb/package.json'));
    } catch {
      // It is not in this one.
    }
  }
  return undefined;
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(program, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
  return new Promise((resolve) => {
    child.on('close', (code) => resolve(`${Buffer.concat(chunks).toString()}\nstatus ${code}`));
  });
}

describe.skipIf(FOUND === undefined || IS_CURRENT)(
  `a current version of ClickHouse${FOUND === undefined ? SKIPPED : ''}`,
  () => {
    test('when tests of a fleet run with it then they pass, and none is skipped', async () => {
      const vitest = path.join(ROOT, 'node_modules/vitest/vitest.mjs');
      const args = ['run', ...TESTS, '--maxWorkers=1', '--no-color'];
      const { VITEST: _, ...env } = process.env;
      const output = await run(process.execPath, [vitest, ...args], { ...env, SYNSUM_TEST_CHDB: FOUND });
      expect(output).toMatch(/Tests +\d+ passed \(\d+\).*status 0$/s);
    });
  },
);
