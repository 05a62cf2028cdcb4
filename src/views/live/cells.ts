// Text in cells of the live view: harmless, in ASCII if the terminal has nothing else, and of an exact width.

import { visible } from '../../text/escape.js';
import { widthOf } from '../width.js';

const NOT_ASCII = /[^ -~]/gu;

/** Text from outside, as a terminal may show it. */
export function plainText(text: string, isAscii: boolean): string {
  const shown = visible(text, { blanks: true });
  if (!isAscii) return shown;
  return shown.replace(NOT_ASCII, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}
