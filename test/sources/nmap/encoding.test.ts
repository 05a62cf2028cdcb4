// The encodings of reports, and the text before their first element.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { host, port, readScan, readSound, report } from '../../scans/reading.js';

const TEXT = report(host('10.0.0.1', port(80, 'open', '<service name="Café € \u{1f600}"/>')));
const LATIN = TEXT.replace(' € \u{1f600}', '').replace('?>', ' encoding="ISO-8859-1"?>');

function utf16be(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

describe('encodings', () => {
  test.each([
    ['UTF-8', Buffer.from(TEXT), 'Café € \u{1f600}'],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${TEXT}`), 'Café € \u{1f600}'],
    [
      'UTF-8 by its declaration',
      Buffer.from(TEXT.replace('?>', " encoding = 'utf-8' standalone='yes' ?>")),
      'Café € \u{1f600}',
    ],
    ['UTF-16LE', Buffer.from(`\ufeff${TEXT}`, 'utf16le'), 'Café € \u{1f600}'],
    ['UTF-16BE', utf16be(`\ufeff${TEXT}`), 'Café € \u{1f600}'],
    [
      'UTF-16 that says it was UTF-8',
      utf16be(`\ufeff${TEXT.replace('?>', ' encoding="UTF-8"?>')}`),
      'Café € \u{1f600}',
    ],
    ['ISO 8859-1', Buffer.from(LATIN, 'latin1'), 'Café'],
    ['windows-1252', Buffer.from(LATIN.replace('ISO-8859-1', 'Windows-1252'), 'latin1'), 'Café'],
    ['ASCII', Buffer.from(LATIN.replace('ISO-8859-1', 'US-ASCII').replace('é', '&#233;'), 'latin1'), 'Café'],
  ])('when a report is in %s then it is read, in pieces of any size', (_, bytes, name) => {
    const scan = readSound(bytes);
    expect(scan.hosts[0]?.ports[0]?.service).toBe(name);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 9 }), (pieces) => {
        expect(readScan(bytes, pieces).scan).toEqual(scan);
      }),
      { numRuns: 50 },
    );
    expect(readScan(bytes, [1]).scan).toEqual(scan);
  });

  test.each(['UTF-16', 'EBCDIC-CP-US', '', 'constructor', 'x'.repeat(99)])(
    'when the declared encoding is %j then it is reported, with the known ones',
    (encoding) => {
      const text = `<!-- a\ncomment -->\n${TEXT.replace('?>', ` encoding="${encoding}"?>`)}`;
      const known = 'utf-8, us-ascii, iso-8859-1, windows-1252, or UTF-16 with a byte order mark';
      const expected = {
        scan: undefined,
        problems: [`at line 3, column 1: found the encoding "${encoding.slice(0, 40)}", expected ${known}`],
        format: 'XML',
      };
      expect(readScan(text)).toEqual(expected);
      expect(readScan(text, [1])).toEqual(expected);
    },
  );

  test.each([
    ['UTF-8', Buffer.from([0xc3, 0x28])],
    ['UTF-8', Buffer.from([0xff])],
    ['UTF-8', Buffer.from([0xed, 0xa0, 0x80])],
    ['UTF-8', Buffer.from([0xf5, 0x80, 0x80, 0x80])],
    ['UTF-8', Buffer.from([0xe2, 0x82])],
  ])(
    'when bytes are not %s (%o) then the position is reported, and everything before them is kept',
    (encoding, bytes) => {
      const [before = '', after = ''] = report(`${host('10.0.0.1')}\n<x é="|"/>${host('10.0.0.2')}`).split(
        '|',
      );
      const document = Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]);
      for (const pieces of [[], [1], [2, 3]]) {
        const { scan, problems } = readScan(document, pieces);
        expect(problems).toEqual([
          `at line 4, column 7: found a byte that is not ${encoding}, expected the encoding that the document declares; ` +
            'nothing after it was read; hosts complete: 1',
        ]);
        expect(scan?.hosts).toHaveLength(1);
      }
    },
  );

  test('when half a character is missing in UTF-16 then the position is reported', () => {
    const text = `\ufeff${report(`${host('10.0.0.1')}\n<x y="\ud83d"/>`)}`;
    for (const pieces of [[], [1]]) {
      expect(readScan(Buffer.from(text, 'utf16le'), pieces).problems).toEqual([
        expect.stringMatching(/^at line 4, column 7: found a byte that is not UTF-16LE,.*hosts complete: 1$/),
      ]);
    }
  });

  test('when the document ends in the middle of a character then it is cut short', () => {
    const bytes = Buffer.from(TEXT);
    const cut = bytes.subarray(0, bytes.indexOf(0xc3) + 1);
    expect(readScan(cut).problems).toEqual([expect.stringContaining('ends in the middle of <port>')]);
    const behind = Buffer.concat([bytes, Buffer.from([0xc3])]);
    expect(readScan(behind)).toMatchObject({
      scan: { isComplete: false },
      problems: [expect.stringContaining('ends in the middle of the text after </nmaprun>')],
    });
  });

  test('when a replacement character is intended then it is not a fault', () => {
    expect(readSound(TEXT.replace('€', '\ufffd')).hosts[0]?.ports[0]?.service).toContain('\ufffd');
  });
});

describe('before the first element', () => {
  test.each([
    ['a comment', '<!-- <?xml encoding="x"?> & -->\n'],
    ['white space', ' \r\n\t'],
    ['many comments', '<!-- a -->'.repeat(500)],
  ])('when %s precedes the declaration then the report is read', (_, start) => {
    expect(readSound(`${start}${TEXT}`)).toEqual(readSound(TEXT));
    expect(readScan(`${start}${TEXT}`, [3])).toEqual(readScan(TEXT));
  });

  test('when the declaration takes several lines then the lines after it keep their numbers', () => {
    const text = `\n<?xml\nversion="1.0"\r\n?>${report(host('x')).replace(/^.*/, '')}`;
    for (const pieces of [[], [1]]) {
      expect(readScan(text, pieces).problems).toEqual([
        expect.stringMatching(/^at line 6, column \d+: found the address/),
      ]);
    }
  });

  test('when there is no declaration then it is UTF-8', () => {
    expect(readSound(TEXT.replace(/<\?xml.*\?>/, ''))).toEqual(readSound(TEXT));
    expect(readSound(TEXT.replace(/<\?xml.*\?>/, '<?xml-stylesheet href="encoding=\'x\'"?>'))).toEqual(
      readSound(TEXT),
    );
  });

  test('when the declaration is elsewhere then it is a fault', () => {
    for (const start of ['<?a?>', `<!--${'x'.repeat(20_000)}-->`]) {
      expect(readScan(`${start}${TEXT}`).problems).toEqual([
        expect.stringContaining('XML declaration must be at the start'),
      ]);
    }
  });
});
