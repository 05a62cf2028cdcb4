// Text that must fit into columns of a terminal. A character may take none, one or two columns. Text is cut between
// graphemes (UAX 29), never inside one, nor inside an escape that `visible` has written.

import stringWidth from 'string-width';

const CUT = '…';
/** An escape as `visible` writes it. */
const ESCAPE = /(\\u\{[0-9a-f]{1,6}\})/;
const ASCII = /^[ -~]*$/;
/** The address that tells machines with the same name apart. */
const ADDRESS_TAIL = / \([0-9a-f.:]+\)$/;

/** Returns the number of columns that a text takes. */
export function widthOf(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text);
}

/** Cuts text that is wider, and marks the cut with `…`. Of `name (address)`, the name is cut. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const [tail = ''] = ADDRESS_TAIL.exec(text) ?? [];
  const room = width - tail.length;
  // A name of a letter or two would say less than the whole text cut at its end.
  return room >= 4
    ? headOf(text.slice(0, -tail.length || undefined), room - 1) + CUT + tail
    : headOf(text, width - 1) + CUT;
}

/** Breaks text into lines of at most this width: at spaces, or anywhere in words that are longer. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (widthOf(line) > width) {
      const head = headOf(line, width);
      // A grapheme may be wider than the line.
      if (head === '') break;
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return [...lines, line];
}

/** Returns as much of the beginning as fits. */
function headOf(text: string, width: number): string {
  if (ASCII.test(text) && !ESCAPE.test(text)) return text.slice(0, Math.max(0, width));
  let head = '';
  let left = width;
  for (const unit of unitsOf(text)) {
    left -= widthOf(unit);
    if (left < 0) break;
    head += unit;
  }
  return head;
}

let segmenter: Intl.Segmenter | undefined;

function* unitsOf(text: string): Generator<string, void, undefined> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const part of text.split(ESCAPE)) {
    if (ESCAPE.test(part)) yield part;
    else for (const { segment } of segmenter.segment(part)) yield segment;
  }
}
