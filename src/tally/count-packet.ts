// Counts one packet by way of the decoders: right for every packet of every link layer.

import { linkDecoder } from '../decode/link-types.js';
import { type Decoder, NO_LIMIT, Packet } from '../decode/packet.js';
import { SYN_ACK, UNKNOWN_LINK_TYPE } from '../decode/verdict.js';
import type { Tally } from './tally.js';

export class PacketCounter {
  readonly #tally: Tally;
  readonly #decode: Decoder;
  readonly #packet = new Packet();

  constructor(tally: Tally, linkType: number) {
    this.#tally = tally;
    this.#decode = linkDecoder(linkType) ?? (() => UNKNOWN_LINK_TYPE);
  }

  /** Counts the packet captured in view[start, end), at this time in microseconds since the epoch. */
  count(view: DataView, start: number, end: number, time: number): void {
    const packet = this.#packet;
    packet.point(view, end);
    const verdict = this.#decode(packet, start, NO_LIMIT);
    if (verdict !== SYN_ACK) {
      this.#tally.verdicts[verdict]! += 1;
    } else if (packet.family === 4) {
      const client = view.getUint32(packet.client);
      this.#tally.add4(client, view.getUint32(packet.server), packet.port, time);
    } else {
      this.#tally.add6(view, packet.client, packet.server, packet.port, time);
    }
  }
}
