// Counts packets of one link layer: asks the decoder what each is, and tells the tally.

import { linkDecoder, type PlainLayout, plainLayout } from '../decode/link/link-types.js';
import { type Decoder, NO_LIMIT, Packet } from '../decode/packet.js';
import { SYN_ACK, UNKNOWN_LINK_TYPE } from '../decode/packet-class.js';
import type { Tally } from '../tally/tally.js';

export class PacketCounter {
  readonly linkType: number;
  /** Packets that were not looked at, for want of a decoder. */
  undecoded = 0;
  /** Where its packets are plain, see src/hot/packet.ts; undefined if that cannot be said. */
  readonly plain: PlainLayout | undefined;
  readonly #tally: Tally;
  readonly #decode: Decoder;
  readonly #packet: Packet;

  constructor(tally: Tally, linkType: number) {
    this.linkType = linkType;
    this.#tally = tally;
    this.plain = plainLayout(linkType);
    this.#packet = new Packet({ outerOnly: tally.options.outerOnly ?? false });
    this.#decode =
      linkDecoder(linkType) ??
      (() => {
        this.undecoded += 1;
        return UNKNOWN_LINK_TYPE;
      });
  }

  /**
   * Looks at the packet captured in view[start, end). If it is a SYN-ACK, it waits to be added with its time,
   * which most packets need not be asked for; all others are counted by this.
   */
  isSynAck(view: DataView, start: number, end: number): boolean {
    const packet = this.#packet;
    packet.point(view, end);
    const decode = this.#decode;
    const packetClass = decode(packet, start, NO_LIMIT);
    if (packetClass === SYN_ACK) return true;
    this.#tally.countOther(packetClass);
    return false;
  }

  /** Counts the SYN-ACK that was just found, at this time in microseconds since the epoch. */
  add(time: number): void {
    const { view, family, client, server, port } = this.#packet;
    if (family === 4) this.#tally.add4(view.getUint32(client), view.getUint32(server), port, time);
    else this.#tally.add6(view, client, server, port, time);
  }
}
