// B.A.T.M.A.N. advanced, a layer 2 mesh: packets that carry a frame from one station to another. Compatibility
// version 15: Linux's batadv_packet.h.

import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEthernet } from './ethernet.js';

const FIELD = { type: 0, version: 1 } as const;
const MIN_HEADER_LENGTH = 10;

const VERSION = 15;
const UNICAST = { type: 0x40, headerLength: 10 } as const;
/** The same, with the address of the mesh node that sent it. */
const UNICAST_4_ADDRESSES = { type: 0x42, headerLength: 18 } as const;

export function decodeBatman(packet: Packet, offset: number, limit: number): PacketClass {
  const { view } = packet;
  if (limit - offset < MIN_HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < MIN_HEADER_LENGTH) return TRUNCATED;
  if (view.getUint8(offset + FIELD.version) !== VERSION) return NOT_IP;
  switch (view.getUint8(offset + FIELD.type)) {
    case UNICAST.type:
      return decodeEthernet(packet, offset + UNICAST.headerLength, limit);
    case UNICAST_4_ADDRESSES.type:
      return decodeEthernet(packet, offset + UNICAST_4_ADDRESSES.headerLength, limit);
    default:
      return NOT_IP;
  }
}
