// Counts packets of one link layer: has each classified by its decoder and counted in the tally.

import { linkDecoder, type PlainLayout, plainLayout } from '../decode/link/link-types.js';
import { type Decoder, NO_LIMIT, Packet } from '../decode/packet.js';
import {
  LATER_FRAGMENT,
  NOT_IP,
  NOT_TCP,
  OTHER_TCP,
  type PacketClass,
  SYN_ACK,
  TRUNCATED,
  UNKNOWN_LINK_TYPE,
} from '../decode/packet-class.js';
import { TOO_SHORT, UNDECODED } from '../decode/undecoded.js';
import type { Tally } from '../tally/tally.js';

const IP_CLASSES: ReadonlySet<number> = new Set([SYN_ACK, OTHER_TCP, NOT_TCP, LATER_FRAGMENT]);

export class PacketCounter {
  readonly linkType: number;
  /** Packets that were not decoded, because there is no decoder for their link layer. */
  undecoded = 0;
  /** The other packets that were not decoded to their end, by the numbers of src/decode/undecoded.ts: a few at most. */
  reasons: Map<number, number> = new Map();
  /** Where plain packets have their headers, see src/hot/packet.ts; undefined if that is not always the same. */
  readonly plain: PlainLayout | undefined;
  readonly #tally: Tally;
  readonly #decode: Decoder;
  readonly #packet: Packet;
  /** Whether the last packet was one. */
  #isSynAck = false;

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
   * Counts the packet captured in view[start, end), unless its time is needed: then returns false, and countTimed is to be
   * called next. The time of a packet is worked out only for that: it is needed for SYN-ACKs and, if evidence is counted,
   * for other TCP packets.
   */
  countUntimed(view: DataView, start: number, end: number): boolean {
    const packet = this.#packet;
    packet.point(view, end);
    const decode = this.#decode;
    const packetClass = decode(packet, start, NO_LIMIT);
    this.#isSynAck = packetClass === SYN_ACK;
    if (this.#isSynAck || (packetClass === OTHER_TCP && this.#tally.evidence !== undefined)) return false;
    this.#tally.countOther(packetClass);
    this.#noteReason(packetClass);
    return true;
  }

  /** Whether the packet captured in view[start, end) is one of IP. It is not counted. */
  isIp(view: DataView, start: number, end: number): boolean {
    const decode = linkDecoder(this.linkType);
    if (decode === undefined) return false;
    this.#packet.point(view, end);
    return IP_CLASSES.has(decode(this.#packet, start, NO_LIMIT));
  }

  /** Counts the packet that countUntimed has just refused; its time is in microseconds since the epoch. */
  countTimed(time: number): void {
    const packet = this.#packet;
    const { addresses, family, client, server, port } = packet;
    const tally = this.#tally;
    if (!this.#isSynAck) tally.addTcp(family, addresses, client, server, time, packet);
    else if (family === 4)
      tally.add4(addresses.getUint32(client), addresses.getUint32(server), port, time, packet);
    else tally.add6(addresses, client, server, port, time, packet);
  }

  #noteReason(packetClass: PacketClass): void {
    let { undecoded } = this.#packet;
    if (packetClass === TRUNCATED) undecoded ||= UNDECODED.tooShort + TOO_SHORT.other;
    else if (packetClass !== NOT_IP && packetClass !== NOT_TCP) return;
    if (undecoded !== 0) this.reasons.set(undecoded, (this.reasons.get(undecoded) ?? 0) + 1);
  }
}

/** Adds the reasons that one counter noted to others. */
export function addReasons(to: Map<number, number>, from: ReadonlyMap<number, number>): void {
  for (const [reason, count] of from) to.set(reason, (to.get(reason) ?? 0) + count);
}
