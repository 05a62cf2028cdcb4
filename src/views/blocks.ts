// Reports in plain text: headings, and lines with their columns beneath each other. All text is made visible here,
// and nothing is cut.

import { visible } from '../text/escape.js';

export interface Block {
  readonly heading: string;
  readonly lines: readonly Line[];
}

export interface Line {
  readonly sign: '+' | '-' | '?' | ' ';
  readonly cells: readonly string[];
}

const GAP = '  ';

/** Draws blocks with an empty line between them. */
export function* renderBlocks(blocks: Iterable<Block>): Generator<string, void, undefined> {
  let separator = '';
  for (const { heading, lines } of blocks) {
    yield `${separator}${visible(heading)}\n`;
    yield* renderLines(lines);
    separator = '\n';
  }
}

function* renderLines(lines: readonly Line[]): Generator<string, void, undefined> {
  const widths: number[] = [];
  for (const { cells } of lines) {
    cells.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, widthOf(visible(cell)));
    });
  }
  for (const { sign, cells } of lines) {
    const padded = cells.map((cell, at) => {
      const text = visible(cell);
      return text + ' '.repeat((widths[at] ?? 0) - widthOf(text));
    });
    yield `${sign} ${padded.join(GAP)}`.trimEnd().concat('\n');
  }
}

/** In characters: those that are wide on a terminal shift what is behind them. */
function widthOf(text: string): number {
  return [...text].length;
}
