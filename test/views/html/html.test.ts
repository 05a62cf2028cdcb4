// Templates escape whatever is put into them, and leave out the indentation of the source.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { html, joinHtml } from '../../../src/views/html/html.js';
import { anyName } from '../fixtures.js';

describe('html', () => {
  test('when text is put into it, then no character of it is markup', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const { html: text } = html`<a title="${name}">${name}</a>`;
        expect(text).toMatch(/^<a title="[^<>"']*">[^<>"']*<\/a>$/);
        expect(text).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/);
      }),
    );
  });

  test('when HTML, numbers and lists are put into it, then they stay as they are', () => {
    expect(html`<p>${html`<b>${1}</b>`}${[2, html`<i>3</i>`]}${undefined}${false}</p>`.html).toBe(
      '<p><b>1</b>2<i>3</i></p>',
    );
  });

  test('when the source is indented, then only spaces between words are left', () => {
    const text = html`<p
      class="a">one
      two <b>three</b>
      <i>four</i> five
      <code>six</code></p>
      <p>seven
      </p>`;
    expect(text.html).toBe(
      '<p class="a">one two <b>three</b><i>four</i> five <code>six</code></p><p>seven</p>',
    );
  });

  test('when parts are joined, then the last separator may differ', () => {
    const parts = ['a', 'b', 'c'].map((text) => html`${text}`);
    expect(joinHtml(parts, ', ', ' and ').html).toBe('a, b and c');
    expect(joinHtml(parts.slice(0, 1), ', ', ' and ').html).toBe('a');
    expect(joinHtml([]).html).toBe('');
  });
});
