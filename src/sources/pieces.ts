// The pieces of a capture that is recorded while it arrives, such as a stream that never ends.

import type { Inventory } from '../inventory/inventory.js';

/** The place of a piece. */
export interface PiecePlace {
  /** Names the stream by its first bytes, so that it is recognised when it is read again. */
  readonly stream: string;
  /** 0 for the first piece. */
  readonly sequence: number;
}

/** A piece that was taken before. */
export interface KnownPiece extends PiecePlace {
  /** The number of bytes from the beginning of the stream to the end of the piece, and their digest. */
  readonly end: number;
  readonly digest: string;
  readonly packets: number;
  /** Whether the stream ended with it. It may have been interrupted, and go on where it was copied to. */
  readonly isLast: boolean;
}

export interface PieceTaker {
  /** Returns the pieces of all streams that have this name, or this name and a number after it. */
  known(stream: string): readonly KnownPiece[] | Promise<readonly KnownPiece[]>;
  /** Calls a function whenever a piece is due, until the returned function is called. */
  whenDue(call: () => void): () => void;
  /**
   * Takes a piece: the digest of its capture covers the stream up to its end. Returns false if it cannot be taken now; then
   * the next one contains it.
   */
  take(piece: Inventory, place: PiecePlace): Promise<boolean>;
  /** Called before the last piece, the result of the reading, is returned, unless it is the whole capture. */
  last(place: PiecePlace): void;
}
