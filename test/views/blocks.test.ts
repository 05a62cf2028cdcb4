// Columns are aligned by the width that a terminal gives to their characters.

import { expect, test } from 'vitest';
import { renderBlocks } from '../../src/views/blocks.js';

function linesOf(...cells: string[][]): string[] {
  const lines = cells.map((row) => ({ sign: '+' as const, cells: row }));
  return [...renderBlocks([{ heading: 'heading', lines }])].join('').split('\n').slice(1, -1);
}

test('when a name has wide characters then the next column is still aligned', () => {
  expect(linesOf(['\u6771\u4eac', 'x'], ['pluto', 'x'])).toEqual(['+ \u6771\u4eac   x', '+ pluto  x']);
  expect(linesOf(['\u{1f5a8}\ufe0f\u{1f680}', 'x'], ['ab', 'x'])[1]).toMatch(/^\+ ab +x$/);
});

test('when a name has combining characters then they take no width', () => {
  expect(linesOf(['cafe\u0301', 'x'], ['cafe', 'x'])).toEqual(['+ cafe\u0301  x', '+ cafe  x']);
});

test('when a name has hidden characters then the width is that of their visible form', () => {
  expect(linesOf(['a\u001b', 'x'], ['b', 'x'])).toEqual(['+ a\\u{1b}  x', '+ b        x']);
});
