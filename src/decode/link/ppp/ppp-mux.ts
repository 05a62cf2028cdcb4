// PPP multiplexing: several packets in one frame, each after its length and, unless it is that of the packet before, its
// protocol. RFC 3153 1.1.

import { enterLayer, type Packet } from '../../packet.js';
import { MALFORMED, type PacketClass, SYN_ACK, TRUNCATED } from '../../packet-class.js';
import { decodePppProtocol } from './ppp.js';

/** In the first byte of a packet's header; the other bits are the length, or its upper bits. */
const FLAG = { protocol: 0x80, longLength: 0x40 } as const;
const LENGTH_MASK = 0x3f;

/** For packets before the first protocol. Another one may be negotiated. */
const DEFAULT_PROTOCOL = 0x0021;

/** The result is that of the first SYN-ACK; if there is none, of the first packet. */
export function decodePppMux(packet: Packet, offset: number, limit: number): PacketClass {
  if (!enterLayer(packet)) return MALFORMED;
  const { view, layers } = packet;
  const end = Math.min(packet.end, limit);
  let protocol = DEFAULT_PROTOCOL;
  let firstClass: PacketClass | undefined;
  for (let at = offset; end - at >= 2; ) {
    const first = view.getUint8(at);
    const hasLongLength = (first & FLAG.longLength) !== 0;
    const length = hasLongLength ? view.getUint16(at) & 0x3fff : first & LENGTH_MASK;
    at += hasLongLength ? 2 : 1;
    const next = at + length;
    if ((first & FLAG.protocol) !== 0) {
      if (end - at < 2) break;
      // An odd first byte is the whole number: the first of two would be even.
      const isCompressed = (view.getUint8(at) & 1) === 1;
      protocol = isCompressed ? view.getUint8(at) : view.getUint16(at);
      at += isCompressed ? 1 : 2;
    }
    // They lie side by side, not inside one another, so each begins at the same depth.
    packet.layers = layers;
    const packetClass = decodePppProtocol(packet, protocol, at, Math.min(limit, next));
    if (packetClass === SYN_ACK) return SYN_ACK;
    firstClass ??= packetClass;
    at = next;
  }
  return firstClass ?? (limit <= packet.end ? MALFORMED : TRUNCATED);
}
