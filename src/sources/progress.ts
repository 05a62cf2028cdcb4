// How far the reading has come. The reader registers its counters, and their sums can be read at any time.

import type { ByteCounter } from '../capture/window.js';
import { SYN_ACK } from '../decode/packet-class.js';
import type { Tally } from '../tally/tally.js';

/** How far a reading has come: pass one to `readInventory` and read its numbers meanwhile, from a timer for example. */
export class Progress {
  readonly #inputs: Pick<ByteCounter, 'bytesRead'>[] = [];
  readonly #tallies: Tally[] = [];
  /**
   * Whether some of the input is compressed, so that `bytesRead` exceeds the length of the files.
   * @internal
   */
  isInflated = false;

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
