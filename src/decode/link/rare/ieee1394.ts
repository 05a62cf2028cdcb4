// Apple's header for IP over IEEE 1394: two addresses of eight bytes, then an EtherType.
// LINKTYPE_APPLE_IP_OVER_IEEE1394 at tcpdump.org.

import type { Packet } from '../../packet.js';
import { type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEtherType } from '../ethernet/ether-types.js';

const FIELD = { type: 16 } as const;
const HEADER_LENGTH = 18;

export function decodeAppleIeee1394(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const type = packet.view.getUint16(offset + FIELD.type);
  return decodeEtherType(packet, type, offset + HEADER_LENGTH, limit);
}
