// Reports that are cut short, damaged or forged: the reader ends, does not throw, and returns only complete machines.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ScannedHost } from '../../../src/inventory/scan.js';
import { hasShared, SHARED_NOTE, sharedPath } from '../../helpers/shared.js';
import {
  addressesOf,
  host,
  port,
  type ReadScan,
  readScan,
  report,
  rowsOf,
  scanFile,
} from '../../scans/reading.js';

const RUNS = Number(process.env['SYNSUM_FUZZ_RUNS'] ?? 2000);

const SCANS = ['lan', 'masscan', 'ipv6', 'interrupted', 'timeout', 'appended'].map((name) =>
  scanFile(`synsum__${name}`),
);
const COMMENTED = scanFile('secureCodeBox__scanme.nmap.org-ipv6');

function linesOf(hosts: readonly ScannedHost[] = []): string[] {
  return hosts.map(({ address, ...rest }) => `${address.value} ${JSON.stringify(rest)}`);
}

/** Expects that the cut document contains nothing that the whole one lacks, and says how many hosts it has. */
function checkCut(cut: ReadScan, whole: ReadScan, complete: number): void {
  expect(cut.problems).toHaveLength(1);
  if (cut.scan === undefined) {
    expect(complete).toBe(0);
    return;
  }
  expect(cut.scan.isComplete).toBe(false);
  const rows = new Set(rowsOf(whole.scan?.hosts));
  expect(rowsOf(cut.scan.hosts).filter((row) => !rows.has(row))).toEqual([]);
  expect(cut.problems[0]).toMatch(new RegExp(`hosts complete: ${complete}$`));
}

describe('truncation', () => {
  test.each([
    ['ipv6', 1],
    ['lan', 5],
  ])(
    'when %s is cut at every byte, or every one of %i, then all machines before the cut are complete',
    (name, step) => {
      const bytes = scanFile(`synsum__${name}`);
      const whole = readScan(bytes);
      const wholeLines = new Set(linesOf(whole.scan?.hosts));
      const text = bytes.toString('latin1');
      const end = text.lastIndexOf('</nmaprun>') + '</nmaprun>'.length;
      const ends = [...text.matchAll(/<\/host>/g)].map(({ index }) => index + '</host>'.length);
      const up = [...text.matchAll(/<host[ >][\s\S]*?<\/host>/g)].map(([element]) =>
        element.includes('state="up"'),
      );
      for (let length = 0; length < end; length += step) {
        const cut = readScan(bytes.subarray(0, length));
        const complete = ends.filter((at) => at <= length).length;
        checkCut(cut, whole, complete);
        const machines = cut.scan?.hosts ?? [];
        expect(machines).toHaveLength(up.slice(0, complete).filter((isUp) => isUp).length);
        expect(linesOf(machines).filter((line) => !wholeLines.has(line))).toEqual([]);
      }
      expect(readScan(bytes.subarray(0, end))).toEqual(whole);
    },
  );

  test.each([
    ['<hos', 'ends in the middle of <nmaprun>'],
    ['<host>', 'ends in the middle of <host>'],
    ['<host><ports><port protocol="tcp" portid="1"><script id="x"><table>', 'ends in the middle of <port>'],
    ['<!-- ', 'ends in the middle of <nmaprun>'],
    ['</nmaprun', 'ends in the middle of <nmaprun>'],
    ['</nmaprun><!-- ', 'ends in the middle of the text after </nmaprun>'],
  ])('when it ends after %s then the problem says where', (end, problem) => {
    const { problems } = readScan(`<nmaprun>\n${host('10.0.0.1')}\n${end}`);
    expect(problems).toEqual([`at line 3, column ${end.length}: ${problem}; hosts complete: 1`]);
  });
});

describe('pieces', () => {
  test.each([...SCANS.entries()])(
    'when document %i is read in pieces of any size then the result is the same',
    (_, bytes) => {
      const whole = readScan(bytes);
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 9 }), (pieces) => {
          expect(readScan(bytes, pieces)).toEqual(whole);
        }),
        { numRuns: 60 },
      );
      expect(readScan(bytes, [1])).toEqual(whole);
    },
  );

  test.runIf(hasShared)(
    `when a real one is longer than a piece then the result is the same${SHARED_NOTE}`,
    () => {
      const bytes = readFileSync(sharedPath('nmap/nmap__random-1.xml'));
      expect(readScan(bytes, [997, 70_000])).toEqual(readScan(bytes));
    },
  );
});

