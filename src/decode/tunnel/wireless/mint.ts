// MINT, between access points and controllers of the WiNG family (Symbol, Motorola, Zebra, Extreme): Ethernet frames, in UDP
// or Ethernet. There is no public specification; source: Wireshark's packet-mint.c.

import { decodeEthernet } from '../../link/ethernet/ethernet.js';
import type { Packet } from '../../packet.js';
import { MALFORMED, NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';

const FIELD = { type: 12 } as const;
const HEADER_LENGTH = 16;
/** A frame to one station, after two bytes; a frame to several, after its VLAN, a sequence number and four bytes. */
const UNICAST = { type: 1, length: 2 } as const;
const MULTICAST = { type: 2, length: 10 } as const;
/** Before the header in Ethernet. */
const SHIM_LENGTH = 4;

export function decodeMint(packet: Packet, offset: number, limit: number): PacketClass {
  if (limit - offset < HEADER_LENGTH) return MALFORMED;
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const payload = offset + HEADER_LENGTH;
  switch (packet.view.getUint16(offset + FIELD.type)) {
    case UNICAST.type:
      return decodeEthernet(packet, payload + UNICAST.length, limit);
    case MULTICAST.type:
      return decodeEthernet(packet, payload + MULTICAST.length, limit);
    default:
      return NOT_IP;
  }
}

export function decodeMintOnEthernet(packet: Packet, offset: number, limit: number): PacketClass {
  return decodeMint(packet, offset + SHIM_LENGTH, limit);
}
