import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DocumentError, JsonReader } from '../../../src/inventory/document/json.js';

function refusalOf(text: string, read: (json: JsonReader) => unknown = readAny): string {
  try {
    read(new JsonReader(text));
  } catch (error) {
    if (error instanceof DocumentError) return error.message;
    throw error;
  }
  return '';
}

function readAny(json: JsonReader): void {
  json.skip();
  json.end();
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Pieces of JSON, and of text that is nearly JSON. */
const anyPiece = fc.constantFrom(
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '"a"',
    '"\\u00e9"',
    '"\\x"',
    '"\t"',
    '\\',
    '0',
    '-',
    '-0',
    '01',
    '1.',
    '.5',
  ],
  ...[
    '1e5',
    '1E+',
    '12.5e-3',
    'true',
    'false',
    'null',
    'nul',
    'NaN',
    ' ',
    '\n',
    '\r',
    '\t',
    '\f',
    '\u00a0',
    '\u2028',
  ],
  ...["'a'", '/**/', '//', '"__proto__"', '"\u2028"', '"\u{1f98a}"', '\0', '{"a":1}', '[1,2]', '[]', '{}'],
);

describe('any text', () => {
  test('when it is JSON or nearly JSON then it is refused exactly if JSON.parse refuses it', () => {
    const anyMutant = fc
      .tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.nat(2), anyPiece)
      .map(([text, at, cut, piece]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + piece + text.slice(place + cut);
      });
    const anyJumble = fc.array(anyPiece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    const seen = { sound: 0, broken: 0 };
    fc.assert(
      fc.property(fc.oneof(fc.json(), anyMutant, anyJumble), (text) => {
        seen[isJson(text) ? 'sound' : 'broken'] += 1;
        expect(refusalOf(text) === '').toBe(isJson(text));
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(seen.sound, seen.broken)).toBeGreaterThan(500);
  });

  test('when it is read value by value then the result is that of JSON.parse', () => {
    const read = (json: JsonReader): unknown => {
      const first = json.peek();
      if (first === '"') return json.string('a text');
      if (first === '[') return json.array(read);
      if (first === '{') {
        const fields: [string, unknown][] = [];
        json.forEachField((field) => {
          fields.push([field, read(json)]);
        });
        return Object.fromEntries(fields);
      }
      if (first === 't' || first === 'f') return json.boolean();
      if (first === 'n') return json.skip() ?? null;
      return json.number('a number');
    };
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(read(new JsonReader(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('when it begins with a byte order mark then the mark is ignored', () => {
    expect(refusalOf('\u{feff}[1]')).toBe('');
    expect(refusalOf('[1]\u{feff}')).not.toBe('');
  });
});

describe('hostile text', () => {
  test.each(['[', '{"a":', '[{"a":'])(
    'when %j is repeated a million times then it is refused because of its depth',
    (piece) => {
      expect(refusalOf(piece.repeat(1e6))).toContain(
        'found more than 100 nested lists and objects, expected fewer',
      );
    },
  );

  test.each([
    ['digits', '1'.repeat(5e6), ''],
    ['a string', `"${'\\n'.repeat(5e6)}"`, ''],
    ['a string without an end', `"${'\\"'.repeat(5e6)}`, 'found a string without an end'],
    ['spaces', `${' '.repeat(5e6)}1`, ''],
    ['no JSON', 'x'.repeat(5e6), 'found "xxx'],
  ])('when there are millions of characters of %s then they are read', (_, text, message) => {
    const refusal = refusalOf(text);
    expect(refusal.slice(0, message.length)).toBe(message);
    expect(refusal.length).toBeLessThan(200);
  });

  test('when a list has more items than any inventory then it is refused', () => {
    const read = (json: JsonReader): unknown => json.array((item) => item.skip());
    expect(refusalOf(`[${'0,'.repeat(4_194_303)}0]`, read)).toBe('');
    expect(refusalOf(`[${'0,'.repeat(4_194_304)}0]`, read)).toBe(
      'found "0", expected at most 4194304 items, at line 1, column 8388610',
    );
  });

  test('when a field has the name of a property of all objects then it is skipped like any other', () => {
    const text = '{"__proto__":{"polluted":true},"constructor":1,"toString":2,"hasOwnProperty":3,"a":4}';
    const found = new JsonReader(text).object({ a: (json) => json.number('a number') }, {});
    expect(found).toEqual({ a: 4 });
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('when it contains characters that a terminal would obey then the message shows them', () => {
    expect(refusalOf('{"\u001b":1 2}')).toBe(
      'found "\\u{1b}", expected a string in the form that JSON requires, at line 1, column 2',
    );
    expect(refusalOf('[\u009b31m]')).toContain('found "\\u{9b}31m", expected a value');
  });
});

describe('positions', () => {
  test.each([
    ['', 'found the end, expected a value, at line 1, column 1'],
    ['[1,\n  2', 'found the end, expected "," or "]", at line 2, column 4'],
    ['[1,\n]', 'found "]", expected another item, or no "," before the "]", at line 2, column 1'],
    ['{"a":1,}', 'found "}", expected another item, or no "," before the "}", at line 1, column 8'],
    ['{"a" 1}', 'found "1", expected ":", at line 1, column 6'],
    ['{a:1}', 'found "a", expected the name of a field, in quotes, at line 1, column 2'],
    ['{1:1}', 'found 1, expected the name of a field, in quotes, at line 1, column 2'],
    ['[1] 2', 'found "2", expected nothing more, at line 1, column 5'],
    ['{"a":tru}', 'found "tru", expected a value, at line 1, column 6'],
    ['\r\n\r\n  "a', 'found a string without an end, expected a closing quote, at line 3, column 3'],
    ['["a\nb"]', 'found "a\\u{a}b", expected a string in the form that JSON requires, at line 1, column 2'],
    ['[1\0]', 'found "\\u{0}", expected "," or "]", at line 1, column 3'],
    ['["🦊", x]', 'found "x", expected a value, at line 1, column 8'],
  ])('when the text is %j then the error is: %s', (text, message) => {
    expect(refusalOf(text)).toBe(message);
  });

  test.each([
    ['[1]', 'found a list, expected an object, at line 1, column 1'],
    ['{"a":"x"}', 'found "x", expected a number, at line 1, column 6 (a)'],
    ['{"a":null}', 'found null, expected a number, at line 1, column 6 (a)'],
    ['{"a":{}}', 'found an object, expected a number, at line 1, column 6 (a)'],
    ['{"b":[]}', 'found no "a", expected one, at line 1, column 1'],
    ['{"a":1,\n"a":2}', 'found "a" twice, expected it once, at line 2, column 1 (a)'],
    ['{"a":1,"list":[true,\n 7]}', 'found 7, expected true or false, at line 2, column 2 (list[1])'],
    ['{"a":1,"list":{}}', 'found an object, expected a list, at line 1, column 15 (list)'],
  ])('when %j is not the expected value then the error is: %s', (text, message) => {
    const read = (json: JsonReader): unknown =>
      json.object(
        { a: (a) => a.number('a number') },
        { list: (list) => list.array((item) => item.boolean()) },
      );
    expect(refusalOf(text, read)).toBe(message);
  });

  test.each(['<<<<<<< HEAD', '=======', '>>>>>>> theirs', '||||||| 1234567'])(
    'when git has left %s then the error says so',
    (line) => {
      const message = `found "${line}", an unresolved merge conflict of git, expected JSON, at line 2, column 1`;
      expect(refusalOf(`[\n${line}\n1]`)).toBe(message);
      expect(refusalOf(`[1\r\n${line}\r\n]`)).toBe(message);
    },
  );
});
