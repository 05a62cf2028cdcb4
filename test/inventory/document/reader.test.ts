import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_DOCUMENT_LENGTH, readDocument } from '../../../src/inventory/document/reader.js';
import { anyDocument, OFFICE, textOf } from './document-arbitraries.js';
import { changed, refusalOf } from './refusals.js';

describe('a document that was saved', () => {
  test('when any document is read and written then it is the same', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const text = textOf(document);
        const { connections, ...rest } = readDocument(text);
        expect([...connections]).toEqual([...readDocument(Buffer.from(text)).connections]);
        expect(textOf({ ...rest, connections })).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  test('when it is read then it is the inventory that was saved', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const { captures, scans, totals, folded, connections } = readDocument(textOf(document));
        const byName = <T extends { name?: string; digest?: string }>(items: readonly T[]): T[] =>
          items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
        expect(byName(captures)).toEqual(byName(document.captures));
        expect(new Set(scans)).toEqual(new Set(document.scans));
        expect([totals, folded]).toEqual([document.totals, document.folded]);
        expect(new Set(connections)).toEqual(new Set(document.connections));
      }),
      { numRuns: 300 },
    );
  });

  test('when its lines have another order, or its white space differs, then it is the same', () => {
    fc.assert(
      fc.property(anyDocument, fc.infiniteStream(fc.nat(1000)), (document, random) => {
        const text = textOf(document);
        const shuffled = JSON.parse(text) as Record<string, unknown>;
        const shuffle = (items: unknown): void => {
          const list = items as unknown[];
          const ranks = new Map(list.map((item) => [item, random.next().value]));
          list.sort((a, b) => Number(ranks.get(a)) - Number(ranks.get(b)));
        };
        for (const field of ['captures', 'undecoded', 'connections', 'scans']) shuffle(shuffled[field] ?? []);
        for (const scan of shuffled['scans'] as { targets: unknown; hosts: { ports: unknown }[] }[]) {
          for (const list of [scan.hosts, scan.targets, ...scan.hosts.map(({ ports }) => ports)])
            shuffle(list);
        }
        const sorted = Object.fromEntries(Object.entries(shuffled).sort());
        expect(textOf(readDocument(JSON.stringify(sorted, null, '\t').replaceAll('\n', '\r\n')))).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  test('when a line was removed by hand then the rest is read: sums are not checked', () => {
    const without = OFFICE.replace(/ {4}\{"client":"_".*\n/, '');
    expect([...readDocument(without).connections]).toHaveLength(2);
  });

  test('when it has fields that only a later synsum knows then they are ignored', () => {
    const later = OFFICE.replaceAll('{"', '{"later":[{"deep":[1,"\\u0000",{}]}],"__proto__":{"count":7},"');
    expect(later.length).toBeGreaterThan(OFFICE.length + 300);
    expect(textOf(readDocument(later))).toBe(OFFICE);
  });

  test('when addresses are not in their canonical form then they are the same addresses', () => {
    const text = changed('"address":"12.13.15.166"', '"address":"2001:DB8:0:0::0001"');
    expect(textOf(readDocument(text))).toContain('"address":"2001:db8::1"');
  });

  test('when it begins with a byte order mark, or does not end with a line feed, then it is read', () => {
    expect(textOf(readDocument(Buffer.from(`\u{feff}${OFFICE.trimEnd()}`)))).toBe(OFFICE);
  });
});

describe('a document that is damaged', () => {
  test('when it is cut off anywhere then it is refused with the position', () => {
    const bytes = Buffer.from(OFFICE);
    // It is complete without its last line feed.
    for (let length = 0; length < bytes.length - 1; length++) {
      expect(refusalOf(bytes.subarray(0, length)), `${length} bytes`).toMatch(/ at line \d+, column \d+$/);
    }
  });

  test('when any document is cut off then it is refused', () => {
    const anyCut = anyDocument
      .map((document) => Buffer.from(textOf(document)))
      .chain((bytes) => fc.nat(bytes.length - 2).map((length) => bytes.subarray(0, length)));
    fc.assert(
      fc.property(anyCut, (bytes) => {
        expect(refusalOf(bytes)).not.toBe('');
      }),
    );
  });

  test('when something follows it then it is refused', () => {
    expect(refusalOf(`${OFFICE}${OFFICE}`)).toBe('found "{", expected nothing more, at line 25, column 1');
    expect(refusalOf(`${OFFICE}\0\0\0\0`)).toBe(
      'found "\\u{0}\\u{0}\\u{0}\\u{0}", expected nothing more, at line 25, column 1',
    );
  });

  test('when bits are flipped then it is refused, or is another document that can be saved', () => {
    const flips = fc.array(fc.tuple(fc.nat(Buffer.byteLength(OFFICE) - 1), fc.nat(7)), {
      minLength: 1,
      maxLength: 3,
    });
    const seen = { refused: 0, read: 0 };
    fc.assert(
      fc.property(flips, (places) => {
        const bytes = Buffer.from(OFFICE);
        for (const [at, bit] of places) bytes[at] = (bytes[at] as number) ^ (1 << bit);
        if (refusalOf(bytes) !== '') {
          seen.refused += 1;
          return;
        }
        seen.read += 1;
        const text = textOf(readDocument(bytes));
        expect(textOf(readDocument(text))).toBe(text);
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(seen.refused, seen.read)).toBeGreaterThan(50);
  });

  test('when pieces of it are lost, doubled or moved then it is refused, or is another document', () => {
    const places = fc.tuple(fc.nat(OFFICE.length), fc.nat(OFFICE.length), fc.nat(OFFICE.length));
    fc.assert(
      fc.property(places, fc.boolean(), ([a, b, c], isLines) => {
        const cuts = isLines ? [a, b, c].map((at) => OFFICE.lastIndexOf('\n', at) + 1) : [a, b, c];
        const [first = 0, second = 0, third = 0] = cuts.sort((x, y) => x - y);
        const parts = [
          OFFICE.slice(0, first),
          OFFICE.slice(first, second),
          OFFICE.slice(second, third),
          OFFICE.slice(third),
        ];
        for (const order of [
          [0, 2, 3],
          [0, 1, 1, 2, 3],
          [0, 2, 1, 3],
        ]) {
          const text = order.map((part) => parts[part]).join('');
          if (refusalOf(text) === '') expect(textOf(readDocument(text))).toContain('synsum.inventory');
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('when it has bytes that are not UTF-8 then it is refused with the line', () => {
    const bytes = Buffer.from(changed('monday.pcap', 'm@nday.pcap'));
    bytes[bytes.indexOf('@')] = 0xe9;
    expect(refusalOf(bytes)).toBe('found bytes that are not UTF-8, expected text in UTF-8, at line 5');
  });

  test('when it is refused then the error has the line, the column and the path as fields', () => {
    const errorOf = (source: string | Uint8Array): unknown => {
      try {
        return readDocument(source);
      } catch (error) {
        return error;
      }
    };
    const [path, line] = ['connections[1].port', 16];
    const wrong = changed('"port":22,"count":2496', '"port":-1,"count":2496');
    const message = 'found -1, expected a whole number from 0 to 65535';
    expect(errorOf(wrong)).toMatchObject({
      message: `${message}, at line 16, column 50 (${path})`,
      ...{ line, column: 50, path },
    });
    expect(errorOf(OFFICE.replace('"connections"', 'connections'))).toMatchObject({
      line: 14,
      path: undefined,
    });
    expect(errorOf(Buffer.from([0x7b, 0x0a, 0xe9]))).toMatchObject({ line: 2, column: undefined });
    expect(errorOf({ length: MAX_DOCUMENT_LENGTH + 1 } as Uint8Array)).toMatchObject({ line: undefined });
  });

  test('when it has problems as text, as version 1 wrote them, then they are kept', () => {
    const old = changed('"problems":[]', '"problems":["at byte 7: cut short",""]').replace(
      '"version": 2',
      '"version": 1',
    );
    const problems = [
      { kind: 'other', message: 'at byte 7: cut short' },
      { kind: 'other', message: '' },
    ];
    const document = readDocument(old);
    expect(document.captures).toMatchObject([{ problems }]);
    expect(readDocument(textOf(document)).captures).toMatchObject([{ problems }]);
  });

  test('when a newer synsum has written a kind of problem or a field of one then the message is kept', () => {
    const text = changed('"problems":[]', '"problems":[{"message":"odd","kind":"odd","offset":7,"depth":2}]');
    expect(readDocument(text).captures[0]?.problems).toEqual([{ kind: 'other', message: 'odd', offset: 7 }]);
  });

  test('when git has left a conflict in it then the error says so', () => {
    const line = '    {"client":"12.13.14.137"';
    const text = changed(line, `<<<<<<< HEAD\n${line}`);
    expect(refusalOf(text)).toBe(
      'found "<<<<<<< HEAD", an unresolved merge conflict of git, expected JSON, at line 15, column 1',
    );
  });

  test('when it is too long then it is refused before it is read', () => {
    const bytes = { length: MAX_DOCUMENT_LENGTH + 1 } as Uint8Array;
    expect(refusalOf(bytes)).toBe('found 536870889 bytes, expected at most 536870888');
  });
});

describe('another document', () => {
  test.each([
    ['', 'found the end, expected an object, at line 1, column 1'],
    ['[]', 'found a list, expected an object, at line 1, column 1'],
    ['{}', 'found no "schema", expected a saved inventory, at line 1, column 1'],
    [
      '{"name":"synsum","version":"0.1.0"}',
      'found no "schema", expected a saved inventory, at line 1, column 1',
    ],
    [
      '{"schema":"synsum.summary","version":1,"by":[]}',
      'found "synsum.summary", expected "synsum.inventory", as synsum save writes it, at line 1, column 11 (schema)',
    ],
    ['{"schema":"synsum.inventory"}', 'found no "version", expected a saved inventory, at line 1, column 1'],
    [
      '{"schema":"synsum.inventory","version":"1"}',
      'found "1", expected a whole number from 1 to 9007199254740991, at line 1, column 40 (version)',
    ],
    [
      '{"schema":"synsum.inventory",\n"version":0}',
      'found 0, expected a whole number from 1 to 9007199254740991, at line 2, column 11 (version)',
    ],
  ])('when it is %j then the error is: %s', (text, message) => {
    expect(refusalOf(text)).toBe(message);
  });

  test('when it has a newer version then the error says so, wherever the version is and whatever else it contains', () => {
    const message = 'found version 3, expected at most 2: a newer synsum wrote it, at line';
    expect(refusalOf(changed('"version": 2', '"version": 3'))).toBe(`${message} 3, column 14 (version)`);
    const later = '{"connections":{"10.0.0.1":[]},\n"schema":"synsum.inventory","version":3,"sca';
    expect(refusalOf(later)).toBe(`${message} 2, column 39 (version)`);
  });
});
