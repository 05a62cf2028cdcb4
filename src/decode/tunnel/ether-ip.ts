// EtherIP: two bytes, then an Ethernet frame. RFC 3378 3.

import { decodeEthernet } from '../link/ethernet/ethernet.js';
import type { Packet } from '../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../packet-class.js';

const FIELD = { version: 0 } as const;
const HEADER_LENGTH = 2;
/** In the upper four bits; old BSDs have it in the lower four. The other bits are reserved; MikroTik numbers tunnels there. */
const VERSION = 3;

export function decodeEtherIp(packet: Packet, offset: number, limit: number): PacketClass {
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const version = packet.view.getUint8(offset + FIELD.version);
  if (version >>> 4 !== VERSION && (version & 0x0f) !== VERSION) return NOT_IP;
  return decodeEthernet(packet, offset + HEADER_LENGTH, limit);
}
