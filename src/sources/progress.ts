// How far the reading is, for whoever asks while it goes on. The reading only says where its numbers are.

import type { ByteCounter } from '../capture/window.js';
import { SYN_ACK } from '../decode/packet-class.js';
import type { Tally } from '../tally/tally.js';

export class Progress {
  readonly #inputs: Pick<ByteCounter, 'bytesRead'>[] = [];
  readonly #tallies: Tally[] = [];
  /** Whether some of the bytes are what came out of compressed ones. */
  isInflated = false;

  /** Counts these bytes, now and as they become more. */
  watchInput(input: Pick<ByteCounter, 'bytesRead'>): void {
    this.#inputs.push(input);
  }

  /** Counts the packets of this tally. What it hands to another is counted there. */
  watchTally(tally: Tally): void {
    this.#tallies.push(tally);
  }

  /** Bytes of capture, as far as they have been read; of compressed ones, what came out. */
  get bytesRead(): number {
    return this.#inputs.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  }

  get packets(): number {
    return this.#tallies.reduce(
      (sum, tally) => sum + tally.readPacketsByClass().reduce((all, count) => all + count, 0),
      0,
    );
  }

  get synAcks(): number {
    return this.#tallies.reduce((sum, tally) => sum + (tally.readPacketsByClass()[SYN_ACK] ?? 0), 0);
  }
}
