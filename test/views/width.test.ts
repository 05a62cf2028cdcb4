// Text is cut and wrapped by the columns that it takes, between graphemes, and outside of escapes.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visible } from '../../src/text/escape.js';
import { cutTo, shownOn, widthOf, wrap } from '../../src/views/width.js';

test.each([
  ['pluto', 5, 'pluto'],
  ['pluto', 4, 'plu…'],
  ['pluto', 1, '…'],
  ['漢字漢字', 8, '漢字漢字'],
  ['漢字漢字', 7, '漢字漢…'],
  ['漢字漢字', 6, '漢字…'],
  ['a👍🏽b👍🏽c', 5, 'a👍🏽b…'],
  ['🇩🇪🇫🇷🇬🇧', 5, '🇩🇪🇫🇷…'],
  // A base letter with three marks.
  ['e\u0301\u0302\u0303xyz', 3, 'e\u0301\u0302\u0303x…'],
  // Escapes stay whole.
  ['ab\\u{202e}cd', 9, 'ab…'],
  ['ab\\u{202e}cd', 11, 'ab\\u{202e}…'],
  // IPv6 addresses of a network begin alike.
  ['2001:db8:1234:5678::9abc', 16, '2001:db…78::9abc'],
  // The address of a machine that shares its name stays.
  ['a-very-long-name (10.0.0.1)', 20, 'a-very-l… (10.0.0.1)'],
  ['a-very-long-name (2001:db8::1)', 16, '…(2001:db8::1)'],
  ['a-very-long-name (2001:db8::1)', 13, 'a-very-long-…'],
])('when %j is cut to %d columns, then it is %j', (text, width, cut) => {
  expect(cutTo(text, width)).toBe(cut);
});

const anyText = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => visible(text));

test.each([
  ['\u{1f44d}', 2],
  ['\u{1fa74}', 2],
  ['\u{1faf1}', 2],
  ['\u270c', 1],
  ['\u2764', 1],
  ['\u{1f1e9}\u{1f1ea}', 2],
  ['cafe\u0301', 4],
])('when %s is measured, then its width is %i, as in tmux', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

test.each([
  ['\u{1f44d}\u{1f3fd} up', '\u{1f44d} up'],
  ['\u261d\ufe0f\u{1f3fd}', '\u261d'],
  ['\u2764\ufe0f', '\u2764'],
  ['1\ufe0f\u20e3', '1'],
  ['\u{1f3fd}', '\u{1f3fd}'],
  ['\u{1f469}\u200d\u{1f680}', '\u{1f469}\\u{200d}\u{1f680}'],
])('when %s is shown on a screen, then the parts whose width is uncertain are left out', (text, shown) => {
  expect(shownOn({ width: 80, hasColors: false }, text)).toBe(shown);
  expect(shownOn({ hasColors: false }, text)).toBe(text.replace('\u200d', '\\u{200d}'));
});

test('when any text is cut, then it fits, and is a beginning of the text', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 50 }), (text, width) => {
      const cut = cutTo(text, width);
      expect(widthOf(cut)).toBeLessThanOrEqual(Math.max(width, 1));
      if (cut === text) return;
      expect(widthOf(text)).toBeGreaterThan(width);
      const [head = ''] = cut.split('…');
      expect(text.startsWith(head)).toBe(true);
      expect(head).not.toMatch(/\\u(\{[0-9a-f]*)?$/);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['saw none in 36 hours', 8, ['saw none', 'in 36', 'hours']],
  ['one', 8, ['one']],
  ['', 8, ['']],
  ['abcdefghij kl', 4, ['abcd', 'efgh', 'ij', 'kl']],
  ['漢字漢字', 5, ['漢字', '漢字']],
  ['漢字', 1, ['漢字']],
])('when %j is wrapped to %d columns, then the lines are %j', (text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines);
});

test('when any text is wrapped, then no character is lost, and each line fits', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 12, max: 50 }), (text, width) => {
      const lines = wrap(text, width);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
    }),
    { numRuns: 1000 },
  );
});
