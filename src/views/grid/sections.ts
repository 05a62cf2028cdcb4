// Several tables in one Markdown document, each under its heading.

import type { ShownColumn } from './grid.js';
import { renderTableRows } from './markdown.js';

/** Headings are our own text, and are not escaped. */
export interface Section {
  readonly heading: string;
  render(): Iterable<string>;
}

/** A section, or none if there are no rows. */
export function sectionOf<Row>(
  heading: string,
  rows: readonly Row[],
  columns: readonly ShownColumn<Row>[],
): Section[] {
  return rows.length === 0 ? [] : [{ heading, render: () => renderTableRows(columns, rows) }];
}

/** Draws the sections, and paragraphs after them, which are not escaped either. */
export function* renderSections(
  sections: readonly Section[],
  paragraphs: readonly string[],
): Generator<string, void, undefined> {
  let separator = '';
  for (const { heading, render } of sections) {
    yield `${separator}## ${heading}\n\n`;
    yield* render();
    separator = '\n';
  }
  for (const paragraph of paragraphs) {
    yield `${separator}${paragraph}\n`;
    separator = '\n';
  }
}
