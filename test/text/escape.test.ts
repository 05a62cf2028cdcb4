import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quote, stringifyJson, visible } from '../../src/text/escape.js';
import { HOSTILE_NAMES } from '../views/fixtures.js';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);
// Written as numbers, so that a mistake in the pattern under test is not repeated here.
const OBEYED = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2066, 0x2069],
  [0xfeff, 0xfeff],
];

test.each([
  ['\u001b[31m', '\\u{1b}[31m'],
  ['\0\t\n\r\u007f', '\\u{0}\\u{9}\\u{a}\\u{d}\\u{7f}'],
  ['\u009b31m', '\\u{9b}31m'],
  ['abc\u202efdp', 'abc\\u{202e}fdp'],
  ['\u2028\u2029', '\\u{2028}\\u{2029}'],
  ['\ud800x', '\\u{d800}x'],
  ['x\udc00', 'x\\u{dc00}'],
  ['\u{e0041}', '\\u{e0041}'],
  ['\ue000', '\\u{e000}'],
])('when text has a character that a terminal obeys or hides (%j) then its code is shown', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test.each(['minnie', 'Büro-Drucker', '漢字', 'प्रिंटर', '😀', 'a b', 'C:\\x', 'fe80::1', ''])(
  'when a name is harmless (%j) then it stays as it is',
  (name) => {
    expect(visible(name)).toBe(name);
  },
);

test.each([
  ['a\u00a0b', 'a\\u{a0}b'],
  ['a\u3000b', 'a\\u{3000}b'],
  ['a b', 'a b'],
  ['a\u001bb', 'a\\u{1b}b'],
])('when blanks are to be visible then only the space stays a space (%j)', (text, shown) => {
  expect(visible(text, { blanks: true })).toBe(shown);
  expect(visible('a\u3000b')).toBe('a\u3000b');
});

test.each([
  ['www', '"www"'],
  ['a\u00a0b', '"a\\u{a0}b"'],
  ['😀'.repeat(60), `"${'😀'.repeat(60)}"`],
  ['😀'.repeat(61), `"${'😀'.repeat(60)}…"`],
])('when text is quoted then it is visible, and cut after 60 characters (%#)', (text, quoted) => {
  expect(quote(text)).toBe(quoted);
});

test('when text is made visible twice then the second time changes nothing', () => {
  fc.assert(fc.property(anyText, (text) => visible(visible(text)) === visible(text)));
});

test('when any text is escaped then no character that a terminal obeys is left', () => {
  for (const [first = 0, last = 0] of OBEYED) {
    for (let code = first; code <= last; code++) {
      const character = String.fromCodePoint(code);
      expect(visible(character)).toBe(`\\u{${code.toString(16)}}`);
      expect(stringifyJson(character)).toMatch(/^"\\(u[0-9a-f]{4}|[bfnrt])"$/);
    }
  }
});

test('when any text becomes JSON then parsing restores it', () => {
  fc.assert(fc.property(anyText, (text) => JSON.parse(stringifyJson({ text })).text === text));
  for (const name of HOSTILE_NAMES) expect(JSON.parse(stringifyJson(name))).toBe(name);
});

test('when a hidden character is outside the basic plane then it is a surrogate pair in JSON', () => {
  expect(stringifyJson('\u{e0041}')).toBe('"\\udb40\\udc41"');
});
