import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesGlob, parseGlob } from '../../src/text/glob.js';

/** Matches the pattern as the regular expression that it stands for. */
function matchesExpression(pattern: string, text: string): boolean {
  const source = [...pattern.replace(/\*+/g, '*')].map((sign) =>
    sign === '*' ? '.*' : sign === '?' ? '.' : sign.replace(/[.+^${}()|[\]\\/]/, '\\$&'),
  );
  return new RegExp(`^${source.join('')}$`, 'su').test(text);
}

describe('matchesGlob', () => {
  test.each([
    ['', [''], ['a']],
    ['*', ['', 'a', 'ab', '*'], []],
    ['?', ['a', '?', '😀'], ['', 'ab']],
    ['a*b*c', ['abc', 'a-b-c', 'abbc', 'abcbc'], ['acb', 'ab', 'abcb']],
    ['*ab', ['ab', 'aab', 'abab'], ['aba', 'b']],
    ['*a?', ['ab', 'aab', 'aaa'], ['a', 'abb']],
    ['**a**', ['a', 'bab'], ['b', '']],
    ['\\*', ['\\', '\\a'], ['*']],
  ])('when the pattern is %j then it matches whole texts only', (pattern, matching, others) => {
    expect(matching.filter((text) => !matchesGlob(parseGlob(pattern), text))).toEqual([]);
    expect(others.filter((text) => matchesGlob(parseGlob(pattern), text))).toEqual([]);
  });

  test('when pattern and text are anything then they match if and only if the regular expression does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '😀'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '😀', '*', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (pattern, text) => {
        expect(matchesGlob(parseGlob(pattern), text)).toBe(matchesExpression(pattern, text));
      }),
      { numRuns: 5000 },
    );
  });

  test('when wildcards replace parts of a text then the pattern still matches it', () => {
    const part = fc.tuple(fc.string({ unit: 'binary', maxLength: 5 }), fc.constantFrom('*', '?', ''));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = parts.map(([text]) => text).join('');
        const pattern = parts.map(([text, wild]) =>
          wild === '*' ? '*' : wild === '?' ? '?'.repeat([...text].length) : text,
        );
        expect(matchesGlob(parseGlob(pattern.join('')), text)).toBe(true);
      }),
    );
  });

  test.each(['*a', 'a*', '*?', '*'])('when %j is repeated very often then matching still ends', (part) => {
    const pattern = parseGlob(`${part.repeat(20_000)}b`);
    const expression = parseGlob(`${part.repeat(100)}b`);
    expect(matchesGlob(pattern, 'a'.repeat(255))).toBe(false);
    expect(matchesGlob(expression, 'a'.repeat(255))).toBe(false);
  });
});
