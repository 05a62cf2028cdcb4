// A table in GitHub Flavored Markdown, to paste into an issue or a wiki. A name must not become markup, a link, a mention
// or an emoji. https://github.github.com/gfm/#tables-extension-

import { visible } from '../../text/escape.js';
import { type Grid, type ShownColumn, shownColumns } from './grid.js';

const MARKUP = /[\\`*_[\]<>&|~$]/g;
// GitHub looks for these after it has removed the escapes, so a backslash does not help: `:ab:` becomes an emoji even
// inside an IPv6 address, `@` and `#` mention, `www.` and `://` link. It does not look for them in code.
const GITHUB_EXTRAS = /:.*:|[@#]|www\.|:\/\//i;
const NOT_FOR_CODE_SPAN = /[\\`|]/;
const NOT_ALPHANUMERIC = /[^\p{L}\p{N} ]/gu;

export function* renderMarkdown<Row>(grid: Grid<Row>): Generator<string, void, undefined> {
  if (grid.rows.length === 0) {
    yield `${grid.empty}\n`;
    return;
  }
  yield* renderTableRows(shownColumns(grid), grid.rows);
  for (const sentence of grid.notes) yield `\n${sentence}\n`;
}

/** Draws only the table. Headings are our own text, and are not escaped. */
export function* renderTableRows<Row>(
  columns: readonly ShownColumn<Row>[],
  rows: Iterable<Row>,
): Generator<string, void, undefined> {
  yield `|${columns.map(({ heading }) => ` ${heading} |`).join('')}\n`;
  yield `|${columns.map(({ isRightAligned = false }) => (isRightAligned ? ' ---: |' : ' --- |')).join('')}\n`;
  for (const row of rows) {
    let line = '|';
    for (const { cell } of columns) line += ` ${escapeMarkdown(cell(row))} |`;
    yield `${line}\n`;
  }
}

/** Makes text from outside plain text in Markdown, with hidden characters visible. */
function escapeMarkdown(raw: string): string {
  const text = visible(raw);
  if (!GITHUB_EXTRAS.test(text)) return text.replace(MARKUP, '\\$&');
  if (!NOT_FOR_CODE_SPAN.test(text)) return `\`${text}\``;
  return `<code>${text.replace(NOT_ALPHANUMERIC, (character) => `&#${character.codePointAt(0)};`)}</code>`;
}
