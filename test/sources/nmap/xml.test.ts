// The document as a whole: its root, its problems and the progress of nmap.

import { describe, expect, test } from 'vitest';
import { type NmapProgress, NmapReader } from '../../../src/sources/nmap/xml.js';
import { host, port, readScan, report, scanFile } from '../../scans/reading.js';

describe('the document', () => {
  test.each([
    ['scanner="nmap" version="7.93" xmloutputversion="1.05"', 'nmap 7.93', 'nmap XML 1.05'],
    ['scanner="masscan" version="1.0-BETA" xmloutputversion="1.03"', 'masscan 1.0-BETA', 'masscan XML 1.03'],
    ['', 'nmap', 'nmap XML'],
  ])('when the root has %s then scanner and format are known', (attributes, scanner, format) => {
    const reading = readScan(`<nmaprun ${attributes}></nmaprun>`);
    expect(reading).toMatchObject({ scan: { scanner }, format });
  });

  test.each([
    ['<foo><nmaprun/></foo>', 'at line 1, column 5: found <foo>, expected <nmaprun>'],
    [
      `<!-- x -->\n <${'y'.repeat(100)}/>`,
      `at line 2, column 104: found <${'y'.repeat(79)}…>, expected <nmaprun>`,
    ],
    ['', 'at line 1, column 1: ends before <nmaprun>, expected a report of nmap or masscan'],
    [
      ' \n<!-- nmap -->\n',
      'at line 3, column 1: ends before <nmaprun>, expected a report of nmap or masscan',
    ],
    [
      '<nmaprun start="1"',
      'at line 1, column 18: ends before <nmaprun>, expected a report of nmap or masscan',
    ],
    ['{"a": 1}', 'at line 1, column 1: not well-formed XML: text data outside of root node'],
  ])('when the document is %.20j then it is not a scan', (text, problem) => {
    expect(readScan(text)).toEqual({ scan: undefined, problems: [problem], format: 'XML' });
  });

  test('when something is wrong then the problem has its kind and position as fields', () => {
    const reader = new NmapReader();
    reader.write(Buffer.from(`<nmaprun>\n${host('10.0.0.1', port('x'))}\n<runstats>`));
    expect(reader.finish().problems).toEqual([
      {
        kind: 'invalid-value',
        message: 'at line 2, column 107: found the port "x", expected a number from 0 to 65535',
        ...{ line: 2, column: 107 },
      },
      {
        kind: 'damaged-scan',
        message: 'at line 3, column 10: ends in the middle of <runstats>; hosts complete: 1',
        ...{ line: 3, column: 10 },
      },
    ]);
  });

  test('when there are very many problems then the first ones are listed, and the others counted', () => {
    const { problems } = readScan(report(host('x').repeat(33)));
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe('and 13 more problems');
    const cut = readScan(`<nmaprun>${host('x').repeat(33)}`).problems;
    expect(cut).toHaveLength(22);
    expect(cut.slice(-2)).toEqual([
      'and 13 more problems',
      expect.stringMatching(/: ends in the middle of <nmaprun>; hosts complete: 33$/),
    ]);
  });

  test('when nmap reports its progress then that is passed on at once', () => {
    const seen: NmapProgress[] = [];
    const reader = new NmapReader((progress) => seen.push(progress));
    const bytes = scanFile('synsum__interrupted');
    const firstEnd = bytes.indexOf('etc="1795314623"/>') + 'etc="1795314623"/>'.length;
    reader.write(bytes.subarray(0, firstEnd));
    expect(seen).toEqual([{ task: 'SYN Stealth Scan', percent: 18.33, remaining: 5, hostsCompleted: 0 }]);
    reader.write(bytes.subarray(firstEnd));
    expect(seen.map(({ percent }) => percent)).toEqual([
      18.33, 38.33, 58.33, 78.33, 98.33, 18.33, 38.33, 58.33, 78.33,
    ]);
    expect(seen.at(-1)).toEqual({
      task: 'SYN Stealth Scan',
      percent: 78.33,
      remaining: 1,
      hostsCompleted: 1,
    });
  });

  test('when the progress makes no sense then it is ignored', () => {
    const seen: NmapProgress[] = [];
    const reader = new NmapReader((progress) => seen.push(progress));
    reader.write(
      Buffer.from(
        report('<taskprogress task="a" percent="x"/><taskprogress task="b" percent="5" remaining="-1"/>'),
      ),
    );
    expect(reader.finish().problems).toEqual([]);
    expect(seen).toEqual([{ task: 'b', percent: 5, remaining: undefined, hostsCompleted: 0 }]);
  });
});
