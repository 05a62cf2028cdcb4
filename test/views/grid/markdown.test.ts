import { expect, test } from 'vitest';
import { BY_PORT, HOSTILE_NAMES, makeRow, makeSummary, OFFICE, renderText } from '../fixtures.js';

test('when the summary is an office then it is a GitHub table', async () => {
  expect(await renderText('markdown', OFFICE)).toBe(String.raw`| Count | Client | Server | Service |
| ---: | --- | --- | --- |
| 62 | \_ | minnie | http |
| 2496 | \_ | pluto | ssh |
| 9179 | \_ | pluto | rsync |
| 324 | dumbo | \_ | smtp |
| 10 | goofy | \_ | http |
| 21 | minnie | \_ | http |
`);
});

test('when other columns are requested and rows were cut off then both are shown', async () => {
  expect(await renderText('markdown', { ...BY_PORT, cut: { rows: 2, synAcks: 3 } })).toBe(`\
| Count | Port | Server |
| ---: | ---: | --- |
| 1 | 443 | a-name-longer-than-fifteen |
| 12345678 | 6443 | \`2001:db8:ab:cd::1\` |

--top left out 2 rows with 3 SYN-ACKs.
`);
});

test.each([
  ['up:8080', 'up:8080'],
  ['10.0.0.1', '10.0.0.1'],
  ['a|b', 'a\\|b'],
  ['a\\|b', 'a\\\\\\|b'],
  ['`x`', '\\`x\\`'],
  ['<b>&amp;</b>', '\\<b\\>\\&amp;\\</b\\>'],
  ['*a* _b_ ~c~ $d$', '\\*a\\* \\_b\\_ \\~c\\~ \\$d\\$'],
  ['[x](y)', '\\[x\\](y)'],
  ['line\nbreak', 'line\\\\u{a}break'],
  ['fe80::ab:1', '`fe80::ab:1`'],
  ['@octocat', '`@octocat`'],
  ['#1', '`#1`'],
  ['www.example.org', '`www.example.org`'],
  ['http://x', '`http://x`'],
  ['http://x|`', '<code>http&#58;&#47;&#47;x&#124;&#96;</code>'],
  ['@a\u202e', '<code>&#64;a&#92;u&#123;202e&#125;</code>'],
])('when a name is %j then it is written as %s', async (client, cell) => {
  const summary = makeSummary({ by: ['client'], rows: [makeRow({ count: 1, client })] });
  expect((await renderText('markdown', summary)).split('\n')[2]).toBe(`| 1 | ${cell} |`);
});

test('when names are hostile then each row is one line of three cells', async () => {
  const rows = HOSTILE_NAMES.map((client) => makeRow({ count: 1, client, server: client }));
  const lines = (await renderText('markdown', makeSummary({ by: ['client', 'server'], rows })))
    .trimEnd()
    .split('\n');
  expect(lines).toHaveLength(2 + HOSTILE_NAMES.length);
  for (const line of lines) expect(line.match(/(?<!\\)(\\\\)*\|/g)).toHaveLength(4);
});
