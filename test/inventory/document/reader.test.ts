import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DocumentError, MAX_DOCUMENT_LENGTH, readDocument } from '../../../src/inventory/document/reader.js';
import { anyDocument, OFFICE, textOf } from './document-arbitraries.js';

function refusalOf(source: string | Uint8Array): string {
  try {
    readDocument(source);
  } catch (error) {
    if (error instanceof DocumentError) return error.message;
    throw error;
  }
  return '';
}

/** The example with something else in the place of what it has once. */
function changed(from: string, to: string): string {
  expect(OFFICE.split(from)).toHaveLength(2);
  return OFFICE.replace(from, () => to);
}

describe('a document that was saved', () => {
  test('when it is read and written then it is the same, whatever is in it', () => {
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

  test('when it is read then it is what was saved', () => {
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

  test('when its lines come in another order, or other white space is in it, then it is the same', () => {
    fc.assert(
      fc.property(anyDocument, fc.infiniteStream(fc.nat(1000)), (document, random) => {
        const text = textOf(document);
        const shuffled = JSON.parse(text) as Record<string, unknown>;
        const shuffle = (items: unknown): void => {
          const list = items as unknown[];
          const ranks = new Map(list.map((item) => [item, random.next().value]));
          list.sort((a, b) => Number(ranks.get(a)) - Number(ranks.get(b)));
        };
        for (const field of ['captures', 'connections', 'scans']) shuffle(shuffled[field]);
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

  test('when a line was taken out by hand then the rest is read: sums are not checked', () => {
    const without = OFFICE.replace(/ {4}\{"client":"_".*\n/, '');
    expect([...readDocument(without).connections]).toHaveLength(2);
  });

  test('when fields are in it that only a later synsum knows then they are passed over', () => {
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
  test('when it is cut off anywhere then it is refused with the place', () => {
    const bytes = Buffer.from(OFFICE);
    // Without its last line feed it is whole.
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

  test('when something comes behind it then it is refused', () => {
    expect(refusalOf(`${OFFICE}${OFFICE}`)).toBe('found "{", expected nothing more, at line 20, column 1');
    expect(refusalOf(`${OFFICE}\0\0\0\0`)).toBe(
      'found "\\u{0}\\u{0}\\u{0}\\u{0}", expected nothing more, at line 20, column 1',
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
    const [path, line] = ['connections[1].port', 11];
    const wrong = changed('"port":22,"count":2496', '"port":-1,"count":2496');
    const message = 'found -1, expected a whole number from 0 to 65535';
    expect(errorOf(wrong)).toMatchObject({
      message: `${message}, at line 11, column 50 (${path})`,
      ...{ line, column: 50, path },
    });
    expect(errorOf(OFFICE.replace('"connections"', 'connections'))).toMatchObject({
      line: 9,
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

  test('when git has left a conflict in it then that is said', () => {
    const line = '    {"client":"12.13.14.137"';
    const text = changed(line, `<<<<<<< HEAD\n${line}`);
    expect(refusalOf(text)).toBe(
      'found "<<<<<<< HEAD", a merge conflict of git, expected it resolved, at line 10, column 1',
    );
  });

  test('when it is longer than may be then it is refused before it is read', () => {
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
  ])('when it is %j then it is: %s', (text, message) => {
    expect(refusalOf(text)).toBe(message);
  });

  test('when it is of a newer version then that is said, wherever it stands and whatever else is in it', () => {
    const message = 'found version 3, expected at most 2: a newer synsum has written it, at line';
    expect(refusalOf(changed('"version": 2', '"version": 3'))).toBe(`${message} 3, column 14 (version)`);
    const later = '{"connections":{"10.0.0.1":[]},\n"schema":"synsum.inventory","version":3,"sca';
    expect(refusalOf(later)).toBe(`${message} 2, column 39 (version)`);
  });
});

describe('values that cannot be', () => {
  const first = '{"client":"12.13.14.137","server":"12.13.15.166","port":22,"count":9534';
  const third = '{"family":4,"client":"_","server":"_","port":443,"count":62,"first_seen":"2007';
  const sketch = '"remote_clients":"AQAAAAIAAAA="';
  const port = 'a whole number from 0 to 65535';
  const count = 'a whole number from 1 to 70368744177663';
  const ports = 'ports like "1-1000,3306", ascending';
  const hours = 'expected hours from 0 to 23, ascending';
  const inHour = 'expected 1 to 16777215';
  const hour = 'an hour of the day, its SYN-ACKs and its days, like [2,30,1]';
  const cases: Record<string, readonly [from: string, to: string, what: string, path: string, at: string][]> =
    {
      connections: [
        ['22,"count":9534', '65536,"count":9534', `found 65536, expected ${port}`, '[0].port', '65536'],
        ['22,"count":9534', '-1,"count":9534', `found -1, expected ${port}`, '[0].port', '-1,"count"'],
        ['9534', '0', `found 0, expected ${count}`, '[0].count', '0,"first_seen":"2007-06-21T14:45:28'],
        [
          '9534',
          '70368744177663',
          'found 70368744180159 SYN-ACKs, expected at most 70368744177663',
          '[1]',
          '{"client":"_","server":"12',
        ],
        [
          '[15,1634,1]',
          '[15,1635,1]',
          'found more SYN-ACKs in "hours" than the 9534 of "count"',
          '[0]',
          '{"client":"12.13.14.137","server"',
        ],
        ['[14,7900,1]', '[24,7900,1]', `found the hour 24, ${hours}`, '[0].hours', '[[24'],
        ['[14,7900,1]', '[15,7900,1]', `found the hour 15, ${hours}`, '[0].hours', '[[15,7900'],
        ['[14,7900,1]', '[14,0,1]', `found 0 SYN-ACKs in an hour, ${inHour}`, '[0].hours', '[[14,0'],
        [
          '[14,7900,1]',
          '[14,16777216,1]',
          `found 16777216 SYN-ACKs in an hour, ${inHour}`,
          '[0].hours',
          '[[14,16',
        ],
        [
          '[14,7900,1]',
          '[14,7900,562949953421312]',
          'found the days 562949953421312, expected at most 562949953421311',
          '[0].hours',
          '[[14,7900,5',
        ],
        ['[14,7900,1]', '[14,7900]', `found a list, expected ${hour}`, '[0].hours[0]', '[14,7900],'],
        ['[14,7900,1]', '14', 'found 14, expected a list', '[0].hours[0]', '14,[15,1634'],
        ['9534', '1.5', `found 1.5, expected ${count}`, '[0].count', '1.5'],
        ['9534', '1e99', `found 1e99, expected ${count}`, '[0].count', '1e99'],
        ['9534', '"9534"', `found "9534", expected ${count}`, '[0].count', '"9534"'],
        ['"count":9534,', '', 'found no "count", expected one', '[0]', first.slice(0, 30)],
        ['"12.13.14.137"', '"1.2"', 'found "1.2", expected an IP address, or "_"', '[0].client', '"1.2"'],
        [
          '"12.13.14.137"',
          '"::1"',
          'found IPv4 and IPv6, expected client and server of one family',
          '[0]',
          '{"client":"::1"',
        ],
        [
          '{"family":4,',
          '{',
          'found no "family", expected 4 or 6: no address tells it',
          '[2]',
          '{"client":"_","server":"_"',
        ],
        [
          '{"client":"12.13.14.137","server":"12.13.15.166"',
          '{"family":6,"client":"12.13.14.137","server":"_"',
          'found IPv4 and IPv6, expected client and server of one family',
          '[0]',
          '{"family":6',
        ],
        ['"family":4', '"family":5', 'found 5, expected 4 or 6', '[2].family', '5,"client"'],
        [
          first,
          first.replace('12.13.14.137', '_'),
          'found client, server and port of another connection, expected each once',
          '[1]',
          '{"client":"_","server":"12.13.15.166","port":22,"count":2496',
        ],
        [
          sketch,
          sketch.replace('=', ''),
          'found "AQAAAAIAAAA", expected base64',
          '[1].remote_clients',
          '"AQAA',
        ],
        [sketch, '"remote_clients":""', 'found "", expected base64', '[1].remote_clients', '""'],
        [
          sketch,
          '"remote_clients":"AgAAAAEAAAA="',
          'found hash 1 after 2, expected all in ascending order',
          '[1].remote_clients',
          '"AgAA',
        ],
        [
          '9534',
          '9534,"remote_clients":"AQAAAA=="',
          'found "remote_clients" of one client, expected it where the client is "_"',
          '[0]',
          first.slice(0, 30),
        ],
        [
          third,
          third.replace('2007', '2008'),
          'found a last time before the first, expected it later',
          '[2]',
          '{"family"',
        ],
        [
          third,
          third.replace('2007', '207'),
          'found "207-06-21T14:45:30.000000Z", expected a time like "2007-06-21T14:45:28.123456Z"',
          '[2].first_seen',
          '"207-',
        ],
      ],
      captures: [
        [
          '"problems":[]}',
          '"since":"2007-06-22T00:00:00.000000Z","until":"2007-06-22T00:00:00.000000Z","problems":[]}',
          'found "until" that is not after "since", expected a later time',
          '[0]',
          '{"digest":"sha256:9f',
        ],
        [
          '"sha256:9f86',
          '"sha256:9F86',
          'found "sha256:9F86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6…", expected "sha256:" and 64 hexadecimal digits',
          '[0].digest',
          '"sha256:9F',
        ],
        ['"problems":[]', '"problems":[7]', 'found 7, expected an object', '[0].problems[0]', '7]'],
        [
          '"last_seen":"2007-06-21T15:02:11.000201Z","problems"',
          '"problems"',
          'found only the first or the last time, expected both',
          '[0]',
          '{"digest":"sha256:9f',
        ],
      ],
      totals: [
        [
          '{"packets_read":12100,"syn_acks":12092',
          '{"packets_read":70368744177672,"syn_acks":70368744177664',
          'found 70368744177664 SYN-ACKs, expected at most 70368744177663',
          '',
          '{"packets_read":7',
        ],
        [
          '"other_tcp":8',
          '"other_tcp":9',
          'found packets_read 12100, expected the sum of the packets by class, 12101',
          '',
          '{"packets_read"',
        ],
        ['"bytes_read":1016424,', '', 'found no "bytes_read", expected one', '', '{"packets_read"'],
        [
          '"gaps":0',
          '"gaps":null',
          'found null, expected a whole number from 0 to 9007199254740991',
          '.gaps',
          'null',
        ],
      ],
      folded: [
        [
          '{"rows":0',
          '{"rows":1',
          'found 1 rows, expected times where there are rows, and only there',
          '',
          '{"rows"',
        ],
      ],
      scans: [
        ['"complete":true', '"complete":1', 'found 1, expected true or false', '[0].complete', '1,"targets"'],
        [
          '.160/27',
          '.160/33',
          'found "12.13.15.160/33", expected an address, a CIDR block or "first-last"',
          '[0].targets[0]',
          '"12.13.15.160/33"',
        ],
        [
          '"12.13.15.160/27"',
          '"12.13.15.160/27","12.13.15.191-12.13.15.195"',
          'found part of 12.13.15.191-12.13.15.195 twice, expected it once',
          '[0].targets',
          '["12.13',
        ],
        ['3306', '3306-3305', `found "1-1000,3306-3305", expected ${ports}`, '[0].ports.tcp', '"1-1000'],
        ['3306', '1000', `found "1-1000,1000", expected ${ports}`, '[0].ports.tcp', '"1-1000'],
        ['3306', '65536', `found "1-1000,65536", expected ${ports}`, '[0].ports.tcp', '"1-1000'],
        ['1-1000,3306', '', `found "", expected ${ports}`, '[0].ports.tcp', '""'],
        [
          '"53/udp"',
          '"53/dccp"',
          'found "53/dccp", expected a port like "22/tcp", with tcp, udp, sctp',
          '[0].hosts[0].ports[1].port',
          '"53/dccp"',
        ],
        ['"53/udp"', '"22/tcp"', 'found 22/tcp twice, expected it once', '[0].hosts[0].ports', '[{"port"'],
        [
          'open|filtered',
          'ajar',
          'found "ajar", expected one of open, closed, filtered, unfiltered, open|filtered, closed|filtered',
          '[0].hosts[0].ports[1].state',
          '"ajar"',
        ],
      ],
    };

  for (const [field, list] of Object.entries(cases)) {
    test.each(list)(`when %s in ${field} is %s then it is: %s`, (from, to, what, path, at) => {
      const text = changed(from, to);
      expect(text.split(at)).toHaveLength(2);
      const lines = text.slice(0, text.indexOf(at)).split('\n');
      const place = `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
      expect(refusalOf(text)).toBe(`${what}, at ${place} (${field}${path})`);
    });
  }

  test('when a host or a scan is in it twice then it is refused', () => {
    const host = /\n {6}(\{"address".*\})/.exec(OFFICE)?.[1] ?? '';
    expect(refusalOf(changed(host, `${host},${host}`))).toContain(
      'found 12.13.15.166 twice, expected it once',
    );
    const scan = /"scans": \[(.*)\]\n\}/s.exec(OFFICE)?.[1] ?? '';
    expect(refusalOf(changed(scan, `${scan},${scan}`))).toContain('found sha256:60303ae2');
  });

  test('when a capture is in it twice then it is read: that was asked for when it was saved', () => {
    const capture = /\n {4}(\{"digest".*\})\n/.exec(OFFICE)?.[1] ?? '';
    expect(readDocument(changed(capture, `${capture},${capture}`)).captures).toHaveLength(2);
  });
});
