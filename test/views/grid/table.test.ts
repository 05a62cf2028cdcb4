import { expect, test } from 'vitest';
import { MAX_ROWS } from '../../../src/views/grid/table.js';
import {
  BY_PORT,
  FOLDED,
  HOSTILE_NAMES,
  makeRow,
  makeSummary,
  NO_TOTALS,
  OFFICE,
  renderText,
} from '../fixtures.js';

test('when the summary is an office then it is a table', async () => {
  expect(await renderText('table', OFFICE)).toBe(`\
Count  Client  Server  Service
─────  ──────  ──────  ───────
   62  _       minnie  http
2,496  _       pluto   ssh
9,179  _       pluto   rsync
  324  dumbo   _       smtp
   10  goofy   _       http
   21  minnie  _       http
`);
});

test('when other columns are requested then they have their order', async () => {
  expect(await renderText('table', BY_PORT)).toBe(`\
     Count  Port  Server
──────────  ────  ──────────────────────────
         1   443  a-name-longer-than-fifteen
12,345,678  6443  2001:db8:ab:cd::1
`);
});

test('when --top cut rows off then a line says how many', async () => {
  const summary = { ...OFFICE, rows: OFFICE.rows.slice(0, 1), cut: { rows: 1, synAcks: 2496 } };
  expect(await renderText('table', summary)).toBe(`\
Count  Client  Server  Service
─────  ──────  ──────  ───────
   62  _       minnie  http

--top left out 1 row with 2,496 SYN-ACKs.
`);
});

test.each([
  [{}, 'No SYN-ACKs.\n'],
  [{ filteredOut: 12 }, 'No SYN-ACKs to show: --client, --server and --service left out 12 SYN-ACKs.\n'],
  [
    { totals: { ...NO_TOTALS, synAcks: 1, outsideTime: 1 }, filteredOut: 2 },
    'No SYN-ACKs to show: --client, --server and --service left out 2 SYN-ACKs; --since and --until left out 1 SYN-ACK.\n',
  ],
  [{ cut: { rows: 2, synAcks: 9 } }, 'No SYN-ACKs to show: --top left out 2 rows with 9 SYN-ACKs.\n'],
])('when there are no rows (%j) then one line says why', async (parts, line) => {
  expect(await renderText('table', makeSummary(parts))).toBe(line);
  expect(await renderText('markdown', makeSummary(parts))).toBe(line);
});

test.each([
  [1, '1 more row with 7 SYN-ACKs is not shown: -f csv shows every row, --top 20 the busiest.'],
  [4000, '4,000 more rows with 28,000 SYN-ACKs are not shown: -f csv shows every row, --top 20 the busiest.'],
])('when there are %d rows more than the bound then a line says so', async (more, note) => {
  const row = makeRow({ count: 7, client: '_', server: 'pluto', service: 'ssh' });
  const summary = makeSummary({ rows: Array(MAX_ROWS + more).fill(row) });
  const lines = (await renderText('table', summary)).split('\n');
  expect(lines).toHaveLength(2 + MAX_ROWS + 3);
  expect(lines.slice(-4)).toEqual(['    7  _       pluto   ssh', '', note, '']);
});

test('when rows did not fit into memory then they are one row and a line says how many', async () => {
  expect(await renderText('table', FOLDED)).toBe(`\
Count  Server      Port
─────  ───────  ───────
   30  (other)  (other)
    4  pluto         22

(other) sums up 29 rows that did not fit into memory.
`);
  expect(await renderText('classic', FOLDED)).toBe(`\
     30 (other)            (other)
      4 pluto                   22
`);
  expect(await renderText('markdown', { ...FOLDED, cut: { rows: 1, synAcks: 2 } })).toContain(`\
| 4 | pluto | 22 |

--top left out 1 row with 2 SYN-ACKs.

(other) sums up 29 rows that did not fit into memory.
`);
});

test('when the number of rows is just the bound then there is no note', async () => {
  const row = makeRow({ count: 7, client: '_', server: 'pluto', service: 'ssh' });
  const lines = (await renderText('table', makeSummary({ rows: Array(MAX_ROWS).fill(row) }))).split('\n');
  expect(lines).toHaveLength(2 + MAX_ROWS + 1);
});

test('when names are hostile then each row is still one line', async () => {
  const rows = HOSTILE_NAMES.map((client) => makeRow({ count: 1, client, server: 'x' }));
  const text = await renderText('table', makeSummary({ by: ['client', 'server'], rows }));
  expect(text.split('\n')).toHaveLength(2 + HOSTILE_NAMES.length + 1);
  expect(text).toContain('\n    1  \\u{1b}[2Jgone ');
});

test('when a name is wide on a terminal then the columns are still aligned', async () => {
  const rows = [
    makeRow({ count: 1, client: '漢字', server: 'x' }),
    makeRow({ count: 2, client: 'abcd', server: 'y' }),
  ];
  expect(await renderText('table', makeSummary({ by: ['client', 'server'], rows }))).toBe(`\
Count  Client  Server
─────  ──────  ──────
    1  漢字    x
    2  abcd    y
`);
});

test.each(['table', 'markdown'] as const)(
  'when captures could not be read completely then a %s says so',
  async (format) => {
    const torn = { ...OFFICE, totals: { ...OFFICE.totals, gaps: 2, bytesSkipped: 130 } };
    expect(await renderText(format, torn)).toContain('\nNot read completely: 2 gaps, 130 bytes skipped.\n');
  },
);
