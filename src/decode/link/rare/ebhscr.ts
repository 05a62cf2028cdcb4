// Elektrobit's recorders of traffic in cars (EBHSCR): a header of 32 bytes, then what its first byte names.
// LINKTYPE_EBHSCR at tcpdump.org.

import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEthernet } from '../ethernet/ethernet.js';

const FIELD = { major: 0 } as const;
const HEADER_LENGTH = 32;
const MAJOR_ETHERNET = 0x50;

export function decodeEbhscr(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const isEthernet = packet.view.getUint8(offset + FIELD.major) === MAJOR_ETHERNET;
  return isEthernet ? decodeEthernet(packet, offset + HEADER_LENGTH, limit) : NOT_IP;
}
