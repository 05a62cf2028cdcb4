// Reports in plain text: headings, and lines with aligned columns. Hidden characters become visible here. Nothing is cut: on
// a terminal, the last column of a line that is too long is wrapped.

import { type Look, PLAIN_SCREEN, paint, type Screen } from './screen.js';
import { shownOn, widthOf, wrapTo } from './width.js';

export interface Block {
  readonly heading: string;
  readonly lines: readonly Line[];
}

export interface Line {
  readonly sign: '+' | '-' | '?' | ' ';
  readonly cells: readonly string[];
}

const GAP = '  ';
const LOOKS: Readonly<Record<Line['sign'], Look | undefined>> = {
  '+': 'added',
  '-': 'gone',
  '?': 'uncertain',
  ' ': undefined,
};
/** On a terminal, a column is made at most this wide, so that one long name does not move all lines to the right. */
const MOST_PADDED = 40;
/** Text is not squeezed into less than this. */
const LEAST_WRAPPED = 20;
const DEEP_INDENT = 6;

/** Draws blocks with an empty line between them. */
export function* renderBlocks(
  blocks: Iterable<Block>,
  screen: Screen = PLAIN_SCREEN,
): Generator<string, void, undefined> {
  let separator = '';
  for (const { heading, lines } of blocks) {
    const wrapped = wrapTo(shownOn(screen, heading), screen.width);
    yield `${separator}${wrapped.map((line) => `${paint(line, 'heading', screen)}\n`).join('')}`;
    yield* renderLines(lines, screen);
    separator = '\n';
  }
}

function* renderLines(lines: readonly Line[], screen: Screen): Generator<string, void, undefined> {
  const most = screen.width === undefined ? Number.POSITIVE_INFINITY : MOST_PADDED;
  const widths: number[] = [];
  for (const { cells } of lines) {
    cells.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, Math.min(widthOf(shownOn(screen, cell)), most));
    });
  }
  for (const { sign, cells } of lines) {
    const texts = cells.map((cell) => shownOn(screen, cell));
    const last = texts.at(-1) ?? '';
    const before = texts
      .slice(0, -1)
      .map((text, at) => text + ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(text))) + GAP);
    const start = `${sign} ${before.join('')}`;
    const isOnlyCell = texts.length === 1;
    yield* drawLine(start, last, isOnlyCell, LOOKS[sign], screen);
  }
}

/** Paints the part that identifies the line: its start, and the last cell if there is no other. */
function* drawLine(
  start: string,
  last: string,
  isOnlyCell: boolean,
  look: Look | undefined,
  screen: Screen,
): Generator<string, void, undefined> {
  const { width = Number.POSITIVE_INFINITY } = screen;
  const indent = widthOf(start);
  const lookOfLast = isOnlyCell ? look : undefined;
  if (width - indent >= LEAST_WRAPPED || widthOf(last) <= width - indent) {
    const [first = '', ...rest] = wrapTo(last, screen.width === undefined ? undefined : width - indent);
    const shown = first === '' ? start.trimEnd() : start;
    yield `${paint(shown, look, screen)}${paint(first, lookOfLast, screen)}\n`;
    for (const line of rest) yield `${' '.repeat(indent)}${paint(line, lookOfLast, screen)}\n`;
    return;
  }
  // The last cell gets lines of its own.
  for (const line of wrapTo(start.trimEnd(), width)) yield `${paint(line, look, screen)}\n`;
  for (const line of wrapTo(last, width - DEEP_INDENT)) {
    yield `${' '.repeat(DEEP_INDENT)}${paint(line, lookOfLast, screen)}\n`;
  }
}
