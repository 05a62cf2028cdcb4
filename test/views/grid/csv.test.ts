import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visible } from '../../../src/text/escape.js';
import { formatTime } from '../../../src/text/time.js';
import { anySummary, BY_PORT, makeRow, makeSummary, OFFICE, renderText } from '../fixtures.js';

test('when the summary is an office then each row has its columns and times', async () => {
  const summary = { ...OFFICE, rows: OFFICE.rows.slice(0, 2) };
  expect(await renderText('csv', summary)).toBe(`\
count,client,server,service,first_seen,last_seen
62,_,minnie,http,2007-06-21T14:45:28.123456Z,2007-06-21T14:45:29.123457Z
2496,_,pluto,ssh,2007-06-21T14:45:28.123456Z,2007-06-21T14:45:29.123457Z
`);
});

test('when other columns are requested then they have their names and their order', async () => {
  expect(await renderText('csv', BY_PORT)).toBe(`\
count,port,server,first_seen,last_seen
1,443,a-name-longer-than-fifteen,2007-06-21T14:45:28.123456Z,2007-06-21T14:45:29.123457Z
12345678,6443,2001:db8:ab:cd::1,2007-06-21T14:45:28.123456Z,2007-06-21T14:45:29.123457Z
`);
});

test('when there are no rows then there is only the header', async () => {
  expect(await renderText('csv', makeSummary())).toBe('count,client,server,service,first_seen,last_seen\n');
});

test.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\\u{9}=1"],
  ['\r=1', "'\\u{d}=1"],
  ['＝1', "'＝1"],
  ['=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"`],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['line\nbreak', 'line\\u{a}break'],
  ['a=b', 'a=b'],
  ["it's", "it's"],
  ['', ''],
])('when a cell is %j then it is written as %s', async (name, cell) => {
  const summary = makeSummary({ by: ['client'], rows: [makeRow({ count: 1, client: name })] });
  const [, line] = (await renderText('csv', summary)).split('\n');
  expect(line).toBe(`1,${cell},2007-06-21T14:45:28.123456Z,2007-06-21T14:45:29.123457Z`);
});

test('when any summary is parsed by RFC 4180 then the result has its cells', async () => {
  await fc.assert(
    fc.asyncProperty(anySummary, async (summary) => {
      const [header, ...records] = parseCsv(await renderText('csv', summary));
      expect(header).toEqual(['count', ...summary.by, 'first_seen', 'last_seen']);
      expect(records).toEqual(
        summary.rows.map((row) => [
          String(row.count),
          ...summary.by.map((column) => expectCell(String(row[column]))),
          formatTime(row.firstSeen),
          formatTime(row.lastSeen),
        ]),
      );
    }),
  );
});

function expectCell(raw: string): string {
  const runs = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'].includes(raw.charAt(0));
  return (runs ? "'" : '') + visible(raw);
}

/** The grammar of RFC 4180 section 2, with \n for CRLF. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    const field = text[at] === '"' ? /"((?:[^"]|"")*)"/y : /([^",\n\r]*)/y;
    field.lastIndex = at;
    const match = field.exec(text);
    if (match === null) throw new Error(`no field at ${at}`);
    record.push((match[1] ?? '').replaceAll('""', '"'));
    at = field.lastIndex;
    const end = text[at++];
    if (end === '\n') {
      records.push(record);
      record = [];
    } else if (end !== ',') throw new Error(`found ${end} at ${at - 1}`);
  }
  expect(record).toEqual([]);
  return records;
}
