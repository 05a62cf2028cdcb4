// Bytes in the middle of a window, surrounded by others, which must not matter.

import type { Window } from '../../src/capture/window.js';

const BEFORE = 5;
const BEHIND = 40;
/** Room for the five largest records in a row, as a walker needs. */
const WINDOW_LENGTH = 5 << 18;

export interface Placed extends Window {
  readonly window: Window;
  /** Index of the first byte. */
  readonly start: number;
  /** Index after the last one. */
  readonly end: number;
}

/** Places bytes in a window without room to spare. */
export function placed(whole: Uint8Array, filler = 0xd4): Placed {
  return placedIn(makeWindow(BEFORE + whole.length + BEHIND), whole, filler);
}

/** Places bytes in an existing window. */
export function placedIn(window: Window, whole: Uint8Array, filler = 0xd4): Placed {
  const end = BEFORE + whole.length;
  window.bytes.fill(filler, 0, end + BEHIND);
  window.bytes.set(whole, BEFORE);
  return { ...window, window, start: BEFORE, end };
}

export function makeWindow(length = WINDOW_LENGTH): Window {
  const bytes = new Uint8Array(length);
  return { bytes, view: new DataView(bytes.buffer) };
}
