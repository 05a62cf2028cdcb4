// Reports that are cut short, damaged or forged: the reader ends, throws nothing, and gives only machines that are whole.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ScannedHost } from '../../../src/inventory/scan.js';
import { NmapReader } from '../../../src/sources/nmap/xml.js';
import { hasShared, SHARED_NOTE, sharedPath } from '../../helpers/shared.js';
import {
  addressesOf,
  finishReading,
  host,
  port,
  type ReadScan,
  readScan,
  report,
  rowsOf,
  scanFile,
} from '../../scans/reading.js';

const RUNS = Number(process.env['SYNSUM_FUZZ_RUNS'] ?? 2000);
const MIB = 1 << 20;

const SCANS = ['lan', 'masscan', 'ipv6', 'interrupted', 'timeout', 'appended'].map((name) =>
  scanFile(`synsum__${name}`),
);
const COMMENTED = scanFile('secureCodeBox__scanme.nmap.org-ipv6');

function linesOf(hosts: readonly ScannedHost[] = []): string[] {
  return hosts.map(({ address, ...rest }) => `${address.value} ${JSON.stringify(rest)}`);
}

/** Nothing is in the cut document that is not in the whole one, and it says how many hosts it has. */
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
    'when %s is cut at every byte, or every one of %i, then all machines before the cut are there, whole',
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
    ['</nmaprun><!-- ', 'ends in the middle of what comes after </nmaprun>'],
  ])('when it ends after %s then the place says so', (end, problem) => {
    const { problems } = readScan(`<nmaprun>\n${host('10.0.0.1')}\n${end}`);
    expect(problems).toEqual([`at line 3, column ${end.length}: ${problem}; hosts complete: 1`]);
  });
});