describe('damage', () => {
  /** A few changes: bytes that are overwritten, cut out or doubled, or meaningful tokens that are inserted. */
  const anyChange = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    cut: fc.integer({ min: 0, max: 60 }),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc
        .constantFrom(
          ...[
            '<',
            '>',
            '"',
            '&',
            '</host>',
            '<host>',
            '<nmaprun>',
            '</nmaprun>',
            '<!--',
            '-->',
            '<![CDATA[',
            ']]>',
            '<?xml ?>',
          ],
          ...[
            '&#0;',
            '&#x1F600;',
            '&lol;',
            '<!DOCTYPE x [',
            ' a="b"',
            '\0',
            '\r',
            '\ufeff',
            '%',
            '-',
            '99999999999',
          ],
        )
        .map((text) => new Uint8Array(Buffer.from(text))),
    ),
  });
  const anyMutant = fc
    .tuple(fc.constantFrom(...SCANS, COMMENTED), fc.array(anyChange, { minLength: 1, maxLength: 4 }))
    .map(([bytes, changes]) =>
      changes.reduce((document, { at, cut, put }) => {
        const start = Math.floor(at * document.length);
        return Buffer.concat([document.subarray(0, start), put, document.subarray(start + cut)]);
      }, bytes),
    );

  test('when a report is damaged in any way then the reader ends, and reports a problem if anything is missing', () => {
    fc.assert(
      fc.property(anyMutant, fc.integer({ min: 1, max: 5000 }), (bytes, length) => {
        const { scan, problems } = readScan(bytes);
        const inPieces = readScan(bytes, [length]);
        expect(inPieces.scan).toEqual(scan);
        expect(inPieces.problems).toHaveLength(problems.length);
        for (const problem of problems) {
          expect(problem).toMatch(/^(at line \d+, column \d+: .{1,400}|and \d+ more problems)$/su);
        }
        if (scan === undefined || !scan.isComplete) expect(problems).not.toEqual([]);
        if (scan === undefined) return;
        expect(scan.from).toBeLessThanOrEqual(scan.to);
        for (const { from, to, ports } of scan.hosts) {
          expect(from).toBeLessThanOrEqual(to);
          expect(new Set(ports.map(({ protocol, port: number }) => `${protocol}${number}`)).size).toBe(
            ports.length,
          );
        }
        expect(new Set(addressesOf(scan.hosts)).size).toBe(scan.hosts.length);
      }),
      { numRuns: RUNS },
    );
  });

  test.each([
    ['a wrong end of a host', `${host('10.0.0.2').replace('</host>', '</hose>')}`, 'unexpected close tag'],
    ['no end of its ports', `${host('10.0.0.2').replace('</ports>', '')}`, 'unexpected close tag'],
    ['an attribute twice', '<host a="1" a="2"></host>', 'duplicate attribute: a'],
    ['a control character', '<x y="\u0001"/>', 'disallowed character'],
    ['a reference to one', '<x y="&#1;"/>', 'malformed character entity'],
    ['half a character', '<x y="&#xd800;"/>', 'malformed character entity'],
    ['no quotes', '<x y=1/>', 'unquoted attribute value'],
    ['a name beyond all measure', `<x y="&${'z'.repeat(999)};"/>`, 'undefined entity'],
  ])('when a document has %s then everything before it is kept', (_, damage, problem) => {
    const { scan, problems } = readScan(
      report(`${host('10.0.0.1', port(22))}\n${damage}\n${host('10.0.0.3')}`),
    );
    expect(problems).toEqual([
      expect.stringMatching(/^at line 4, column \d+: not well-formed XML: .*hosts complete: 1$/),
    ]);
    expect(problems[0]).toContain(`${problem}; nothing after it was read`);
    expect(rowsOf(scan?.hosts)).toEqual(['10.0.0.1 tcp 22 open']);
    expect(scan?.isComplete).toBe(false);
  });

  test.each(['<x y="a & b">;</x>', '<x y="a & b"/>'])(
    'when a document has an ampersand, as in %s, then the position is that of the last tag before it',
    (damage) => {
      const { scan, problems } = readScan(report(`${host('10.0.0.1')}\n${damage}\n${host('10.0.0.3')}`));
      expect(problems).toEqual([
        'at line 3, column 90: not well-formed XML: disallowed character in entity name; ' +
          'nothing after it was read; hosts complete: 1',
      ]);
      expect(addressesOf(scan?.hosts)).toEqual(['10.0.0.1']);
    },
  );

  test('when a fault follows a machine directly then the machine is kept', () => {
    expect(addressesOf(readScan(`<nmaprun>${host('10.0.0.1')}&x;`).scan?.hosts)).toEqual(['10.0.0.1']);
    expect(addressesOf(readScan(`<nmaprun>${host('10.0.0.1')}</x>`).scan?.hosts)).toEqual(['10.0.0.1']);
  });
});
