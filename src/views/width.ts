// Text that must fit into columns of a terminal. A character may take none, one or two columns. Text is cut between
// graphemes (UAX 29), never inside one, nor inside an escape that `visible` has written.

import stringWidth from 'string-width';
import { visible } from '../text/escape.js';
import type { Screen } from './screen.js';

const CUT = '…';
/** An escape as `visible` writes it. */
const ESCAPE = /(\\u\{[0-9a-f]{1,6}\})/;
const ASCII = /^[ -~]*$/;
/** The address that tells machines with the same name apart. */
const ADDRESS_TAIL = / \([0-9a-f.:]+\)$/;

/** Emoji that take two columns: string-width does not know those that are newer than it. */
const WIDE_EMOJI = /(?!\p{Regional_Indicator})\p{Emoji_Presentation}[\ufe0e\ufe0f]?\p{Emoji_Modifier}?/gu;
/** People and hands that are text unless a variation selector makes emoji of them. They take one column. */
const NARROW_EMOJI =
  /(?!\p{Emoji_Presentation})\p{Emoji_Modifier_Base}(?![\ufe0e\ufe0f]|\p{Emoji_Modifier})/gu;

/** Returns the number of columns that a text takes. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  return stringWidth(text.replace(WIDE_EMOJI, 'xx').replace(NARROW_EMOJI, 'x'));
}

/** Skin tones after an emoji, variation selectors, and the frame of a keycap. */
const UNSTEADY = /(?<=\p{Emoji_Modifier_Base}[\ufe0e\ufe0f]?)\p{Emoji_Modifier}|[\ufe0e\ufe0f\u20e3]/gu;

/**
 * Returns text as a screen shows it, with hidden characters made visible. If the screen has a width, this leaves out the
 * parts of emoji on whose width terminals disagree: tmux 3.3a draws a skin tone in two columns of its own,
 * and does not widen an emoji for a variation selector. They would shift the rest of a line.
 */
export function shownOn({ width }: Screen, text: string): string {
  if (ASCII.test(text)) return text;
  const shown = visible(text);
  return width === undefined ? shown : shown.replace(UNSTEADY, '');
}

const LEAST_BEFORE_TAIL = 4;
/** Enough for IPv4. */
const MOST_FOR_ADDRESSES = 22;
/** An IPv6 address: those of a network begin alike, and differ at their ends. */
const ADDRESS = /^[0-9a-f]*:[0-9a-f:.]*$/;

/**
 * Cuts text that is wider, and marks the cut with `…`. An IPv6 address is cut in its middle, and of `name (address)` the
 * name is cut.
 */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (ADDRESS.test(text)) {
    const end = Math.floor(width / 2);
    return text.slice(0, Math.max(0, width - end - 1)) + CUT + (end === 0 ? '' : text.slice(-end));
  }
  const [tail = ''] = ADDRESS_TAIL.exec(text) ?? [];
  const room = width - tail.length;
  if (tail === '' || room < 0) return headOf(text, width - 1) + CUT;
  // A letter or two of the name would say nothing.
  const head = room < LEAST_BEFORE_TAIL ? '' : headOf(text.slice(0, -tail.length), room - 1);
  return head === '' ? CUT + tail.trimStart() : head + CUT + tail;
}

/** Returns the width that these texts need if none of their addresses is to be cut, up to a limit. */
export function leastForAddresses(texts: readonly string[]): number {
  let least = 0;
  for (const text of texts) {
    const [tail] = ADDRESS_TAIL.exec(text) ?? [];
    if (tail !== undefined) least = Math.max(least, tail.length + LEAST_BEFORE_TAIL);
  }
  return Math.min(least, MOST_FOR_ADDRESSES);
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

/** The same, if there is a width to keep. */
export function wrapTo(text: string, width: number | undefined): string[] {
  return width === undefined ? [text] : wrap(text, width);
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
