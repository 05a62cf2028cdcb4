// Reports that would take too much memory, or load other files: the reader ends, or ignores what they ask for.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { NmapReader } from '../../../src/sources/nmap/xml.js';
import { finishReading, host, port, type ReadScan, readScan, report, rowsOf } from '../../scans/reading.js';

const MIB = 1 << 20;

/** Expects that the cut document contains nothing that the whole one lacks, and says how many hosts it has. */
function _checkCut(cut: ReadScan, whole: ReadScan, complete: number): void {
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

describe('entities', () => {
  test('when entities multiply then none of them is expanded', () => {
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
    'when the entity is called %s then it is undefined too',
    (name) => {
      const { problems } = readScan(`<nmaprun scanner="&${name};"/>`);
      expect(problems).toEqual([expect.stringContaining('undefined entity')]);
    },
  );

  test('when a document type or an entity refers to another file or server then it is not loaded', async () => {
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
  /** Reads a document that has this beginning, and then repeats a text up to this length. */
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
  ])('when a %s does not end then reading ends', (_, start, again) => {
    const { problems } = readEndless(start, again, 17 * MIB);
    expect(problems).toEqual([
      expect.stringMatching(
        /^at line 1, column \d: found more than 16 MiB without the end of a tag, expected less/,
      ),
    ]);
    const below = readEndless(start, again, 2 * MIB);
    expect(below.problems).toEqual([expect.stringContaining('ends ')]);
  });

  test('when elements are nested without end then reading ends', () => {
    const nested = (depth: number): string => report(`${'<table>'.repeat(depth)}${'</table>'.repeat(depth)}`);
    expect(readScan(nested(255)).problems).toEqual([]);
    expect(readScan(nested(256)).problems).toEqual([
      expect.stringContaining('found more than 256 nested elements, expected fewer'),
    ]);
  });

  test('when an element has attributes without end then reading ends', () => {
    const element = (count: number): string =>
      report(`${host('10.0.0.1')}<x ${Array.from({ length: count }, (_, at) => `a${at}=""`).join(' ')}/>`);
    expect(readScan(element(256)).problems).toEqual([]);
    const { scan, problems } = readScan(element(257));
    expect(problems).toEqual([
      expect.stringContaining('found an element with more than 256 attributes, expected fewer'),
    ]);
    expect(scan?.hosts).toHaveLength(1);
  });

  test('when a machine has addresses without end then the first ones are kept', () => {
    const addresses = Array.from({ length: 18 }, (_, at) => `<address addr="10.0.0.${at}"/>`).join('');
    const { scan, problems } = readScan(report(`<host><status state="up"/>${addresses}</host>`));
    expect(scan?.hosts).toHaveLength(16);
    expect(problems).toEqual(
      Array(2).fill(expect.stringContaining('found more than 16 addresses of a machine')),
    );
  });

  test('when strings take too much memory then reading ends', () => {
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
    // Two of the 131,072 strings are the scanner and the format.
    expect(scan?.hosts).toHaveLength(Math.floor((32 << 20) / 256 / 3 / 100));
  });

  test('when there are more ports than any network has then reading ends', () => {
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
