import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { SummaryRow } from '../../src/inventory/summary/summary.js';
import { CHUNK_LENGTH } from '../../src/text/chunks.js';
import { judge, unknownLine } from '../../src/views/changes/nagios.js';
import {
  DIFF_FORMATS,
  FORMATS,
  LIST_FORMATS,
  needsDetails,
  render,
  renderChanges,
  renderServices,
} from '../../src/views/index.js';
import {
  anyChanges,
  anyOpenUnused,
  changesText,
  makeAdded,
  NO_CHANGES,
  openUnusedText,
} from './changes/change-fixtures.js';
import { anyName, anySummary, makeRow, makeSummary, renderText } from './fixtures.js';
import { anyHosts, anyServices, hostsText, makeListing, makeService, servicesText } from './list-fixtures.js';

const loaded = vi.hoisted(() => ({ table: false }));
vi.mock('cli-table3', async (importOriginal) => {
  loaded.table = true;
  return importOriginal();
});

test('when another view than the table is rendered then cli-table3 is not loaded', async () => {
  for (const format of FORMATS) if (format !== 'table') await renderText(format, makeSummary());
  for (const format of LIST_FORMATS) if (format !== 'table') await servicesText(format, makeListing([]));
  expect(loaded.table).toBe(false);
  await renderText('table', makeSummary());
  expect(loaded.table).toBe(true);
});

test('when formats are listed then each occurs once and only JSON and NDJSON need details', () => {
  expect(FORMATS).toEqual(['table', 'classic', 'lines', 'csv', 'json', 'ndjson', 'markdown']);
  expect(FORMATS.filter(needsDetails)).toEqual(['json', 'ndjson']);
  expect(LIST_FORMATS).toEqual(['table', 'csv', 'json', 'ndjson', 'markdown']);
  expect(DIFF_FORMATS).toEqual(['text', 'csv', 'json', 'ndjson', 'markdown', 'nagios']);
});

test.each(FORMATS)('when names are arbitrary then %s emits no control character but \\n', async (format) => {
  await fc.assert(
    fc.asyncProperty(anySummary, async (summary) => {
      expectHarmless(await renderText(format, summary));
    }),
  );
});

test.each(LIST_FORMATS)(
  'when names in lists are arbitrary then %s emits no control character but \\n',
  async (format) => {
    await fc.assert(
      fc.asyncProperty(anyServices, anyHosts, async (services, hosts) => {
        expectHarmless(await servicesText(format, services));
        expectHarmless(await hostsText(format, hosts));
      }),
    );
  },
);

test.each(['text', 'json', 'markdown'] as const)(
  'when names in changes are arbitrary then %s emits no control character but \\n',
  async (format) => {
    await fc.assert(
      fc.asyncProperty(anyChanges, anyOpenUnused, async (changes, report) => {
        expectHarmless(await changesText(format, changes, { isVerbose: true }));
        expectHarmless(await openUnusedText(format, report, true));
      }),
    );
  },
);

test('when names are arbitrary then a plugin prints one line', () => {
  fc.assert(
    fc.property(anyChanges, anyName, (changes, message) => {
      for (const line of [judge(changes).line, unknownLine(message)]) {
        expectHarmless(line);
        expect(line.split('\n')).toHaveLength(2);
      }
    }),
  );
});

function expectHarmless(text: string): void {
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  expect(text === '' || text.endsWith('\n')).toBe(true);
}

test.each(FORMATS.filter((format) => format !== 'table'))(
  'when there are many rows then %s comes in chunks, each made when it is read',
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

test.each(LIST_FORMATS.filter((format) => format !== 'table'))(
  'when there are many services then %s comes in chunks, each made when it is read',
  async (format) => {
    let read = 0;
    const row = {
      ...makeService(),
      get service() {
        read++;
        return 'ssh';
      },
    };
    const chunks = await renderServices(format, makeListing(Array(20_000).fill(row)));
    const [first = ''] = chunks;
    expect(first.length).toBeGreaterThanOrEqual(CHUNK_LENGTH);
    expect(first.length).toBeLessThan(CHUNK_LENGTH + 1000);
    expect(read).toBeLessThan(5000);
  },
);

test.each(['text', 'json', 'markdown'] as const)(
  'when there are many changes then %s comes in chunks',
  async (format) => {
    const added = Array.from({ length: 20_000 }, (_, port) => makeAdded({ port }));
    const options = { isVerbose: false, goneProbability: 0.05 };
    for (const chunk of await renderChanges(format, { ...NO_CHANGES, added }, options)) {
      expect(chunk.length).toBeLessThan(CHUNK_LENGTH + 1000);
    }
  },
);
