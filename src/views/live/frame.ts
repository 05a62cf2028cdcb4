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
  let text = isSameShape ? '' : `${moveTo(row, 0)}${CSI}K`;
  let run: Span | undefined;
  let last = -1;
  /** Whether nothing of the span before is left after what is to be written: blanks would erase it. */
  const isDone = ({ at, text: written }: Span, number: number): boolean => {
    const span = after[number] as Span;
    return last === number && span.text.slice(at + written.length - span.at).trim() === '';
  };
  for (const [number, span] of after.entries()) {
    const changed = changedPart(isSameShape ? before[number] : undefined, span);
    if (changed.text === '') continue;
    const joined = run && changed.at === span.at && isDone(run, number - 1) ? join(run, changed) : undefined;
    if (joined === undefined && run !== undefined) text += write(row, run, hasColors);
    run = joined ?? changed;
    last = number;
  }
  return run === undefined ? text : text + write(row, run, hasColors);
}

/** Returns the part of a span that differs from the one before; nothing was there if that is undefined. */
function changedPart(before: Span | undefined, span: Span): Span {
  const { at, text, look } = span;
  // Blanks need not be written where nothing is.
  if (before === undefined) return { at, text: text.trimEnd(), look };
  if (before.look !== look) return span;
  if (before.text === text) return { at, text: '' };
  // Only of ASCII it is certain that each character has one column.
  if (!ASCII.test(text) || !ASCII.test(before.text)) return span;
  let start = 0;
  let end = text.length;
  while (text[start] === before.text[start]) start += 1;
  while (text[end - 1] === before.text[end - 1]) end -= 1;
  return { at: at + start, text: text.slice(start, end), look };
}

/** A few blanks are shorter than moving the cursor; between spans there is nothing else. */
const MOST_BLANKS = 6;

/** Joins two spans of one line; undefined if that would not be shorter. */
function join(left: Span, right: Span): Span | undefined {
  if (left.look !== right.look || !ASCII.test(left.text)) return undefined;
  const blanks = right.at - left.at - left.text.length;
  return blanks > MOST_BLANKS
    ? undefined
    : { at: left.at, text: left.text + ' '.repeat(blanks) + right.text, look: left.look };
}

function write(row: number, { at, text, look }: Span, hasColors: boolean): string {
  return moveTo(row, at) + paint(text, look, { hasColors });
}

function moveTo(row: number, column: number): string {
  return `${CSI}${row + 1};${column + 1}H`;
}
