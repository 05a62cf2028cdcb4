import { expect, test } from 'vitest';
import { BY_PORT, HOSTILE_NAMES, makeRow, makeSummary, OFFICE, renderText } from './fixtures.js';

test('when the summary is that in the article then so are the lines', async () => {
  expect(await renderText('classic', OFFICE)).toBe(`\
     62 _               minnie                http
   2496 _               pluto                  ssh
   9179 _               pluto                rsync
    324 dumbo           _                     smtp
     10 goofy           _                     http
     21 minnie          _                     http
`);
});

test('when the last column is a machine then no spaces end the line, and long names are not cut', async () => {
  expect(await renderText('classic', BY_PORT)).toBe(`\
      1        443 a-name-longer-than-fifteen
12345678       6443 2001:db8:ab:cd::1
`);
});

test('when a name is longer than its column then the next column follows after one space', async () => {
  const row = makeRow({ count: 5, server: 'a-name-longer-than-fifteen', service: 'service-longer-than-ten' });
  expect(await renderText('classic', makeSummary({ by: ['server', 'service'], rows: [row] }))).toBe(
    '      5 a-name-longer-than-fifteen service-longer-than-ten\n',
  );
});

test('when names have spaces then they are shown as _, so that each column stays one word', async () => {
  const row = makeRow({ count: 5, client: 'Front desk printer', server: 'pluto', service: 'GNU mp3d' });
  const summary = makeSummary({ rows: [row] });
  expect(await renderText('classic', summary)).toBe(
    '      5 Front_desk_printer pluto             GNU_mp3d\n',
  );
  expect(await renderText('lines', summary)).toBe(
    'Front_desk_printer pluto             GNU_mp3d\n'.repeat(5),
  );
  expect(await renderText('csv', summary)).toContain('\n5,Front desk printer,pluto,GNU mp3d,');
});

test('when there are no rows then nothing is printed', async () => {
  expect(await renderText('classic', makeSummary())).toBe('');
});

test('when names are hostile then each row is still one line', async () => {
  const rows = HOSTILE_NAMES.map((client) => makeRow({ count: 1, client }));
  const lines = (await renderText('classic', makeSummary({ by: ['client'], rows }))).split('\n');
  expect(lines).toHaveLength(HOSTILE_NAMES.length + 1);
  expect(lines.slice(0, 4)).toEqual([
    '      1 \\u{1b}[2Jgone',
    '      1 \\u{9b}31mred',
    '      1 bell\\u{7}',
    '      1 line\\u{a}break',
  ]);
});
