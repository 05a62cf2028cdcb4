// How far the reading has come. The reader registers its counters, and their sums can be read at any time.

import type { ByteCounter } from '../capture/window.js';
import { SYN_ACK } from '../decode/packet-class.js';
import { rowsOf, type TallyRow } from '../tally/rows.js';
import { Tally } from '../tally/tally.js';

/** A walker that keeps the last record until more bytes prove it. */
interface HoldsRecord {
  /** Counts that record in a tally that nothing else is counted in. */
  countHeld(tally: Tally): void;
}

/** How far a reading has come: pass one to `readInventory` and read its numbers meanwhile, from a timer for example. */
export class Progress {
  readonly #inputs: Pick<ByteCounter, 'bytesRead'>[] = [];
  readonly #tallies: Tally[] = [];
  #holder: HoldsRecord | undefined;
  #scratch: Tally | undefined;
  /** The counts at the last call of `findHeld`, and the SYN-ACK; null if it has not been decoded. */
  #heldState = '';
  #held: TallyRow | undefined | null;
  /**
   * Whether some of the input is compressed, so that `bytesRead` exceeds the length of the files.
   * @internal
   */
  isInflated = false;

  /**
   * Starts again from nothing, because everything is read again.
   * @internal
   */
  restart(): void {
    this.#inputs.length = 0;
    this.#tallies.length = 0;
  }

  /**
   * Counts the bytes of this input, now and as it is read.
   * @internal
   */
  watchInput(input: Pick<ByteCounter, 'bytesRead'>): void {
    this.#inputs.push(input);
  }

  /**
   * Counts the packets of this tally. Packets that it hands to another tally are counted there.
   * @internal
   */
  watchTally(tally: Tally): void {
    this.#tallies.push(tally);
  }

  /**
   * The tally that a single input is counted in; undefined before the reading begins.
   * @internal
   */
  get tally(): Tally | undefined {
    return this.#tallies[0];
  }

  /**
   * Watches for the last record of an input, which is counted later.
   * @internal
   */
  watchHeld(holder: HoldsRecord): void {
    this.#holder = holder;
  }

  /**
   * Returns the SYN-ACK in the last record of a single input, if nothing came after it between two calls.
   * @internal
   */
  findHeld(): TallyRow | undefined {
    const state = `${this.bytesRead} ${this.synAcks}`;
    if (state !== this.#heldState) {
      this.#heldState = state;
      this.#held = null;
      return undefined;
    }
    if (this.#held === null) this.#held = this.#decodeHeld();
    return this.#held;
  }

  #decodeHeld(): TallyRow | undefined {
    const { tally } = this;
    if (this.#holder === undefined || tally === undefined) return undefined;
    this.#scratch ??= new Tally({ ...tally.options, clients: false, hours: false, evidence: false });
    this.#holder.countHeld(this.#scratch);
    const [row] = rowsOf(this.#scratch);
    this.#scratch.takePart();
    return row;
  }

  /** Bytes of input read so far, after decompression. */
  get bytesRead(): number {
    return this.#inputs.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  }

  /** Packets counted so far. */
  get packets(): number {
    return this.#tallies.reduce(
      (sum, tally) => sum + tally.readPacketsByClass().reduce((all, count) => all + count, 0),
      0,
    );
  }

  /** SYN-ACKs among them. */
  get synAcks(): number {
    return this.#tallies.reduce((sum, tally) => sum + (tally.readPacketsByClass()[SYN_ACK] ?? 0), 0);
  }
}
