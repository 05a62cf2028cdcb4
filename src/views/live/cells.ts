// Text in cells of the live view: harmless, in ASCII if the terminal has nothing else, and of an exact width.

import { visible } from '../../text/escape.js';
import { cutTo, widthOf } from '../width.js';

const NOT_ASCII = /[^ -~]/gu;
/** The mark of a cut, in width.ts and in ASCII. */
const CUT = '…';
const ASCII_CUT = '~';

/** Text from outside, as a terminal may show it. */
export function plainText(text: string, isAscii: boolean): string {
  const shown = visible(text, { blanks: true });
  if (!isAscii) return shown;
  return shown.replace(NOT_ASCII, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

export function padTo(text: string, width: number, isRightAligned = false): string {
  const spaces = ' '.repeat(Math.max(0, width - widthOf(text)));
  return isRightAligned ? spaces + text : text + spaces;
}

/** Cuts or pads harmless text to this width. */
export function fitTo(text: string, width: number, isAscii: boolean, isRightAligned = false): string {
  const cut = width <= 0 ? '' : cutTo(text, width);
  return padTo(isAscii ? cut.replace(CUT, ASCII_CUT) : cut, width, isRightAligned);
}
