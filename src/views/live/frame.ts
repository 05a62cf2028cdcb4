// A frame is a screen of spans, and what is written to a terminal is the difference of two frames. ECMA-48 8.3.

import type { Look } from '../screen.js';
import { paint } from '../screen.js';
import { widthOf } from '../width.js';

/** Text at a column of a line, from 0. It has no control characters. */
export interface Span {
  readonly at: number;
  readonly text: string;
  readonly look?: Look | undefined;
}

export type Line = readonly Span[];

export interface Frame {
  readonly width: number;
  readonly lines: readonly Line[];
}

const CSI = '\u001b[';
const ERASE_SCREEN = `${CSI}2J`;
const ASCII = /^[ -~]*$/;

/** Returns the text that changes a terminal from one frame to the next: nothing if they look the same. */
export function difference(before: Frame | undefined, after: Frame, hasColors: boolean): string {
  const isSameSize = before?.width === after.width && before.lines.length === after.lines.length;
  let text = isSameSize ? '' : ERASE_SCREEN;
  for (const [row, line] of after.lines.entries()) {
    text += changesOf(row, isSameSize ? (before.lines[row] as Line) : [], line, hasColors);
  }
  return text;
}

/** Writes the spans that differ. Where spans lay that are not there any more, the line is written again. */
function changesOf(row: number, before: Line, after: Line, hasColors: boolean): string {
  const isSameShape =
    before.length <= after.length &&
    before.every(({ at, text }, number) => {
      const now = after[number] as Span;
      return at === now.at && widthOf(text) === widthOf(now.text);
    });
  let text = '';
  /** Where the cursor is, if it is known. */
  let cursor: number | undefined;
  if (!isSameShape) {
    text += `${moveTo(row, 0)}${CSI}K`;
    cursor = 0;
  }
  for (const [number, span] of after.entries()) {
    const old = isSameShape ? before[number] : undefined;
    if (span.text === '' || (old?.text === span.text && old.look === span.look)) continue;
    // Nothing is there yet, so blanks need not be written.
    const shown = old === undefined ? span.text.trimEnd() : span.text;
    if (shown === '') continue;
    if (cursor !== span.at) text += moveTo(row, span.at);
    text += paint(shown, span.look, { hasColors });
    // Terminals disagree about the width of some characters.
    cursor = ASCII.test(shown) ? span.at + shown.length : undefined;
  }
  return text;
}

function moveTo(row: number, column: number): string {
  return `${CSI}${row + 1};${column + 1}H`;
}