describe('pieces', () => {
  test.each([...SCANS.entries()])(
    'when document %i comes in pieces of any size then the result is the same',
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
  /** A few changes: bytes overwritten, cut out, doubled, or tokens put in that mean something. */
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

  test('when a report is damaged in any way then the reader ends, and says so if anything is missing', () => {
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
  ])('when a document has %s then what comes before it is kept', (_, damage, problem) => {
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
    'when a document has an ampersand in it, as in %s, then the place is the last tag before it',
    (damage) => {
      const { scan, problems } = readScan(report(`${host('10.0.0.1')}\n${damage}\n${host('10.0.0.3')}`));
      expect(problems).toEqual([
        'at line 3, column 90: not well-formed XML: disallowed character in entity name; ' +
          'nothing after it was read; hosts complete: 1',
      ]);
      expect(addressesOf(scan?.hosts)).toEqual(['10.0.0.1']);
    },
  );

  test('when the fault comes right after a machine then that is kept', () => {
    expect(addressesOf(readScan(`<nmaprun>${host('10.0.0.1')}&x;`).scan?.hosts)).toEqual(['10.0.0.1']);
    expect(addressesOf(readScan(`<nmaprun>${host('10.0.0.1')}</x>`).scan?.hosts)).toEqual(['10.0.0.1']);
  });
});

describe('entities', () => {
  test('when entities multiply then none is expanded', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`,
    );
    const laughs = `<!DOCTYPE nmaprun [<!ENTITY l0 "lol">${levels.join('')}]>`;
    const used = report(host('10.0.0.1', port(80, 'open', '<service name="&l9;"/>')));
    const { scan, problems } = readScan(used.replace('<nmaprun', `${laughs}<nmaprun`));
    expect(problems).toEqual([
      expect.stringMatching(/^at line 3, column \d+: not well-formed XML: undefined entity;/),
    ]);
    expect(scan?.hosts).toEqual([]);
    const unused = report(host('10.0.0.1')).replace('<nmaprun', `${laughs}<nmaprun`);
    expect(readScan(unused)).toMatchObject({ problems: [], scan: { isComplete: true } });
  });

  test.each(['constructor', '__proto__', 'toString'])(
    'when the entity is called %s then it is none either',
    (name) => {
      const { problems } = readScan(`<nmaprun scanner="&${name};"/>`);
      expect(problems).toEqual([expect.stringContaining('undefined entity')]);
    },
  );

  test('when a document type or an entity is somewhere else then nobody goes there', async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.end('<!ENTITY secret "fetched">');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/nmap.dtd`;
    const types = [
      `<!DOCTYPE nmaprun SYSTEM "${url}">`,
      `<!DOCTYPE nmaprun PUBLIC "nmap" "${url}" [<!ENTITY % all SYSTEM "${url}"> %all;]>`,
      `<!DOCTYPE nmaprun [<!ENTITY secret SYSTEM "${url}"> <!ENTITY file SYSTEM "file:///etc/passwd">]>`,
    ];
    for (const type of types) {
      const text = (name: string): string =>
        report(host('10.0.0.1', port(80, 'open', `<service name="${name}"/>`))).replace(
          '<nmaprun',
          `${type}<nmaprun`,
        );
      expect(readScan(text('http')).problems).toEqual([]);
      for (const name of ['&secret;', '&file;']) {
        const { scan, problems } = readScan(text(name));
        expect(problems).toEqual([expect.stringContaining('undefined entity')]);
        expect(scan?.hosts).toEqual([]);
      }
    }
    await new Promise((resolve) => server.close(resolve));
    expect(requests).toBe(0);
  });
});

describe('bounds', () => {
  /** The problems of a document that begins so and goes on with a text again and again, up to this length. */
  function readEndless(start: string, again: string, length: number): ReadScan {
    const reader = new NmapReader();
    reader.write(Buffer.from(start));
    const piece = Buffer.from(again.repeat(Math.ceil((64 << 10) / again.length)));
    for (let written = 0; written < length; written += piece.length) reader.write(piece);
    return finishReading(reader);
  }

  test.each([
    ['attribute', '<nmaprun args="', 'a'],
    ['attribute of references', '<nmaprun args="', '&amp;'],
    ['tag', '<nmaprun ', ' '],
    ['name', '<', 'a'],
    ['comment', '<!--', 'a'],
    ['document type', '<!DOCTYPE nmaprun [', 'a'],
    ['text', '<nmaprun>', 'a'],
    ['section', '<nmaprun><![CDATA[', 'a'],
    ['row of comments', '<nmaprun>', '<!---->'],
  ])('when a %s does not end then the reading does', (_, start, again) => {
    const { problems } = readEndless(start, again, 17 * MIB);
    expect(problems).toEqual([
      expect.stringMatching(
        /^at line 1, column \d: found more than 16 MiB without the end of a tag, expected less/,
      ),
    ]);
    const below = readEndless(start, again, 2 * MIB);
    expect(below.problems).toEqual([expect.stringContaining('ends ')]);
  });

  test('when elements are inside each other without end then the reading ends', () => {
    const nested = (depth: number): string => report(`${'<table>'.repeat(depth)}${'</table>'.repeat(depth)}`);
    expect(readScan(nested(255)).problems).toEqual([]);
    expect(readScan(nested(256)).problems).toEqual([
      expect.stringContaining('found more than 256 elements inside each other, expected fewer'),
    ]);
  });

  test('when an element has attributes without end then the reading ends', () => {
    const element = (count: number): string =>
      report(`${host('10.0.0.1')}<x ${Array.from({ length: count }, (_, at) => `a${at}=""`).join(' ')}/>`);
    expect(readScan(element(256)).problems).toEqual([]);
    const { scan, problems } = readScan(element(257));
    expect(problems).toEqual([
      expect.stringContaining('found more than 256 attributes of an element, expected fewer'),
    ]);
    expect(scan?.hosts).toHaveLength(1);
  });

  test('when a machine has addresses without end then the first are kept', () => {
    const addresses = Array.from({ length: 18 }, (_, at) => `<address addr="10.0.0.${at}"/>`).join('');
    const { scan, problems } = readScan(report(`<host><status state="up"/>${addresses}</host>`));
    expect(scan?.hosts).toHaveLength(16);
    expect(problems).toEqual(
      Array(2).fill(expect.stringContaining('found more than 16 addresses of a machine')),
    );
  });

  test('when texts take up too much then the reading ends', () => {
    const reader = new NmapReader();
    reader.write(Buffer.from('<nmaprun>'));
    let number = 0;
    const text = (): string => (number++).toString().padStart(256, '-');
    const service = (): string => `<service name="${text()}" product="${text()}" extrainfo="${text()}"/>`;
    for (let at = 0; at < 450; at++) {
      const ports = Array.from({ length: 100 }, (_, index) => port(index, 'open', service())).join('');
      reader.write(Buffer.from(host(`10.0.${at >>> 8}.${at & 255}`, ports)));
    }
    const { scan, problems } = finishReading(reader);
    expect(problems).toEqual([
      expect.stringContaining('found service names and versions of more than 32 MiB, expected less; nothing'),
    ]);
    // Of 131,072 texts scanner and format are two.
    expect(scan?.hosts).toHaveLength(Math.floor((32 << 20) / 256 / 3 / 100));
  });

  test('when ports are more than anyone has then the reading ends', () => {
    const ports = Array.from({ length: 62_500 }, (_, at) => port(at)).join('');
    const addresses = Array.from({ length: 16 }, (_, at) => `<address addr="10.0.1.${at}"/>`).join('');
    const many = `<host><status state="up"/>${addresses}<ports>${ports}</ports></host>`;
    expect(readScan(report(many)).scan?.hosts).toHaveLength(16);
    const { scan, problems } = readScan(report(`${host('10.0.0.1', port(80))}\n${many}`));
    expect(problems).toEqual([
      expect.stringMatching(
        /^at line 4, column \d+: found more than 1000000 ports, expected fewer; nothing after it was read; hosts complete: 1$/,
      ),
    ]);
    expect(rowsOf(scan?.hosts)).toEqual(['10.0.0.1 tcp 80 open']);
  });
});
