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
  /** Whether it can be recorded again together with what follows it, so that handshakes at its end are judged again. */
  readonly isReplaceable?: boolean;
}

/** Whether a capture with this digest was recorded. */
export type IsRecorded = (digest: string) => Promise<boolean>;

export interface PieceTaker {
  /** Returns the pieces of all streams that have this name, or this name and a number after it. */
  known(stream: string): readonly KnownPiece[] | Promise<readonly KnownPiece[]>;
  /** Returns the pieces of the capture that was in the same file before, which may be too short for a name. */
  knownInFile?(): readonly KnownPiece[] | Promise<readonly KnownPiece[]>;
  /** Calls a function whenever a piece is due, until the returned function is called. */
  whenDue(call: () => void): () => void;
  /**
   * Takes a piece: the digest of its capture covers the stream up to its end. Returns false if it cannot be taken now; then
   * the next one contains it.
   * @param replaces digest of the beginning of the piece, if that was recorded before
   */
  take(piece: Inventory, place: PiecePlace, replaces?: string): Promise<boolean>;
  /** Called before the last piece, the result of the reading, is returned. */
  last(last: LastPiece): void;
}

/** The last piece of a capture. */
export interface LastPiece extends PiecePlace {
  /** The digest of the capture. */
  readonly digest: string;
  /** As in `take`. */
  readonly replaces?: string | undefined;
  /** Whether the capture begins as one that is recorded, and ends before it, so that nothing of it is counted. */
  readonly isPart: boolean;
}
