// A table in GitHub Flavored Markdown, to paste into an issue or a wiki. It must not let a name become
// markup, a link, a mention or an emoji. https://github.github.com/gfm/#tables-extension-

import type { Summary } from '../inventory/summary.js';
import { HEADINGS, readCell } from './columns.js';
import { visible } from './escape.js';
import { describeEmpty, describeMissing } from './notes.js';

const MARKUP = /[\\`*_[\]<>&|~$]/g;
// GitHub looks for these after the escapes are gone, so that no backslash stops it: `:ab:` is an emoji even
// inside an IPv6 address, `@` and `#` mention, `www.` and `://` link. It leaves them alone in code.
const GITHUB_EXTRAS = /:.*:|[@#]|www\.|:\/\//i;
const NOT_FOR_CODE_SPAN = /[\\`|]/;
const NOT_ALPHANUMERIC = /[^\p{L}\p{N} ]/gu;

export function* renderMarkdown(summary: Summary): Generator<string, void, undefined> {
  if (summary.rows.length === 0) {
    yield `${describeEmpty(summary)}\n`;
    return;
  }
  yield `| Count |${summary.by.map((column) => ` ${HEADINGS[column]} |`).join('')}\n`;
  yield `| ---: |${summary.by.map((column) => (column === 'port' ? ' ---: |' : ' --- |')).join('')}\n`;
  for (const row of summary.rows) {
    let line = `| ${row.count} |`;
    for (const column of summary.by) line += ` ${escapeMarkdown(visible(readCell(row, column)))} |`;
    yield `${line}\n`;
  }
  for (const sentence of describeMissing(summary)) yield `\n${sentence}\n`;
}

function escapeMarkdown(text: string): string {
  if (!GITHUB_EXTRAS.test(text)) return text.replace(MARKUP, '\\$&');
  if (!NOT_FOR_CODE_SPAN.test(text)) return `\`${text}\``;
  return `<code>${text.replace(NOT_ALPHANUMERIC, (character) => `&#${character.codePointAt(0)};`)}</code>`;
}
