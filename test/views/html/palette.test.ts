// The colours of pages, computed: axe does not see text on coloured cells. WCAG 2.2, 1.4.3 and 1.4.11.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../helpers/program.js';

const CSS = readFileSync(path.join(ROOT, 'src/views/html/page.css'), 'utf8');
const [LIGHT = '', DARK = ''] = [...CSS.matchAll(/:root\s*\{([^}]*)\}/g)].map(([, block]) => block);

type Palette = Readonly<Record<string, string>>;

function paletteOf(block: string): Palette {
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+):\s*(#[\da-f]{6})/g)].map(([, name, color]) => [name, color]),
  );
}

function luminanceOf(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrastOf(one: string, other: string): number {
  const [high = 0, low = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  ['light', paletteOf(LIGHT)],
  ['dark', paletteOf(DARK)],
])('the %s palette', (_, palette) => {
  const contrast = (text: string, ground: string): number =>
    contrastOf(palette[text] as string, palette[ground] as string);

  test.each(['ink', 'dim', 'ours', 'net', 'risk', 'good', 'mod'])(
    'when text is %s, then it can be read on both grounds',
    (name) => {
      for (const ground of ['paper', 'sheet']) expect(contrast(name, ground)).toBeGreaterThanOrEqual(4.5);
    },
  );

  test.each([
    ['on-light', 's1'],
    ['on-light', 's2'],
    ['on-light', 's3'],
    ['on-dark', 's4'],
    ['on-dark', 's5'],
  ])('when text is %s in a cell of shade %s, then it can be read', (text, shade) => {
    expect(contrast(text, shade)).toBeGreaterThanOrEqual(4.5);
  });

  test('when shades are compared, then more connections stand out more', () => {
    const shades = [1, 2, 3, 4, 5].map((step) => contrast(`s${step}`, 'paper'));
    expect(shades).toEqual(shades.toSorted((a, b) => a - b));
  });

  test('when things are drawn, then they stand out from the ground', () => {
    for (const name of ['ours', 'net', 'mod']) expect(contrast(name, 'sheet')).toBeGreaterThanOrEqual(3);
  });
});

test('when the palettes are compared, then they have the same colours', () => {
  expect(Object.keys(paletteOf(DARK))).toEqual(Object.keys(paletteOf(LIGHT)));
});

test('when the two texts of a page are measured, then they keep their limits', () => {
  const bytes = (name: string): number => readFileSync(path.join(ROOT, 'dist/views/html', name)).length;
  expect(bytes('page.js')).toBeLessThanOrEqual(15_000);
  expect(bytes('page.css')).toBeLessThanOrEqual(10_000);
});
