// Reports in plain text: headings, and lines with aligned columns. Hidden characters become visible here, and nothing is cut.

import stringWidth from 'string-width';
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
      widths[at] = Math.max(widths[at] ?? 0, stringWidth(visible(cell)));
    });
  }
  for (const { sign, cells } of lines) {
    const padded = cells.map((cell, at) => {
      const text = visible(cell);
      return text + ' '.repeat((widths[at] ?? 0) - stringWidth(text));
    });
    yield `${sign} ${padded.join(GAP)}`.trimEnd().concat('\n');
  }
}
