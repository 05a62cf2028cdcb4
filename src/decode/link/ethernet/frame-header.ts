// Headers of fixed length between an EtherType and a whole Ethernet frame. "MAC in MAC" of provider backbone bridges: IEEE
// 802.1Q 9.7 (from 802.1ah). There is no public specification of Cisco's FabricPath and of VMware's Lab Manager; sources:
// Wireshark's packet-cisco-fp-mim.c and packet-vmlab.c.

import type { Packet } from '../../packet.js';
import { MALFORMED, type PacketClass } from '../../packet-class.js';
import { decodeEthernet } from './ethernet.js';

/** After a priority, flags and the number of the service instance. */
export function decodeBackboneTag(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeFrame(packet, offset, limit, 4);
}

/** After the forwarding tag and the time to live. */
export function decodeFabricPath(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeFrame(packet, offset, limit, 2);
}

/** After flags and the number of the port group. */
export function decodeVmLab(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeFrame(packet, offset, limit, 10);
}

/** `offset` is just after the EtherType. */
function decodeFrame(packet: Packet, offset: number, limit: number, length: number): PacketClass {
  if (limit - offset < length) return MALFORMED;
  return decodeEthernet(packet, offset + length, limit);
}
