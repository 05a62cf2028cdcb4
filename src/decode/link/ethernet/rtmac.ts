// RTmac of RTnet, real-time networking on Ethernet: four bytes, and if they say so, an ordinary packet after them. RTnet's
// Documentation/README.rtmac.

import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEtherType } from './ether-types.js';

const FIELD = { type: 0, flags: 3 } as const;
const HEADER_LENGTH = 4;
/** The type is an EtherType. */
const TUNNEL = 0x01;

export function decodeRtMac(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  if ((view.getUint8(offset + FIELD.flags) & TUNNEL) === 0) return NOT_IP;
  return decodeEtherType(packet, view.getUint16(offset + FIELD.type), offset + HEADER_LENGTH, limit);
}
