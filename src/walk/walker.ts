// What a walker of any capture format does, and how it says where it stopped.

import type { Window } from '../capture/window.js';

export interface Walker {
  /**
   * Counts the packets of all whole items in [start, end) that begin before `stop`, and gives the place where it
   * stopped. What is there, if it is before `stop`, is an item that needs more bytes, or, if `damage` is set, no item that can be used. The place may lie
   * behind `end`: then the bytes up to it are not wanted. `isLast` says that no more bytes come.
   */
  walk(window: Window, start: number, end: number, isLast: boolean, stop?: number): number;
  /** What is wrong in the place where scan stopped: found this, expected that. */
  readonly damage: string | undefined;
  /**
   * Set with `damage` if the item in which scan stopped is whole, but nothing that could be an item is behind
   * it: the end that it claims. Either its length is wrong, or what is behind it is damaged.
   */
  readonly doubtfulEnd: number | undefined;
  /** Counts the doubtful item all the same, and sets `damage` to what is wrong behind it. */
  acceptDoubtful(window: Window, offset: number, end: number): void;
  /** Bytes that the item takes in which scan stopped, as far as they are known. */
  needed(window: Window, start: number, end: number): number;
  /**
   * Whether an item begins at this offset, beyond reasonable doubt. `undefined` if that takes more bytes than
   * there are.
   */
  isItem(window: Window, offset: number, end: number, isLast: boolean): boolean | undefined;
}
