import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { CHUNK_LENGTH } from '../../src/text/chunks.js';
import { render } from '../../src/views/index.js';
import { BY_PORT, HOSTILE_NAMES, makeRow, makeSummary, OFFICE, renderText } from './fixtures.js';

const FEW = makeSummary({
  rows: [
    makeRow({ count: 2, client: '_', server: 'minnie', service: 'http' }),
    makeRow({ count: 1, client: 'dumbo', server: '_', service: 'smtp' }),
  ],
});
const HOSTILE = makeSummary({
  rows: HOSTILE_NAMES.map((name, i) =>
    makeRow({ count: 1 + i * 700, client: name, server: String(i), service: name }),
  ),
});

test('when a row counts two then it becomes two lines without the count', async () => {
  expect(await renderText('lines', FEW)).toBe(`\
_               minnie                http
_               minnie                http
dumbo           _                     smtp
`);
});

test('when there are no rows then nothing is printed', async () => {
  expect(await renderText('lines', makeSummary())).toBe('');
});

// BSD's uniq writes the count in another width.
test.skipIf(process.platform !== 'linux').each([
  ['the article', OFFICE],
  ['hostile', HOSTILE],
  ['in another order', { ...OFFICE, by: ['service', 'client', 'server'] } as const],
  ['long', { ...BY_PORT, rows: BY_PORT.rows.map((row) => ({ ...row, count: row.count % 400_000 })) }],
])('when the lines (%s) go through uniq -c then they are classic lines', async (_, summary) => {
  const uniq = spawnSync('uniq', ['-c'], {
    input: await renderText('lines', summary),
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 1e8,
  });
  expect(uniq.stdout).toBe(await renderText('classic', summary));
});

test('when a row counts millions then no chunk is much longer than others', async () => {
  const count = 3_000_001;
  const summary = makeSummary({ rows: [makeRow({ count, client: '_', server: 'pluto', service: 'rsync' })] });
  let length = 0;
  for (const chunk of await render('lines', summary)) {
    expect(chunk.length).toBeLessThan(3 * CHUNK_LENGTH);
    length += chunk.length;
  }
  expect(length).toBe(count * '_               pluto                rsync\n'.length);
});

test('when a row counts billions then the first lines still come at once', async () => {
  const row = makeRow({ count: Number.MAX_SAFE_INTEGER, client: '_', server: 'pluto', service: 'rsync' });
  const [first] = await render('lines', makeSummary({ rows: [row] }));
  expect(first?.length).toBeLessThan(3 * CHUNK_LENGTH);
});
