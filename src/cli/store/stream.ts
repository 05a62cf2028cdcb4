// Records a capture in pieces while it arrives: at every full hour, or whatever `--every` says, by the clock of this machine.

import type { Inventory } from '../../inventory/inventory.js';
import type { KnownPiece, PiecePlace, PieceTaker } from '../../sources/pieces.js';
import { StoreError } from '../../store/errors.js';
import type { WritableStore } from '../../store/store.js';
import type { Context } from '../context.js';
import { reportProblems } from '../diagnostics.js';

interface StreamSettings {
  readonly sensor: string;
  /** As the user named it. */
  readonly source: string;
  /** Milliseconds between pieces; undefined for a file, which is recorded at its end. */
  readonly every: number | undefined;
  /** Opens the store for one piece: it may be moved or upgraded during the stream. */
  readonly open: () => Promise<WritableStore>;
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
  /** The place of the last piece; undefined if it is the whole capture. */
  place: PiecePlace | undefined;
  readonly #settings: StreamSettings;

  constructor(settings: StreamSettings) {
    this.#settings = settings;
  }

  async known(stream: string): Promise<readonly KnownPiece[]> {
    return this.#withStore((store) => store.recordedPieces(stream));
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

  async take(inventory: Inventory, place: PiecePlace): Promise<boolean> {
    const { sensor, source, context } = this.#settings;
    const problems = reportProblems(inventory.inputs, context.stderr, true);
    this.hasProblems ||= problems;
    try {
      const outcome = await this.#withStore((store) =>
        store.recordPiece({ sensor, source, inventory }, place),
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

  last(place: PiecePlace): void {
    this.place = place;
  }

  async #withStore<T>(work: (store: WritableStore) => Promise<T>): Promise<T> {
    const store = await this.#settings.open();
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }
}
