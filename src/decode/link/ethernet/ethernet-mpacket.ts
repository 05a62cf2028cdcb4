// Preemptible Ethernet frames (mPackets), with their preamble. IEEE 802.3 99.3. LINKTYPE_ETHERNET_MPACKET at
// tcpdump.org.

import type { Packet } from '../../packet.js';
import { NOT_IP, type PacketClass, TRUNCATED } from '../../packet-class.js';
import { decodeEthernet } from './ethernet.js';

/** Seven bytes of preamble, then the delimiter (SMD). A continuation has one byte of preamble less. */
const FIELD = { preambleAndDelimiter: 6 } as const;
const HEADER_LENGTH = 8;

/** The last two bytes before an express frame (SMD-E) or the start of a preemptible one (SMD-S0 to SMD-S3). */
const BEGINNINGS: readonly number[] = [0x55d5, 0x55e6, 0x554c, 0x557f, 0x55b3];

export function decodeEthernetMpacket(packet: Packet, offset: number, limit: number): PacketClass {
  if (packet.end - offset < HEADER_LENGTH) return TRUNCATED;
  const delimiter = packet.view.getUint16(offset + FIELD.preambleAndDelimiter);
  return BEGINNINGS.includes(delimiter) ? decodeEthernet(packet, offset + HEADER_LENGTH, limit) : NOT_IP;
}
