// PPP: an optional address and control field, then a protocol number of one or two bytes. RFC 1661 2 and 6.5
// (protocol field compression), RFC 1662 3.1. Protocols: IANA "PPP DLL Protocol Numbers". Serial lines whose link type
// is PPP may carry Cisco's HDLC instead: see hdlc.ts.

import { decodeIp } from '../../ip/ip.js';
import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeMpls } from '../../tunnel/mpls.js';
import { UNDECODED } from '../../undecoded.js';
import { decodePppBridging } from './ppp-bridging.js';
import { decodePppMultilink } from './ppp-multilink.js';
import { decodePppMux } from './ppp-mux.js';

const ADDRESS_AND_CONTROL = 0xff03;
/** A protocol of one byte. */
const MIN_HEADER_LENGTH = 1;

export function decodePpp(packet: Packet, offset: number, limit: number): PacketClass {
  const { view, end } = packet;
  if (limit - offset < MIN_HEADER_LENGTH) return MALFORMED;
  if (end - offset < 2) return TRUNCATED;
  const start = view.getUint16(offset) === ADDRESS_AND_CONTROL ? offset + 2 : offset;
  if (end - start < 2) return TRUNCATED;
  // An odd first byte is the whole number: the first of two would be even.
  const compressed = (view.getUint8(start) & 1) === 1;
  const protocol = compressed ? view.getUint8(start) : view.getUint16(start);
  return decodePppProtocol(packet, protocol, start + (compressed ? 1 : 2), limit);
}

export function decodePppProtocol(
  packet: Packet,
  protocol: number,
  offset: number,
  limit: number,
): PacketClass {
  switch (protocol) {
    case 0x0021: // IPv4
    case 0x0057: // IPv6
    case 0x0800: // the EtherType of IPv4, which some senders use
    case 0x86dd: // that of IPv6
      return decodeIp(packet, offset, limit);
    case 0x0031:
      return decodePppBridging(packet, offset, limit);
    case 0x003d:
      return decodePppMultilink(packet, offset, limit);
    case 0x0059:
      return decodePppMux(packet, offset, limit);
    case 0x0281: // MPLS, RFC 3032 4
    case 0x0283: // MPLS with a label that the upstream router chose, RFC 5332
      return decodeMpls(packet, offset, limit);
    default:
      packet.undecoded = UNDECODED.pppProtocol + protocol;
      return NOT_IP;
  }
}
