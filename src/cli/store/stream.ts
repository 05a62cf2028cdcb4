// Records a capture in pieces while it arrives: at every full hour, or whatever `--every` says, by the clock of this machine.

import type { Inventory } from '../../inventory/inventory.js';
import type { KnownPiece, LastPiece, PiecePlace, PieceTaker } from '../../sources/pieces.js';
import { StoreError } from '../../store/errors.js';
import type { WritableStore } from '../../store/store.js';
import type { Context } from '../context.js';
import { reportProblems } from '../diagnostics.js';

export interface StreamSettings {
  readonly sensor: string;
  /** As the user named it. */
  readonly source: string;
  /** Milliseconds between pieces; undefined for a file, which is recorded at its end. */
  readonly every: number | undefined;
  /** The digest of the capture that was in the file before; undefined if none was recorded, or it is not a file. */
  readonly before: string | undefined;
  /** Does something with the store. A stream opens it each time: it may be moved or upgraded meanwhile. */
  readonly withStore: <T>(work: (store: WritableStore) => Promise<T>) => Promise<T>;
  readonly context: Context;
  readonly say: (text: string) => void;
}

export class StreamRecorder implements PieceTaker {
  /** SYN-ACKs in the pieces that were recorded. */
  synAcks = 0;
  /** Whether a piece was recorded that was not known. */
  hasRecorded = false;
  /** Whether a piece could not be recorded when it was due, or had problems. */
  hasProblems = false;
  /** The last piece; undefined until the capture has ended. */
  lastPiece: LastPiece | undefined;
  readonly #settings: StreamSettings;

  constructor(settings: StreamSettings) {
    this.#settings = settings;
  }

  async known(stream: string): Promise<readonly KnownPiece[]> {
    const { sensor, withStore } = this.#settings;
    return withStore((store) => store.recordedPieces(stream, sensor));
  }

  async knownInFile(): Promise<readonly KnownPiece[]> {
    const { before, sensor, withStore } = this.#settings;
    return before === undefined ? [] : withStore((store) => store.recordedPiecesOf(before, sensor));
  }

  whenDue(call: () => void): () => void {
    const { every } = this.#settings;
    if (every === undefined) return () => undefined;
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      timer = setTimeout(
        () => {
          wait();
          call();
        },
        every - (Date.now() % every),
      );
    };
    wait();
    return () => clearTimeout(timer);
  }

  async take(inventory: Inventory, place: PiecePlace, replaces?: string): Promise<boolean> {
    const { sensor, source, context, withStore } = this.#settings;
    const problems = reportProblems(inventory.inputs, context.stderr, true);
    this.hasProblems ||= problems;
    try {
      const outcome = await withStore((store) =>
        store.recordPiece({ sensor, source, inventory, replaces }, place),
      );
      if (outcome === undefined) return false;
      if (outcome !== 'known') {
        this.hasRecorded = true;
        this.synAcks += inventory.totals.synAcks;
      }
      return true;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#settings.say(`${error.message}; synsum tries again with the next piece`);
      return false;
    }
  }

  last(last: LastPiece): void {
    this.lastPiece = last;
  }
}
