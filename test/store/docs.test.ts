// The questions in SQL that docs/store.md shows, asked of a real store.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openForReading, type Store } from '../../src/store/sqlite/store.js';
import { ROOT, synsum } from '../helpers/program.js';

const FOLDER = fs.mkdtempSync(path.join(tmpdir(), 'synsum-store-docs-'));
const QUERIES = [
  ...fs.readFileSync(`${ROOT}docs/store.md`, 'utf8').matchAll(/```sql\n(-- (.*)\n[^`]*)```/g),
].map(([, sql = '', question = '']) => [question, sql] as const);

let store: Store;
beforeAll(async () => {
  const file = path.join(FOLDER, 'h.db');
  await synsum([
    'record',
    '--store',
    file,
    '--names',
    `${ROOT}samples/hosts.yaml`,
    `${ROOT}samples/office.pcap`,
  ]);
  store = await openForReading(file);
});
afterAll(() => {
  store.close();
  fs.rmSync(FOLDER, { recursive: true });
});

describe('docs/store.md', () => {
  test('when it promises five questions then there are five', () => expect(QUERIES).toHaveLength(5));

  test.each(QUERIES)('%s', (_, sql) => {
    // Times of the question that suit the sample.
    const rows = [
      ...store.all(sql.replaceAll('2026-0', '2007-0').replaceAll('-03-', '-06-').replaceAll('-04-', '-07-')),
    ];
    expect(Array.isArray(rows)).toBe(true);
    if (sql.includes('port = 22') || sql.includes('AS day')) expect(rows.length).toBeGreaterThan(0);
  });
});
