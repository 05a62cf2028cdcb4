import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { SummaryRow } from '../../src/inventory/summary.js';
import { CHUNK_LENGTH } from '../../src/views/chunks.js';
import { FORMATS, needsDetails, render } from '../../src/views/index.js';
import { anySummary, makeRow, makeSummary, renderText } from './fixtures.js';

const loaded = vi.hoisted(() => ({ table: false }));
vi.mock('cli-table3', async (importOriginal) => {
  loaded.table = true;
  return importOriginal();
});

test('when another view than the table is rendered then cli-table3 is not loaded', async () => {
  for (const format of FORMATS) if (format !== 'table') await renderText(format, makeSummary());
  expect(loaded.table).toBe(false);
  await renderText('table', makeSummary());
  expect(loaded.table).toBe(true);
});

test('when formats are listed then each is there once and only JSON and NDJSON need details', () => {
  expect(FORMATS).toEqual(['table', 'classic', 'lines', 'csv', 'json', 'ndjson', 'markdown']);
  expect(FORMATS.filter(needsDetails)).toEqual(['json', 'ndjson']);
});

test.each(FORMATS)(
  'when names are anything at all then %s emits no control character but \\n',
  async (format) => {
    await fc.assert(
      fc.asyncProperty(anySummary, async (summary) => {
        const text = await renderText(format, summary);
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(text === '' || text.endsWith('\n')).toBe(true);
      }),
    );
  },
);

test.each(FORMATS.filter((format) => format !== 'table'))(
  'when there are many rows then %s comes in chunks, each made when it is asked for',
  async (format) => {
    let read = 0;
    const row: SummaryRow = {
      ...makeRow({ count: 1, client: '_', server: 'pluto' }),
      get service() {
        read++;
        return 'ssh';
      },
    };
    const rows: SummaryRow[] = Array(20_000).fill(row);
    const chunks = (await render(format, makeSummary({ rows })))[Symbol.iterator]();
    const first = chunks.next().value?.length;
    expect(first).toBeGreaterThanOrEqual(CHUNK_LENGTH);
    expect(first).toBeLessThan(CHUNK_LENGTH + 1000);
    expect(read).toBeLessThan(5000);
    let count = 1;
    while (!chunks.next().done) count++;
    expect(read).toBe(20_000);
    expect(count).toBeGreaterThan(5);
  },
);
