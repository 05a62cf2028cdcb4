// The gaps of a capture: bytes that could not be used. Only the first are listed; the others are counted.

/** Bytes of a capture that could not be used. */
export interface Gap {
  /** The first of them. */
  readonly offset: number;
  readonly length: number;
  /** `cut-short` if the capture ends in the middle of an item. */
  readonly kind: 'damaged' | 'cut-short';
  /** As in `found …, expected …`. */
  readonly message: string;
}

/** The most gaps that are listed. A hostile file may have any number; the others are only counted. */
const MAX_GAPS = 100;

/** A gap whose end has not been found yet. */
export interface OpenGap {
  readonly offset: number;
  readonly message: string;
  /** The message if no end is found: then the capture ended too early. */
  readonly cutShortMessage?: string;
  /** The end of the item in doubt that the gap began with: if the gap does not end before that, the item is right. */
  readonly doubtfulEnd?: number;
}

export class Gaps {
  /** The first gaps; then the number of all gaps, and the bytes in them. */
  readonly list: Gap[] = [];
  count = 0;
  bytes = 0;
  open: OpenGap | undefined;

  /** Whether more gaps need only be counted. */
  get isListFull(): boolean {
    return this.list.length >= MAX_GAPS;
  }

  /**
   * Ends the open gap at this offset; `cutShortMessage` says that the capture ends there, in the middle of an item. The
   * gap has no length, and is not a gap, if `cat` appended a capture to another.
   */
  close(end: number, cutShortMessage?: string): void {
    const { offset, message } = this.open as OpenGap;
    this.open = undefined;
    const length = end - offset;
    if (length === 0) return;
    const kind = cutShortMessage === undefined ? 'damaged' : 'cut-short';
    this.note({ offset, length, kind, message: cutShortMessage ?? message });
  }

  /**
   * Closes the open gap and opens another at each of `count` items that cannot be used, of which the last is at this
   * offset. The list must be full.
   */
  reopen(count: number, last: number): void {
    if (count === 0) return;
    this.count += count;
    this.bytes += last - (this.open as OpenGap).offset;
    this.open = { offset: last, message: '' };
  }

  note(gap: Gap): void {
    this.count += 1;
    this.bytes += gap.length;
    if (!this.isListFull) this.list.push(gap);
  }
}
