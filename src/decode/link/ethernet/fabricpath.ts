// Cisco FabricPath: two bytes of forwarding tag and time to live after the EtherType of the outer frame, then the frame
// itself. There is no public specification; source: Wireshark's packet-cisco-fp-mim.c.

import type { Packet } from '../../packet.js';
import { MALFORMED, type PacketClass } from '../../packet-class.js';
import { decodeEthernet } from './ethernet.js';

const HEADER_LENGTH = 2;

/** `offset` is just after the EtherType. */
export function decodeFabricPath(packet: Packet, offset: number, limit: number): PacketClass {
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  return decodeEthernet(packet, offset + HEADER_LENGTH, limit);
}
