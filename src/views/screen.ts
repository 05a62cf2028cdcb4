// The screen that text for people is drawn on: how wide it is, and whether it has colours. Only the eight basic colours are used, bold
// and faint, as every theme keeps them readable. ECMA-48 8.3.117.

import type { Clock } from '../text/clock.js';

/** The screen that text for people is made for: `{ width: 80, hasColors: true }`. */
export interface Screen {
  /** Columns of text; undefined if there is no limit, as in a file. */
  readonly width?: number | undefined;
  readonly hasColors: boolean;
  /** Formats times; by default in UTC. */
  readonly clock?: Clock;
}

/** A file or a pipe. */
export const PLAIN_SCREEN: Screen = { hasColors: false };

/** The looks of text, each with the codes that begin and end it. */
const CODES = {
  heading: [1, 22],
  faint: [2, 22],
  added: [32, 39],
  gone: [31, 39],
  uncertain: [35, 39],
} as const;

export type Look = keyof typeof CODES;

/** Text must not contain control characters. */
export function paint(text: string, look: Look | undefined, { hasColors }: Screen): string {
  if (!hasColors || look === undefined || text === '') return text;
  const [begin, end] = CODES[look];
  return `\u001b[${begin}m${text}\u001b[${end}m`;
}
