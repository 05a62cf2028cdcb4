// The packet in hand. One object serves all packets: it is pointed at the next one, never made anew.

import type { PacketClass } from './packet-class.js';

export class Packet {
  /** Whether to look at the outermost IP packet only, and into no tunnel. */
  readonly outerOnly: boolean;
  /** The window that the packet lies in; valid until the window is refilled. */
  view: DataView = new DataView(new ArrayBuffer(0));
  /** First byte behind what was captured of the packet. */
  end = 0;
  /** Headers passed so far; see enterLayer. */
  layers = 0;

  // Where the innermost IP header has its addresses, and the TCP header its source port. Set on the way to
  // the class SYN_ACK, and meaningful only with it.
  family: 4 | 6 = 4;
  /** Offset of the IP source address: the sender of a SYN-ACK is the server. */
  server = 0;
  /** Offset of the IP destination address. */
  client = 0;
  port = 0;

  constructor({ outerOnly = false }: { outerOnly?: boolean } = {}) {
    this.outerOnly = outerOnly;
  }

  /** Points it at the packet captured in view[.., end). */
  point(view: DataView, end: number): void {
    this.view = view;
    this.end = end;
    this.layers = 0;
  }
}

/**
 * Reads one header at `offset` and hands what is behind it to the next decoder. `limit` is where the packet
 * ends by the word of the headers outside this one; it may lie behind packet.end, as a capture may be cut.
 */
export type Decoder = (packet: Packet, offset: number, limit: number) => PacketClass;

/** The limit of a packet whose outer headers do not say their length. */
export const NO_LIMIT = 0x3fff_ffff;

/** No honest packet has more headers; a forged one must not exhaust the stack. */
const MAX_LAYERS = 32;

/** Counts one more header; false if there are too many for an honest packet. */
export function enterLayer(packet: Packet): boolean {
  packet.layers += 1;
  return packet.layers <= MAX_LAYERS;
}
