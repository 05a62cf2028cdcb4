// Bytes in the middle of a window, as they come: others are around them, and must not matter.

import type { Window } from '../../src/capture/feed.js';

const BEFORE = 5;
const BEHIND = 40;

export interface Placed extends Window {
  readonly window: Window;
  /** Place of the first byte. */
  readonly start: number;
  /** Place behind the last one. */
  readonly end: number;
}

export function placed(whole: Uint8Array, filler = 0xd4): Placed {
  const bytes = new Uint8Array(BEFORE + whole.length + BEHIND).fill(filler);
  bytes.set(whole, BEFORE);
  const view = new DataView(bytes.buffer);
  return { bytes, view, window: { bytes, view }, start: BEFORE, end: BEFORE + whole.length };
}
