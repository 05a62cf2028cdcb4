// The current packet. One object serves all packets: it is pointed at the next one, and never allocated again.

import type { PacketClass } from './packet-class.js';

const NO_BYTES = new DataView(new ArrayBuffer(0));
/** One packet is decoded at a time. */
const EXPANDED = new DataView(new ArrayBuffer(32));

export class Packet {
  /** Whether to decode the outermost IP packet only, and no tunnels. */
  readonly outerOnly: boolean;
  /** The window that the packet lies in; valid until the window is refilled. */
  view: DataView = NO_BYTES;
  /** Offset just after the last captured byte of the packet. */
  end = 0;
  /** Headers entered so far; see enterLayer. */
  layers = 0;

  /** Why it was not decoded to its end, if it was not: a number of undecoded.ts; 0 if there is no reason to report. */
  undecoded = 0;
  /** Offset of the innermost Ethernet header; -1 before the first one. */
  ethernet = -1;
  /** Written by decoders of compressed IPv6 headers: source and destination address, 16 bytes each. */
  readonly expanded: DataView = EXPANDED;

  // The innermost IP header's version, where its addresses are, and where the TCP header is. They are set on the way to the
  // classes SYN_ACK and OTHER_TCP, and have no meaning otherwise.
  family: 4 | 6 = 4;
  /** Holds the addresses: `view`, or `expanded` if they are compressed in the packet. */
  addresses: DataView = this.view;
  /** Offset of the IP source address: the server sends the SYN-ACK. */
  server = 0;
  /** Offset of the IP destination address. */
  client = 0;
  /** The TCP source port; only if the class is SYN_ACK. */
  port = 0;
  /** Offset of the TCP header. */
  tcp = 0;
  /** Whether there are bytes after the TCP header, captured or not. */
  hasPayload = false;

  constructor({ outerOnly = false }: { outerOnly?: boolean } = {}) {
    this.outerOnly = outerOnly;
  }

  /** Points it at the packet whose captured bytes end at `end`. */
  point(view: DataView, end: number): void {
    this.view = view;
    this.end = end;
    this.layers = 0;
    this.undecoded = 0;
    this.ethernet = -1;
  }
}

/**
 * Decodes one header at `offset` and calls the decoder of the next one. `limit` is where the packet ends according to
 * the headers outside this one; it may lie after packet.end, because a capture may be cut short.
 */
export type Decoder = (packet: Packet, offset: number, limit: number) => PacketClass;

/** The limit where no header says how long the packet is. */
export const NO_LIMIT = 0x3fff_ffff;

/** No genuine packet has more headers; a forged one must not exhaust the stack. */
const MAX_LAYERS = 32;

/** Counts one more header. Returns false if there are more than a genuine packet has. */
export function enterLayer(packet: Packet): boolean {
  packet.layers += 1;
  return packet.layers <= MAX_LAYERS;
}
