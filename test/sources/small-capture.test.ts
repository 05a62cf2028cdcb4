// A small capture is read at once, and others piece by piece: the results must be the same, whatever is in the file.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { writeDocument } from '../../src/inventory/document/writer.js';
import { readSources } from '../../src/sources/read-sources.js';
import { Tally } from '../../src/tally/tally.js';
import { anyMutant } from '../fuzz/mutations.js';
import { EVERYTHING } from '../helpers/scope.js';

const folder = mkdtempSync(path.join(tmpdir(), 'synsum-small-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CAPTURES = path.join(import.meta.dirname, '../captures');
const MAX_LENGTH = 256 << 10;
const contents = readdirSync(CAPTURES)
  .filter((name) => !/\.(?:txt|tsv|json|md)$/.test(name))
  .map((name) => readFileSync(path.join(CAPTURES, name)))
  .filter(({ length }) => length <= MAX_LENGTH);

const FILE = path.join(folder, 'capture');

/** Everything that is known of the file. A digest needs every byte, so it is then read piece by piece. */
async function resultOf(digests: boolean): Promise<string> {
  const tally = new Tally({ scope: EVERYTHING, evidence: true });
  const inventory = await readSources([FILE], tally, { records: true, digests });
  const inputs = inventory.inputs.map((input) => ({
    ...input,
    captures: input.captures.map(({ digest, ...capture }) => capture),
  }));
  const captures = inputs.flatMap((input) => input.captures);
  const document = [...writeDocument({ ...inventory, inputs, captures })].join('');
  return JSON.stringify([inputs, inventory.totals]) + document.replace(/"created": ?"[^"]*"/, '');
}

async function expectSame(bytes: Uint8Array): Promise<void> {
  writeFileSync(FILE, bytes);
  expect(await resultOf(false)).toBe(await resultOf(true));
}

test('when a capture is small, then reading it at once and piece by piece has the same result', async () => {
  expect(contents.length).toBeGreaterThan(20);
  for (const bytes of contents) await expectSame(bytes);
});

test('when a small capture is damaged, then both results are the same', async () => {
  await fc.assert(
    fc.asyncProperty(anyMutant(contents), ({ bytes }) => expectSame(bytes)),
    { numRuns: 150 },
  );
});
